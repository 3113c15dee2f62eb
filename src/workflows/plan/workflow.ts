/**
 * Compiles one spec, durably and outside of any job: a query that can't be compiled never reaches a job's workflow.
 * Fails with the classified failure and its problems, positions in the SQL included.
 */
import { planningQueue } from '../../contracts/names.ts';
import type { Planned } from '../../contracts/plan.ts';
import { causeOf } from '../failure.ts';
import { shortActivities } from '../short.ts';
import type { PlanJob } from './messages.ts';

export async function planJobWorkflow({ deployment, ...order }: PlanJob): Promise<Planned> {
  const { compileJob } = shortActivities(planningQueue(deployment), 'compile the query against its stream');
  try {
    return await compileJob(order);
  } catch (error) {
    throw causeOf(error);
  }
}
