/** Short workflows: one activity that somebody waits for, done durably and outside of what lasts. */
import { type ActivityInterfaceFor, proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/index.ts';

/** Milliseconds of the activity, with every attempt: whoever waits does so for a little longer. */
const activityMsMax = 25_000;

export const shortActivities = (taskQueue: string, summary: string): ActivityInterfaceFor<ControlActivities> =>
  proxyActivities<ControlActivities>({
    taskQueue,
    startToCloseTimeout: activityMsMax,
    scheduleToCloseTimeout: activityMsMax,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 2_000 },
    summary,
  });
