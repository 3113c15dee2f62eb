/** What the client asks of a short planning workflow. */
import type { CompileJob, Planned } from '../../contracts/plan.ts';

/** The workflow's name at the server. */
export const planWorkflowType = 'planJobWorkflow';

export type PlanJobWorkflow = (order: CompileJob) => Promise<Planned>;
