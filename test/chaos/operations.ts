/** The operations of the matrix: how each is asked for, what may become of it under faults, and what must be true after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestOutcome } from '../../src/contracts/status.ts';
import { check } from './check.ts';
import type { Run } from './run.ts';
import type { OperationName } from './scenario.ts';
import { jobOf } from './stream.ts';

type Outcome = RequestOutcome['outcome'];

/** What a change that can be taken over in flight may come to while hosts and servers fail. */
const underFaults: readonly Outcome[] = ['deployed', 'rolled_back', 'failed'];
const graceMs = 20_000;
/** Milliseconds that a job stays stopped, while events come in. */
const stoppedMs = 300;

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
    // A first deployment has nothing to go back to: it is tried until it runs.
    await apply(run, { revision: 1, tasks: run.scenario.tasks }, ['deployed']);
  },
  update: async (run) => {
    await apply(run, { revision: 2, tasks: run.scenario.tasks }, underFaults);
  },
  'rescale-up': rescale,
  'rescale-down': rescale,
  rollback: async (run) => {
    // Its query fails on records that come all the time, so it can't become healthy.
    await apply(run, { revision: 2, tasks: run.scenario.tasks, amount: 'broken' }, ['rolled_back', 'failed']);
  },
  stop: async (run) => {
    await run.job.stop();
    // The producer goes on: exactly what is before the committed positions is output.
    await check(run);
    await sleep(stoppedMs);
    await apply(run, { revision: 1, tasks: run.scenario.tasksThen }, ['deployed']);
  },
  release: async (run) => {
    for (const machine of run.world.machines) {
      const old = machine.host;
      const next = run.world.newHost(machine);
      await next.ready();
      machine.host = next;
      run.timeline.note(`${old.name} is told to go; ${next.name} runs in its place`);
      await old.stop(graceMs);
    }
    await run.job.until('running again', (s) => s?.state === 'running');
  },
};

async function rescale(run: Run): Promise<void> {
  const { tasksThen } = run.scenario;
  const outcome = await apply(run, { revision: 1, tasks: tasksThen }, underFaults);
  if (outcome !== 'deployed') return;
  await run.job.until(`running with ${tasksThen} tasks`, (s) => s?.state === 'running' && s.tasks.length === tasksThen);
}

async function apply(run: Run, how: Parameters<typeof jobOf>[2], allowed: readonly Outcome[]): Promise<Outcome> {
  const { outcome, cause } = await run.job.apply(jobOf(run.names, run.scenario, how));
  if (allowed.includes(outcome)) return outcome;
  throw new Error(
    `the change came to ${outcome}, not ${allowed.join(' or ')}: ${cause?.message ?? 'no cause is told'}`,
  );
}
