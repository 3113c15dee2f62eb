/**
 * Compiles one spec, durably and outside of any job: a query that can't be compiled never reaches a job's workflow.
 * Fails with the classified failure and its problems, positions in the SQL included.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../../activities/index.ts';
import type { CompileJob, Planned } from '../../contracts/plan.ts';
import { causeOf } from '../failure.ts';

const { compileJob } = proxyActivities<ControlActivities>({
  startToCloseTimeout: 20_000,
  scheduleToCloseTimeout: 25_000,
  retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 2_000 },
  summary: 'compile the query against its stream',
});

export async function planJobWorkflow(order: CompileJob): Promise<Planned> {
  try {
    return await compileJob(order);
  } catch (error) {
    throw causeOf(error);
  }
}
