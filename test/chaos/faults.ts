/** The faults of the matrix: when each begins, whom it meets, and how it ends. Everything that they break is mended by their ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer } from '../../src/dev/server.ts';
import { replaceInput } from './former.ts';
import { beHostile } from './hostile.ts';
import type { KeptPart } from './kept.ts';
import { started } from './patience.ts';
import { untilCommitted } from './progress.ts';
import type { Run } from './run.ts';
import type { FaultPlan, SingleFault } from './scenario.ts';
import { addPartitions, moveLeaders } from './topics.ts';
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
  'kill-host': async (run, plan) => kill(run, (await victim(run, plan)).host, plan),
  'kill-worker': (run, plan) => kill(run, run.world.worker, plan),
  'kill-in-takeover': async (run, plan) =>
    kill(run, plan.victim === 'worker' ? run.world.worker : (await victim(run, plan)).host, plan),
  'freeze-host': async (run, plan) => {
    const { host } = await victim(run, plan);
    await lasting(run, plan, `${host.name} is frozen`, () => host.freeze());
    await host.wake();
    run.timeline.note(`${host.name} is woken`);
  },
  'cut-kafka': async (run, plan) => cut(run, plan, (await victim(run, plan)).machine, 'kafka'),
  'cut-temporal': async (run, plan) => cut(run, plan, (await victim(run, plan)).machine, 'temporal'),
  'restart-kafka': (run, plan) => restart(run, plan, 'Kafka', run.world.kafka.brokers[0]!),
  'restart-temporal': (run, plan) => restart(run, plan, 'Temporal', run.world.temporal),
  'temporal-away': async (run, plan) => {
    const { temporal } = run.world;
    await lasting(run, plan, `Temporal goes down (${plan.how})`, async () => {
      await temporal[plan.how]();
    });
    // It doesn't come back before every task has done all that there was to do by then.
    if (run.scenario.operation === 'steady') await untilCommitted(run);
    await comeBack(run, 'Temporal', temporal);
  },
  'restart-broker': (run, plan) => restart(run, plan, 'a broker', brokerOf(run, plan)),
  'freeze-broker': async (run, plan) => {
    const broker = brokerOf(run, plan);
    await lasting(run, plan, `${broker.bootstrap} is frozen`, async () => broker.freeze());
    broker.wake();
    run.timeline.note(`${broker.bootstrap} is woken`);
  },
  'move-leaders': async (run, plan) => {
    for (const topic of [run.names.input, run.names.output]) {
      if (await moveLeaders(run.world.kafka.bootstrap, topic)) run.timeline.note(`the leaders of ${topic} move`);
    }
    await sleep(plan.lastsMs);
  },
  'add-partitions': async (run) => {
    const count = run.producer.partitions + 1;
    await addPartitions(run.world.kafka.bootstrap, run.names.input, count);
    run.timeline.note(`${run.names.input} has ${count} partitions`);
    run.producer.grow();
  },
  'recreate-topic': async (run, plan) => {
    await replaceInput(run, plan.lastsMs);
    if (run.scenario.onRecreate === 'earliest') return;
    await run.job.until(
      'stopped by the new topic',
      (s) => s?.state === 'failed' && s.lastFailure?.code === 'topic_recreated',
    );
    await run.job.operate({ kind: 'rewind', to: 'earliest' });
  },
  'hostile-tenant': (run, plan) => beHostile(run, plan.lastsMs),
  'restart-bystander': async (run) => {
    await run.bystander!.job.operate({ kind: 'restart' });
  },
};

const brokerOf = ({ world }: Run, plan: FaultPlan): EmbeddedServer & { readonly bootstrap: string } =>
  world.kafka.brokers[plan.lastsMs % world.kafka.brokers.length]!;

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
  await comeBack(run, name, server);
}

async function comeBack({ timeline }: Run, name: string, server: EmbeddedServer): Promise<void> {
  await started(
    () => server.restart(),
    (why) => timeline.note(`${name} ${why}`),
  );
  timeline.note(`${name} is up again`);
}

async function lasting(run: Run, plan: FaultPlan, what: string, begin: () => Promise<void>): Promise<void> {
  run.timeline.note(what);
  await begin();
  await sleep(plan.lastsMs);
}

interface Place {
  readonly machine: Machine;
  readonly host: KeptPart;
}

/** The victim, as things are now; where the job has no task yet, any will do. */
async function victim({ world, job, moments }: Run, plan: FaultPlan): Promise<Place> {
  const places = world.machines.flatMap((machine) => machine.hosts.map((host) => ({ machine, host })));
  const any = (of: readonly Place[]): Place => of[plan.lastsMs % of.length] ?? places[0]!;
  if (plan.victim === 'next') {
    const next = await Promise.race([moments.takeover.promise, sleep(0, null)]);
    const there = places.filter(({ machine }) => machine.name === next);
    return there.at(-1) ?? any(places);
  }
  const hosts = (job.status?.tasks ?? []).map((t) => t.hostId);
  const ofTasks = places.filter(({ host }) => hosts.includes(host.name));
  const wanted = plan.victim === 'task' ? ofTasks : places.filter((p) => !ofTasks.includes(p));
  return any(wanted.length > 0 ? wanted : places);
}
