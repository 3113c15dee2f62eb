/**
 * Which activity of the control process is on which task queue, and how many of a queue run at once. Queues are apart so that none waits
 * for another: recovery not for planning or history, a rollout not for its own waiting. That all are here is the compiler's check.
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
  rolloutsQueue,
} from '../contracts/names.ts';

export type Activities = ControlActivities & RolloutActivities;

const queues = {
  control: { taskQueue: controlQueue, slots: limits.lifecycleSlots },
  planning: { taskQueue: planningQueue, slots: limits.planningSlots },
  recoveries: { taskQueue: recoveriesQueue, slots: limits.lifecycleSlots },
  log: { taskQueue: logQueue, slots: limits.logSlots },
  reading: { taskQueue: readingQueue, slots: limits.readingSlots },
  rollouts: { taskQueue: rolloutsQueue, slots: limits.rolloutSlots },
} as const;

const queueOf: Readonly<Record<keyof Activities, keyof typeof queues>> = {
  ensureTopics: 'control',
  fenceTasks: 'control',
  fenceFormerLife: 'control',
  readPositions: 'control',
  alterOffsets: 'control',
  admitRecovery: 'recoveries',
  compileJob: 'planning',
  appendHistory: 'log',
  appendToLog: 'log',
  readJobs: 'log',
  readHistory: 'reading',
  readOutcomes: 'reading',
  selectJobs: 'reading',
  findRegressed: 'reading',
  actOnJob: 'rollouts',
};

export interface ActivityQueue {
  readonly taskQueue: string;
  readonly activities: Partial<Activities>;
  readonly maxConcurrentActivityTaskExecutions: number;
  readonly maxTaskQueueActivitiesPerSecond?: number;
}

/** One worker's options each. The first has the workflows too. `recoveriesPerSecond`: of all processes; left out, as many as come. */
export function controlQueues(
  deployment: string,
  activities: Partial<Activities>,
  recoveriesPerSecond?: number,
): ActivityQueue[] {
  return Object.entries(queues).map(([queue, { taskQueue, slots }]) => ({
    taskQueue: taskQueue(deployment),
    activities: Object.fromEntries(
      Object.entries(activities).filter(([name]) => queueOf[name as keyof Activities] === queue),
    ),
    maxConcurrentActivityTaskExecutions: slots,
    ...(queue === 'recoveries' && recoveriesPerSecond !== undefined
      ? { maxTaskQueueActivitiesPerSecond: recoveriesPerSecond }
      : {}),
  }));
}
