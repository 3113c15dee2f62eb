/**
 * Which activity of the control process is on which task queue, and how many of a queue run at once. Queues are apart so that none waits
 * for another: recovery not for planning or history, a rollout not for its own waiting or the jobs' history. Short workflows run where their
 * activities do, so that however many are asked for, a job's next workflow task stands behind none. That all are here is the compiler's check.
 */
import type { ControlActivities } from '../activities/index.ts';
import type { RolloutActivities } from '../activities/rollout.ts';
import { limits } from '../contracts/limits.ts';
import {
  controlQueue,
  logQueue,
  planningQueue,
  readingQueue,
  recoveriesQueue,
  rolloutStepsQueue,
  rolloutsQueue,
} from '../contracts/names.ts';

export type Activities = ControlActivities & RolloutActivities;

const queues = {
  control: { taskQueue: controlQueue, slots: limits.lifecycleSlots },
  planning: { taskQueue: planningQueue, slots: limits.planningSlots },
  recoveries: { taskQueue: recoveriesQueue, slots: limits.lifecycleSlots },
  log: { taskQueue: logQueue, slots: limits.logSlots },
  rolloutSteps: { taskQueue: rolloutStepsQueue, slots: limits.rolloutStepsSlots },
  reading: { taskQueue: readingQueue, slots: limits.readingSlots },
  rollouts: { taskQueue: rolloutsQueue, slots: limits.rolloutSlots },
} as const;

/** Queues on which workflows run: those that last, plans, and pages that people read. */
const withWorkflows: readonly (keyof typeof queues)[] = ['control', 'planning', 'reading'];

const queueOf: Readonly<Record<keyof Activities, keyof typeof queues>> = {
  ensureTopics: 'control',
  fenceTasks: 'control',
  fenceFormerLife: 'control',
  readPositions: 'control',
  alterOffsets: 'control',
  admitRecovery: 'recoveries',
  compileJob: 'planning',
  makeStreamTopics: 'planning',
  appendHistory: 'log',
  appendToLog: 'rolloutSteps',
  readJobs: 'rolloutSteps',
  readHistory: 'reading',
  readOutcomes: 'reading',
  selectJobs: 'rolloutSteps',
  findRegressed: 'rolloutSteps',
  actOnJob: 'rollouts',
};

export interface ControlQueue {
  readonly hasWorkflows: boolean;
  readonly taskQueue: string;
  readonly activities: Partial<Activities>;
  readonly maxConcurrentActivityTaskExecutions: number;
  readonly maxTaskQueueActivitiesPerSecond?: number;
}

/** One worker each. `recoveriesPerSecond`: of all processes; left out, as many as come. */
export function controlQueues(
  deployment: string,
  activities: Partial<Activities>,
  recoveriesPerSecond?: number,
): ControlQueue[] {
  return (Object.keys(queues) as (keyof typeof queues)[]).map((queue) => ({
    hasWorkflows: withWorkflows.includes(queue),
    taskQueue: queues[queue].taskQueue(deployment),
    activities: Object.fromEntries(
      Object.entries(activities).filter(([name]) => queueOf[name as keyof Activities] === queue),
    ),
    maxConcurrentActivityTaskExecutions: queues[queue].slots,
    ...(queue === 'recoveries' && recoveriesPerSecond !== undefined
      ? { maxTaskQueueActivitiesPerSecond: recoveriesPerSecond }
      : {}),
  }));
}
