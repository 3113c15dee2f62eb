/**
 * Composes a host: one engine, and two workers over one connection. One takes tasks from the queue of all hosts as long
 * as there are slots; the other does what the job's workflow says to the tasks that are here.
 */
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createHostActivities } from '../activities/index.ts';
import type { HostConfig } from '../config.ts';
import { hostQueue, hostsQueue } from '../contracts/names.ts';
import { createEngine } from '../pipeline/runtime/engine.ts';
import type { EngineOptions, EnginePort } from '../pipeline/runtime/port.ts';

/** Preparations at once: each compiles and connects. */
const preparationsAtOnce = 8;
/** Orders and health checks at once, beside the running tasks. */
const ordersAtOnce = 64;
/** Milliseconds until the workers end once every task has ended. */
const graceMs = 5_000;
/** Milliseconds between heartbeats that are sent, at most; in a hurry, so that what people see is live. */
const beatMs = 1_000;

export interface Host {
  readonly workers: readonly Worker[];
  readonly engine: EnginePort;
}

/** `makeEngine`: what runs the tasks; Millrace's own by default. */
export async function createHost(
  config: HostConfig,
  connection: NativeConnection,
  makeEngine: (options: EngineOptions) => EnginePort = createEngine,
): Promise<Host> {
  const { hostId, clusters, threads, slots, tuning } = config;
  const engine = makeEngine({ hostId, clusters, slots, ...(threads === undefined ? {} : { threads }) });
  const activities = createHostActivities({ hostId, tuning, engine });
  const { prepareTask, ...onThisHost } = activities;
  const shared = {
    connection,
    namespace: config.temporal.namespace,
    identity: hostId,
    shutdownGraceTime: graceMs,
    shutdownForceTime: 2 * graceMs,
    // 80 % of the heartbeat timeout is the SDK's own pace; a short timeout is for development, where people watch.
    maxHeartbeatThrottleInterval: tuning.heartbeatMs <= 5 * beatMs ? beatMs : tuning.heartbeatMs,
  };
  const offering = await Worker.create({
    ...shared,
    taskQueue: hostsQueue,
    activities: { prepareTask },
    maxConcurrentActivityTaskExecutions: preparationsAtOnce,
  });
  const running = await Worker.create({
    ...shared,
    taskQueue: hostQueue(hostId),
    activities: onThisHost,
    // A task and the check of its health each take one; an order must never wait for them.
    maxConcurrentActivityTaskExecutions: 2 * slots + ordersAtOnce,
  });
  return { workers: [offering, running], engine };
}
