/** What the client asks of a short planning workflow. */
import type { CompileJob, Planned } from '../../contracts/plan.ts';

/** The workflow's name at the server. */
export const planWorkflowType = 'planJobWorkflow';

export interface PlanJob extends CompileJob {
  readonly deployment: string;
}

export type PlanJobWorkflow = (order: PlanJob) => Promise<Planned>;
