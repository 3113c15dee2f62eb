/**
 * One run: a job of a tenant of its own, a producer that doesn't stop, an operation, its faults, and the check of what came
 * out. Owns the order; it fails with an error whose message says what was wrong.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { Bystander } from './bystander.ts';
import { check, checkHistory } from './check.ts';
import { beginFaults } from './faults.ts';
import type { Former } from './former.ts';
import { Job } from './job.ts';
import { perform, setUp } from './operations.ts';
import { patiently } from './patience.ts';
import { SteadyProducer } from './producer.ts';
import { isCommitted } from './progress.ts';
import { readEnds } from './read.ts';
import { checkReplays } from './replayed.ts';
import { cellName, type Scenario } from './scenario.ts';
import { type Names, namesOf, streamOf } from './stream.ts';
import { TakeoverWatch } from './takeover.ts';
import type { Timeline } from './timeline.ts';
import type { World } from './world.ts';

/** What operations and faults work on. */
export interface Run {
  readonly world: World;
  readonly scenario: Scenario;
  readonly names: Names;
  readonly job: Job;
  readonly timeline: Timeline;
  /** Output topics so far, the oldest first. */
  readonly outputs: string[];
  readonly moments: Moments;
  readonly producer: SteadyProducer;
  /** Resolves when every fault that doesn't wait for the operation's end is over. */
  readonly faulted: PromiseWithResolvers<void>;
  /** The input topic that was deleted and made again; null while it is the first one. */
  former: Former | null;
  /** Of another tenant; null where the faults are everybody's. */
  readonly bystander: Bystander | null;
}

/** Each resolves when it has come. */
export interface Moments {
  readonly asked: PromiseWithResolvers<void>;
  /** With the machine on which the new task is. */
  readonly takeover: PromiseWithResolvers<string>;
  readonly settled: PromiseWithResolvers<void>;
}

/** Milliseconds of steady flow before the operation and after everything is mended. */
const steadyMs = 300;
/** Milliseconds that a woken zombie, or a healed connection, gets to do harm. */
const harmMs = 700;

export async function runScenario(world: World, scenario: Scenario, timeline: Timeline): Promise<void> {
  const names = namesOf(`c${scenario.seed}-${Date.now().toString(36)}`);
  const bootstrap = world.kafka.bootstrap;
  await world.begin(timeline);
  timeline.note(`${cellName(scenario)}, seed ${scenario.seed}: ${JSON.stringify(scenario)}`);
  // A topic of many partitions keeps one broker busy for a while.
  await patiently('create topics', () =>
    ensureTopics({ bootstrap }, [{ topic: names.input, partitions: scenario.partitions }]),
  );
  await world.client.applyStream(streamOf(names));
  const bystander = scenario.bystander ? await Bystander.start(world, scenario) : null;
  const producer = new SteadyProducer(bootstrap, names.input, scenario, timeline);
  const job = new Job(world.client, names, timeline);
  const moments = {
    asked: Promise.withResolvers<void>(),
    takeover: Promise.withResolvers<string>(),
    settled: Promise.withResolvers<void>(),
  };
  const run: Run = {
    world,
    scenario,
    names,
    job,
    timeline,
    outputs: [names.output],
    moments,
    producer,
    bystander,
    former: null,
    faulted: Promise.withResolvers(),
  };
  let faulted: Promise<void> | null = null;
  try {
    await setUp(run);
    await sleep(steadyMs);
    watchTakeover(run);
    faulted = beginFaults(run);
    faulted.then(run.faulted.resolve, run.faulted.reject);
    run.faulted.promise.catch(() => {});
    await perform(run);
    await faulted;
    await world.mend();
    timeline.note('everything is mended');
    await sleep(harmMs);
    await producer.stop();
    await untilCaughtUp(run);
    await job.stop();
    await check(run);
    await checkHistory(run);
    await bystander?.check();
    await checkReplays(world.temporal.address, names.tenant);
  } finally {
    // What a run that failed has not come to, comes: no fault may end a server, or start one, once the next run has it.
    for (const moment of [moments.asked, moments.settled]) moment.resolve();
    moments.takeover.resolve('');
    await faulted?.catch(() => {});
    await producer.stop();
    await job.close();
    await bystander?.close();
    world.onRequest = null;
  }
}

/** Every input is committed, by a job that is running. */
async function untilCaughtUp(run: Run): Promise<void> {
  const ends = await patiently('read', () => readEnds(run.world.kafka.bootstrap, run.names.input));
  await run.job.until('caught up', async (status) => status?.state === 'running' && (await isCommitted(run, ends)));
}

/** From now on: the first generation that takes over. */
function watchTakeover({ world, names, moments, timeline }: Run): void {
  const watch = new TakeoverWatch(names.tenant, names.job);
  world.onRequest = (machine, api, body) => {
    if (!watch.sees(api, body)) return;
    world.onRequest = null;
    timeline.note(`a takeover begins on ${machine}`);
    moments.takeover.resolve(machine);
  };
}
