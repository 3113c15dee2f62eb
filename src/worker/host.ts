/**
 * Composes a host: one engine, and three workers over one connection. Two take tasks as long as there are slots, from the
 * queue of all hosts and from that of its release; the third does what the job's workflow says to the tasks that are here.
 */
import { randomBytes } from 'node:crypto';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createHostActivities } from '../activities/index.ts';
import type { HostConfig } from '../config.ts';
import { hostIdentity, hostQueue, hostsQueue, releaseQueue } from '../contracts/names.ts';
import type { PrepareTask } from '../contracts/task.ts';
import { createEngine } from '../pipeline/runtime/engine.ts';
import type { EngineOptions, EnginePort } from '../pipeline/runtime/port.ts';
import { whileFree } from './free-slots.ts';

/** Preparations at once, and polls for them: each compiles and connects. */
const preparationsAtOnce = 8;
/** Orders and health checks at once, beside the running tasks. */
const ordersAtOnce = 64;
/** Milliseconds until the workers end once every task has ended. */
const graceMs = 5_000;
/** Milliseconds between heartbeats that are sent, at most; in a hurry, so that what people see is live. */
const beatMs = 1_000;

export interface Host {
  /** Those that take tasks: they end first. */
  readonly offering: readonly Worker[];
  /** The one that the tasks here depend on. */
  readonly running: Worker;
  readonly engine: EnginePort;
}

/** `makeEngine`: what runs the tasks; Millrace's own by default. */
export async function createHost(
  config: HostConfig,
  connection: NativeConnection,
  makeEngine: (options: EngineOptions) => EnginePort = createEngine,
): Promise<Host> {
  const { deployment, hostId, release, clusters, threads, slots, rack, tuning } = config;
  const { topicsMs } = tuning;
  const engine = makeEngine({ hostId, clusters, slots, rack, topicsMs, ...(threads === undefined ? {} : { threads }) });
  const warm = engine.warm();
  const queue = hostQueue(deployment, hostId, randomBytes(4).toString('hex'));
  const activities = createHostActivities({ hostId, queue, release, tuning, engine });
  const { prepareTask, ...onThisHost } = activities;
  const shared = {
    connection,
    namespace: config.temporal.namespace,
    // Read by people and by the list of hosts.
    identity: hostIdentity(hostId, release),
    shutdownGraceTime: graceMs,
    shutdownForceTime: 2 * graceMs,
    // 80 % of the heartbeat timeout is the SDK's own pace; a short timeout is for development, where people watch.
    maxHeartbeatThrottleInterval: tuning.heartbeatMs <= 5 * beatMs ? beatMs : tuning.heartbeatMs,
  };
  const offering = [hostsQueue(deployment), releaseQueue(deployment, release)].map((taskQueue) => {
    const { tuner, preparing } = whileFree(engine, preparationsAtOnce);
    return Worker.create({
      ...shared,
      taskQueue,
      activities: { prepareTask: (order: PrepareTask) => preparing(() => prepareTask(order)) },
      tuner,
      maxConcurrentActivityTaskPolls: preparationsAtOnce,
    });
  });
  const running = await Worker.create({
    ...shared,
    taskQueue: queue,
    activities: onThisHost,
    // A task and the check of its health each take one; an order must never wait for them.
    maxConcurrentActivityTaskExecutions: 2 * slots + ordersAtOnce,
  });
  // Before it takes anything: who waits for a task to be prepared shouldn't wait for code to be loaded too.
  await warm;
  return { offering: await Promise.all(offering), running, engine };
}
