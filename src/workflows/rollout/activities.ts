/**
 * The activities of a rollout as its workflow calls them: how long, how often. Acting on jobs has a task queue of its own, whose
 * slots it may fill with waiting: the list and the log, by which a rollout goes on, have another. Every call has a summary that an operator reads
 * in the Temporal UI.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { RolloutActivities } from '../../activities/rollout.ts';
import { limits } from '../../contracts/limits.ts';
import { readingQueue, rolloutStepsQueue, rolloutsQueue } from '../../contracts/names.ts';

const retry = { initialInterval: 200, backoffCoefficient: 2, maximumInterval: limits.jobRetryMaxMs } as const;

/** One job: waits until it has settled. Asked again with the same request id, a job does nothing twice. */
export const acting = (deployment: string, msMax: number, summary: string): RolloutActivities =>
  proxyActivities<RolloutActivities>({
    taskQueue: rolloutsQueue(deployment),
    startToCloseTimeout: msMax + 60_000,
    heartbeatTimeout: 30_000,
    retry: { ...retry, initialInterval: 1_000, maximumAttempts: 10 },
    summary,
  });

/** What goes through many jobs at once: bounded by its progress, tried until the servers answer. */
export const surveying = (deployment: string, summary: string): RolloutActivities =>
  proxyActivities<RolloutActivities>({
    taskQueue: rolloutStepsQueue(deployment),
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: 60_000,
    retry,
    summary,
  });

/** The next page of its own list: bounded by its progress, tried until Kafka answers. */
export const paging = (deployment: string, summary: string): RolloutActivities =>
  proxyActivities<RolloutActivities>({
    taskQueue: rolloutStepsQueue(deployment),
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: 60_000,
    retry,
    summary,
  });

/** The log: tried until Kafka answers. */
export const logging = (deployment: string, summary: string): RolloutActivities =>
  proxyActivities<RolloutActivities>({
    taskQueue: rolloutStepsQueue(deployment),
    startToCloseTimeout: 20_000,
    retry,
    summary,
  });

/** Outcomes for somebody who waits for them. */
export const reading = (deployment: string, summary: string): RolloutActivities =>
  proxyActivities<RolloutActivities>({
    taskQueue: readingQueue(deployment),
    startToCloseTimeout: 15_000,
    scheduleToCloseTimeout: 25_000,
    retry: { ...retry, maximumInterval: 2_000 },
    summary,
  });
