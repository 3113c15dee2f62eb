/** A spec → its plan, through a short workflow of its own, so that what can't be compiled never reaches the job's. */
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { planningQueue, planWorkflowId } from '../contracts/names.ts';
import type { CompileJob, Planned } from '../contracts/plan.ts';
import type { Asking } from '../workflows/job/messages.ts';
import { type PlanJob, planWorkflowType } from '../workflows/plan/messages.ts';
import { jobTitle } from './asking.ts';
import type { Temporal } from './temporal.ts';

/** Milliseconds that a plan may take. */
const planMsMax = 30_000;

/** The request names the workflow: asked twice at once, compiled once. */
export async function compile(
  temporal: Temporal,
  order: CompileJob,
  { requestId, digest }: Pick<Asking, 'requestId' | 'digest'>,
): Promise<Planned> {
  if (requestId.length > limits.requestIdCharsMax) {
    const message = `The request id is longer than ${limits.requestIdCharsMax} characters.`;
    throw new MillraceError(failure('invalid_spec', message));
  }
  return temporal.call(jobTitle(order.tenant, order.name), async (client) => {
    const planned: unknown = await client.workflow.execute(planWorkflowType, {
      workflowId: planWorkflowId(temporal.deployment, order.tenant, order.name, `${requestId}/${digest}`),
      taskQueue: planningQueue(temporal.deployment),
      args: [{ deployment: temporal.deployment, ...order } satisfies PlanJob],
      workflowExecutionTimeout: planMsMax,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    return planned as Planned;
  });
}
