/**
 * Composes a host: one engine, and three workers over one connection. Two take tasks as long as there are slots, from the
 * queue of all hosts and from that of its release; the third does what the job's workflow says to the tasks that are here.
 */
import { randomBytes } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { createHostActivities } from '../activities/index.ts';
import { loadPayloadCodec } from '../client/payload-codec.ts';
import type { HostConfig } from '../config.ts';
import { hostIdentity, hostQueue, hostsQueue, releaseQueue } from '../contracts/names.ts';
import type { PrepareTask } from '../contracts/task.ts';
import type { TemporalAccess } from '../contracts/temporal-access.ts';
import { createEngine } from '../pipeline/runtime/engine.ts';
import type { EngineOptions, EnginePort } from '../pipeline/runtime/port.ts';
import { encodedBy } from './encoded.ts';
import { whileFree } from './free-slots.ts';
import { KeptWorker, type MakeWorker } from './kept-worker.ts';
import type { Log, RunnableWorker } from './process.ts';
import type { TemporalConnection } from './temporal-connection.ts';

/** Preparations at once, and polls for them: each compiles and connects. */
const preparationsAtOnce = 8;
/** Orders and health checks at once, beside the running tasks. */
const ordersAtOnce = 64;
/** Milliseconds until the workers end once every task has ended. */
const graceMs = 5_000;
/** Milliseconds without a refusal after which the next is another: one lasts a minute. */
const refusalMs = 300_000;
/** Milliseconds between heartbeats that are sent, at most; in a hurry, so that what people see is live. */
const beatMs = 1_000;

export interface Host {
  /** Those that take tasks: they end first. */
  readonly offering: readonly RunnableWorker[];
  /** The one by which the tasks here are heard. */
  readonly running: RunnableWorker;
  readonly engine: EnginePort;
}

/** `makeEngine`: what runs the tasks; Millrace's own by default. */
export async function createHost(
  config: HostConfig,
  connection: Pick<TemporalConnection, 'native'>,
  log: Log,
  makeEngine: (options: EngineOptions) => EnginePort = createEngine,
): Promise<Host> {
  const { deployment, hostId, release, clusters, threads, slots, rack, tuning } = config;
  const { topicsMs } = tuning;
  const engine = makeEngine({ hostId, clusters, slots, rack, topicsMs, ...(threads === undefined ? {} : { threads }) });
  const warm = engine.warm();
  const queue = hostQueue(deployment, hostId, randomBytes(4).toString('hex'));
  const activitiesOf = (lost: AbortSignal) => createHostActivities({ hostId, queue, release, tuning, engine, lost });
  const codec = await loadPayloadCodec(config.temporal.codec);
  const shared = {
    ...(codec === undefined ? {} : { dataConverter: encodedBy(codec) }),
    namespace: config.temporal.namespace,
    // Read by people and by the list of hosts.
    identity: hostIdentity(hostId, release),
    shutdownGraceTime: graceMs,
    shutdownForceTime: 2 * graceMs,
    // 80 % of the heartbeat timeout is the SDK's own pace; a short timeout is for development, where people watch.
    maxHeartbeatThrottleInterval: tuning.heartbeatMs <= 5 * beatMs ? beatMs : tuning.heartbeatMs,
  };
  const refused = tellOnce(log, config.temporal);
  const kept = (make: MakeWorker): Promise<KeptWorker> => KeptWorker.create(make, refused);
  const offering = [hostsQueue(deployment), releaseQueue(deployment, release)].map((taskQueue) =>
    kept((lost) => {
      const { tuner, preparing } = whileFree(engine, preparationsAtOnce, lost);
      const { prepareTask } = activitiesOf(lost);
      return Worker.create({
        ...shared,
        connection: connection.native,
        taskQueue,
        activities: { prepareTask: (order: PrepareTask) => preparing(() => prepareTask(order)) },
        tuner,
        maxConcurrentActivityTaskPolls: preparationsAtOnce,
      });
    }),
  );
  const running = await kept((lost) => {
    const { prepareTask: _, ...onThisHost } = activitiesOf(lost);
    return Worker.create({
      ...shared,
      connection: connection.native,
      taskQueue: queue,
      activities: onThisHost,
      // A task and the check of its health each take one; an order must never wait for them.
      maxConcurrentActivityTaskExecutions: 2 * slots + ordersAtOnce,
    });
  });
  // Before it takes anything: who waits for a task to be prepared shouldn't wait for code to be loaded too.
  await warm;
  return { offering: await Promise.all(offering), running, engine };
}

/** Says what to do, once as long as it lasts: every worker of the host meets the same, again and again. */
function tellOnce(log: Log, { address, namespace }: TemporalAccess): (cause: unknown) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (cause) => {
    const level = performance.now() - last < refusalMs ? 'debug' : 'error';
    last = performance.now();
    const message = `Temporal at ${address}, namespace ${namespace}, refuses this host: its tasks go on, nobody hears of them, and it takes no other. It goes on asking, with another key or certificate as soon as it is in the place of the one that has expired.`;
    log[level]({ err: cause }, message);
  };
}
