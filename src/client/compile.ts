/** A spec → its plan, through a short workflow of its own, so that what can't be compiled never reaches the job's. */
import { planningQueue, planWorkflowId } from '../contracts/names.ts';
import type { CompileJob, Planned } from '../contracts/plan.ts';
import type { Asking } from '../workflows/job/messages.ts';
import { type PlanJob, planWorkflowType } from '../workflows/plan/messages.ts';
import { jobTitle, requestName } from './asking.ts';
import type { Temporal } from './temporal.ts';

/** The request names the workflow: asked twice at once, compiled once. */
export async function compile(
  temporal: Temporal,
  order: CompileJob,
  request: Pick<Asking, 'requestId' | 'digest'>,
): Promise<Planned> {
  const { deployment } = temporal;
  return temporal.run(jobTitle(order.tenant, order.name), {
    type: planWorkflowType,
    workflowId: planWorkflowId(deployment, order.tenant, order.name, requestName(request)),
    taskQueue: planningQueue(deployment),
    argument: { deployment, ...order } satisfies PlanJob,
  });
}
