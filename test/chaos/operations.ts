/** The operations of the matrix: how each is asked for, what may become of it under faults, and what must be true after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestOutcome } from '../../src/contracts/status.ts';
import type { VerdictKind } from '../../src/contracts/verdict.ts';
import { check } from './check.ts';
import type { Run } from './run.ts';
import type { OperationName } from './scenario.ts';
import { jobOf, type Variant } from './stream.ts';

type Outcome = RequestOutcome['outcome'];

/** What a change of a running job may come to while hosts and servers fail. */
const underFaults: readonly Outcome[] = ['deployed', 'rolled_back', 'failed'];
/** Milliseconds that a job stands still, while events come in. */
const stillMs = 300;

/** What is there before anything goes wrong. */
export async function setUp(run: Run): Promise<void> {
  const { operation, way, tasks } = run.scenario;
  if (operation === 'deploy') return;
  await apply(run, { revision: 1, tasks }, { outcomes: ['deployed'] });
  if (operation === 'rollback' && way === 'asked') await apply(run, { revision: 2, tasks }, { outcomes: ['deployed'] });
}

/** Asks for the scenario's operation after the moments that its faults need, and resolves when it is settled. */
export async function perform(run: Run): Promise<void> {
  const { scenario, moments } = run;
  const before = Math.max(0, ...scenario.faultPlans.map(({ at }) => (at.of === 'before' ? at.ms : 0)));
  await sleep(before);
  moments.asked.resolve();
  await steps[scenario.operation](run);
  moments.settled.resolve();
}

const steps: Readonly<Record<OperationName, (run: Run) => Promise<void>>> = {
  deploy: async (run) => {
    const { tasks, way } = run.scenario;
    // A first deployment has nothing to go back to: it is tried until it runs.
    if (way === 'at once') return void (await apply(run, { revision: 1, tasks }, { outcomes: ['deployed'] }));
    expect(await run.job.apply(jobOf(run.names, run.scenario, { revision: 1, tasks }), { paused: true }), ['paused']);
    await resume(run);
  },
  update: async (run) => {
    await apply(run, { revision: 2, tasks: run.scenario.tasks }, { outcomes: underFaults, verdict: 'in_flight' });
  },
  // The job only runs; where Temporal alone is away, its tasks go on as they are.
  steady: async (run) => {
    const before = run.job.status?.generation;
    await run.faulted.promise;
    await sleep(stillMs);
    if (run.scenario.fault !== 'temporal-away') return;
    const after = (await run.job.until('answering', (s) => s !== null))?.generation;
    if (after !== before)
      throw new Error(`Temporal was away, and the job has gone from generation ${before} to ${after}`);
  },
  'drain-replace': async (run) => {
    const { tasks, way } = run.scenario;
    const other = `${run.names.output}.2`;
    if (way === 'topic') run.outputs.push(other);
    const change = way === 'topic' ? { output: other } : { format: 'csv' as const };
    await apply(run, { revision: 2, tasks, ...change }, { outcomes: underFaults, verdict: 'drain_replace' });
  },
  'rescale-up': rescale,
  'rescale-down': rescale,
  pause: async (run) => {
    expect(await run.job.operate({ kind: 'pause' }), ['paused']);
    // The producer goes on: exactly what is before the committed positions is output.
    await check(run);
    await sleep(stillMs);
    await resume(run);
  },
  rollback: async (run) => {
    const { tasks, way } = run.scenario;
    if (way === 'asked') return void expect(await run.job.rollBack(), underFaults);
    // Its query fails on records that come all the time, so it can't become healthy.
    const amount = way === 'broken' ? 'broken' : 'broken shape';
    const verdict = way === 'broken' ? 'in_flight' : 'drain_replace';
    await apply(run, { revision: 2, tasks, amount }, { outcomes: ['rolled_back', 'failed'], verdict });
  },
  stop: async (run) => {
    await run.job.stop(run.scenario.way === 'cancel' ? 'cancel' : 'drain');
    await check(run);
    await sleep(stillMs);
    await apply(run, { revision: 1, tasks: run.scenario.tasksThen }, { outcomes: ['deployed'] });
  },
  release: async ({ world, scenario, job, timeline }) => {
    const release = `after-${scenario.seed}`;
    const replaced = world.machines.map((machine) => ({ machine, old: [...machine.hosts] }));
    const next = world.machines.map((machine) => world.addHost(machine, release));
    await Promise.all(next.map((host) => host.ready()));
    timeline.note(`${next.map((h) => h.name).join(' ')} run beside the others`);
    if (scenario.way === 'upgrade') expect(await job.operate({ kind: 'upgrade', release }), underFaults);
    for (const { machine, old } of replaced) {
      for (const host of old) {
        timeline.note(`${host.name} is told to go`);
        await world.removeHost(machine, host);
      }
    }
    await job.until(
      'running on the new hosts',
      (s) => s?.state === 'running' && s.tasks.every((t) => t.release === release),
    );
  },
};

async function resume(run: Run): Promise<void> {
  expect(await run.job.operate({ kind: 'resume' }), ['deployed']);
}

async function rescale(run: Run): Promise<void> {
  const { tasksThen, way } = run.scenario;
  const outcome =
    way === 'operated'
      ? expect(await run.job.operate({ kind: 'rescale', tasks: tasksThen }), underFaults)
      : await apply(run, { revision: 1, tasks: tasksThen }, { outcomes: underFaults, verdict: 'in_flight' });
  if (outcome !== 'deployed') return;
  await run.job.until(`running with ${tasksThen} tasks`, (s) => s?.state === 'running' && s.tasks.length === tasksThen);
}

interface Allowed {
  readonly outcomes: readonly Outcome[];
  readonly verdict?: VerdictKind;
}

async function apply(run: Run, variant: Variant, { outcomes, verdict }: Allowed): Promise<Outcome> {
  const answer = await run.job.apply(jobOf(run.names, run.scenario, variant));
  if (verdict !== undefined && answer.verdict?.kind !== verdict)
    throw new Error(`the change's verdict is ${answer.verdict?.kind}, not ${verdict}`);
  return expect(answer, outcomes);
}

function expect({ outcome, asked, cause }: RequestOutcome, allowed: readonly Outcome[]): Outcome {
  if (allowed.includes(outcome)) return outcome;
  throw new Error(
    `the request (${asked}) came to ${outcome}, not ${allowed.join(' or ')}: ${cause?.message ?? 'no cause is told'}`,
  );
}
