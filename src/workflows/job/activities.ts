/**
 * The activities of a job as its workflow calls them: which queue, how long, how often. Every call has a summary that
 * an operator reads in the Temporal UI.
 */
import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { ControlActivities, HostActivities } from '../../activities/index.ts';
import { limits, type Tuning } from '../../contracts/limits.ts';
import { hostsQueue, logQueue, recoveriesQueue, releaseQueue } from '../../contracts/names.ts';
import type { PreparedTask } from '../../contracts/task.ts';

const retry = { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 2_000 } as const;

/** Kafka admin operations before a generation: given up after a while, since the job is retried as a whole. */
export const admin = (summary: string): ControlActivities =>
  proxyActivities<ControlActivities>({ startToCloseTimeout: 20_000, scheduleToCloseTimeout: 40_000, retry, summary });

/** Fencing of ids that nobody counted: bounded by its progress. The job is retried as a whole. */
export const clearing = (summary: string): ControlActivities =>
  proxyActivities<ControlActivities>({
    startToCloseTimeout: '10 minutes',
    scheduleToCloseTimeout: '10 minutes',
    heartbeatTimeout: 30_000,
    retry: { ...retry, maximumAttempts: 3 },
    summary,
  });

/** What is good to know and no reason to wait: given up soon. */
export const glance = (summary: string): ControlActivities =>
  proxyActivities<ControlActivities>({
    startToCloseTimeout: 5_000,
    scheduleToCloseTimeout: 10_000,
    retry: { ...retry, maximumAttempts: 2 },
    summary,
  });

/** Fencing at the end of a life: tried until Kafka answers, because a job isn't stopped before no task can commit. */
export const fencing = (summary: string): ControlActivities =>
  proxyActivities<ControlActivities>({
    startToCloseTimeout: 30_000,
    retry: { ...retry, maximumInterval: limits.jobRetryMaxMs },
    summary,
  });

/** Whichever host has a free slot, waited for this long in milliseconds. A host that is full doesn't ask, or refuses, and the retry finds another. */
export const anyHost = (deployment: string, waitMs: number, summary: string): HostActivities =>
  proxyActivities<HostActivities>({
    taskQueue: hostsQueue(deployment),
    startToCloseTimeout: limits.prepareMsMax,
    scheduleToStartTimeout: waitMs,
    scheduleToCloseTimeout: waitMs + limits.prepareMsMax,
    retry,
    summary,
  });

/** A host of this release that has a free slot; given up sooner, because there may be none of it any more. */
export const hostOf = (deployment: string, release: string, summary: string): HostActivities =>
  proxyActivities<HostActivities>({
    taskQueue: releaseQueue(deployment, release),
    startToCloseTimeout: 10_000,
    scheduleToStartTimeout: limits.releaseWaitMsMax,
    scheduleToCloseTimeout: 40_000,
    retry,
    summary,
  });

/**
 * The task itself: it runs as long as it may. A second attempt goes to the same host, which may only have lost Temporal, and listens
 * to the task that runs there; it begins it where the first has never arrived. `tasks`: of its generation. It is given up where no host takes it up, or the host knows no such task.
 */
export const taskOn = (host: PreparedTask, tasks: number, summary: string): HostActivities =>
  proxyActivities<HostActivities>({
    taskQueue: host.queue,
    // In production longer than a worker that has lost Temporal waits between two attempts to reach it: 12 s at most. A shorter
    // timeout is for development, where a host that is gone should be noticed soon.
    scheduleToStartTimeout: takeUpMs(host.tuning) + tasks * limits.takeUpMsPerTask,
    startToCloseTimeout: '365 days',
    heartbeatTimeout: host.tuning.heartbeatMs,
    retry,
    summary,
  });

const takeUpMs = ({ heartbeatMs, takeUpMs: more = 0 }: Tuning): number =>
  Math.max(limits.adoptMsMin, heartbeatMs / 2) + more;

/** What a job begins a generation for by itself: tasks that were lost, or topics that changed, which can wait for those. */
export type Recovery = 'tasks' | 'topics';

const admissions: Readonly<Record<Recovery, Pick<ActivityOptions, 'summary' | 'priority'>>> = {
  tasks: { summary: 'leave to recover' },
  topics: { summary: 'leave to take up what its topics have become', priority: { priorityKey: 5 } },
};

/** Leave to begin a recovery, at a bounded rate for all jobs together. Given up after a long while: it keeps order, and isn't needed. */
export const admission = (deployment: string, why: Recovery): ControlActivities =>
  proxyActivities<ControlActivities>({
    taskQueue: recoveriesQueue(deployment),
    startToCloseTimeout: 10_000,
    scheduleToCloseTimeout: limits.admissionMsMax,
    retry,
    ...admissions[why],
  });

/**
 * Waits for health, by heartbeats: a server that is short of time may hand out an order that never arrives, which another attempt
 * notices. `tasks`: of its generation.
 */
export const confirmOn = (host: PreparedTask, tasks: number, summary: string): HostActivities => {
  const waits = on(host, tasks);
  const healthyMs = host.tuning.healthMs + limits.confirmMsMax;
  return proxyActivities<HostActivities>({
    ...waits,
    startToCloseTimeout: healthyMs,
    scheduleToCloseTimeout: waits.scheduleToStartTimeout + healthyMs,
    heartbeatTimeout: host.tuning.heartbeatMs,
    retry,
    summary,
  });
};

/** What is good to know of a task and no reason to wait. */
export const glanceOn = (host: PreparedTask, summary: string): HostActivities =>
  proxyActivities<HostActivities>({
    ...on(host),
    scheduleToStartTimeout: 1_000,
    startToCloseTimeout: 1_000,
    retry: { maximumAttempts: 1 },
    summary,
  });

/** The history: tried until Kafka takes it. On a queue of its own, since nothing waits for it, and recovery must not either. */
export const writing = (deployment: string, summary: string): ControlActivities =>
  proxyActivities<ControlActivities>({
    taskQueue: logQueue(deployment),
    startToCloseTimeout: 20_000,
    retry: { ...retry, maximumInterval: limits.jobRetryMaxMs },
    summary,
  });

/** A short order. That it doesn't arrive means that the host is gone, which the task's heartbeats tell too. */
export const orderOn = (host: PreparedTask, summary: string): HostActivities =>
  proxyActivities<HostActivities>({
    ...on(host),
    startToCloseTimeout: 10_000,
    retry: { ...retry, maximumAttempts: 3 },
    summary,
  });

const on = (host: PreparedTask, tasks = 1) => ({
  taskQueue: host.queue,
  scheduleToStartTimeout: 10_000 + tasks * limits.takeUpMsPerTask,
});
