/** The faults of the matrix: when each begins, whom it meets, and how it ends. Everything that they break is mended by their ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer } from '../../src/dev/server.ts';
import type { KeptPart } from './kept.ts';
import type { Run } from './run.ts';
import type { FaultPlan, SingleFault } from './scenario.ts';
import type { Machine } from './world.ts';

/** Milliseconds after which a takeover that doesn't come is not waited for any more. */
const takeoverMsMax = 4_000;

/** Resolves when every fault of the scenario has come and gone. */
export async function beginFaults(run: Run): Promise<void> {
  await Promise.all(run.scenario.faultPlans.map((plan) => inject(run, plan)));
}

async function inject(run: Run, plan: FaultPlan): Promise<void> {
  await moment(run, plan);
  await injections[plan.fault](run, plan);
}

async function moment({ moments }: Run, { at }: FaultPlan): Promise<void> {
  if (at.of === 'before') return;
  await moments.asked.promise;
  if (at.of === 'takeover') await Promise.race([moments.takeover.promise, sleep(takeoverMsMax)]);
  if (at.of === 'settled') await moments.settled.promise;
  await sleep(at.ms);
}

const injections: Readonly<Record<SingleFault, (run: Run, plan: FaultPlan) => Promise<void>>> = {
  'kill-host': async (run, plan) => kill(run, (await machine(run, plan)).host, plan),
  'kill-worker': (run, plan) => kill(run, run.world.worker, plan),
  'kill-in-takeover': async (run, plan) =>
    kill(run, plan.victim === 'worker' ? run.world.worker : (await machine(run, plan)).host, plan),
  'freeze-host': async (run, plan) => {
    const { host } = await machine(run, plan);
    await lasting(run, plan, `${host.name} is frozen`, () => host.freeze());
    await host.wake();
    run.timeline.note(`${host.name} is woken`);
  },
  'cut-kafka': async (run, plan) => cut(run, plan, await machine(run, plan), 'kafka'),
  'cut-temporal': async (run, plan) => cut(run, plan, await machine(run, plan), 'temporal'),
  'restart-kafka': (run, plan) => restart(run, plan, 'Kafka', run.world.kafka),
  'restart-temporal': (run, plan) => restart(run, plan, 'Temporal', run.world.temporal),
};

async function kill(run: Run, part: KeptPart, plan: FaultPlan): Promise<void> {
  await lasting(run, plan, `${part.name} is killed`, () => part.kill());
  await part.start();
  run.timeline.note(`${part.name} runs again`);
}

async function cut(run: Run, plan: FaultPlan, { name, ...ways }: Machine, way: 'kafka' | 'temporal'): Promise<void> {
  await lasting(run, plan, `${name} is cut from ${way} (${plan.cut})`, async () => ways[way].cut(plan.cut));
  ways[way].heal(plan.heals);
  run.timeline.note(`${name} reaches ${way} again (${plan.heals})`);
}

async function restart(run: Run, plan: FaultPlan, name: string, server: EmbeddedServer): Promise<void> {
  await lasting(run, plan, `${name} goes down (${plan.how})`, async () => {
    await server[plan.how]();
  });
  await server.restart();
  run.timeline.note(`${name} is up again`);
}

async function lasting(run: Run, plan: FaultPlan, what: string, begin: () => Promise<void>): Promise<void> {
  run.timeline.note(what);
  await begin();
  await sleep(plan.lastsMs);
}

/** The victim's machine, as things are now; where the job has no task yet, any will do. */
async function machine({ world, job, moments }: Run, { victim, lastsMs }: FaultPlan): Promise<Machine> {
  const any = (of: readonly Machine[]): Machine => of[lastsMs % of.length]!;
  if (victim === 'next') {
    const next = await Promise.race([moments.takeover.promise, sleep(0, null)]);
    return world.machines.find((m) => m.name === next) ?? any(world.machines);
  }
  const hosts = (job.status?.tasks ?? []).map((t) => t.hostId);
  const ofTasks = world.machines.filter((m) => hosts.includes(m.host.name));
  const others = world.machines.filter((m) => !ofTasks.includes(m));
  const wanted = victim === 'task' ? ofTasks : others;
  return any(wanted.length > 0 ? wanted : world.machines);
}
