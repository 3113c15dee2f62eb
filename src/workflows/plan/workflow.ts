/**
 * Compiles one spec, durably and outside of any job: a query that can't be compiled never reaches a job's workflow.
 * Fails with the classified failure and its problems, positions in the SQL included.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../../activities/index.ts';
import { planningQueue } from '../../contracts/names.ts';
import type { Planned } from '../../contracts/plan.ts';
import { causeOf } from '../failure.ts';
import type { PlanJob } from './messages.ts';

export async function planJobWorkflow({ deployment, ...order }: PlanJob): Promise<Planned> {
  const { compileJob } = proxyActivities<ControlActivities>({
    taskQueue: planningQueue(deployment),
    startToCloseTimeout: 25_000,
    scheduleToCloseTimeout: 25_000,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 2_000 },
    summary: 'compile the query against its stream',
  });
  try {
    return await compileJob(order);
  } catch (error) {
    throw causeOf(error);
  }
}
