/**
 * Keeps a workflow from running ahead of its history. A query that has waited for a worker brings all events so far, those too
 * for which no workflow task has begun; the SDK would run the workflow on them, and keep it. What it does then is not what
 * a replay does: there, these events and the updates that came after them are one activation. So such a query fails, which makes the
 * worker forget the workflow, and is asked again. Owns telling such an activation from others, nothing of any workflow.
 */
import type { Next, WorkflowInterceptorsFactory, WorkflowInternalsInterceptor } from '@temporalio/workflow';
import type { ActivateInput } from '@temporalio/workflow/lib/interceptors.js';
import { aheadOfHistory } from '../contracts/names.ts';

/** How far an activation goes, and when its workflow task began. */
interface Extent {
  readonly events: number;
  readonly began: string;
}

/** Loaded by the bundle, once for each workflow in memory. */
export const interceptors: WorkflowInterceptorsFactory = () => ({ internals: [new StopAtHistory()] });

export class StopAtHistory implements WorkflowInternalsInterceptor {
  #last: Extent | null = null;

  /** Throws where new events come without a new workflow task: its time is that of the one before. */
  activate(input: ActivateInput, next: Next<WorkflowInternalsInterceptor, 'activate'>): void {
    const { isReplaying, historyLength, timestamp, jobs } = input.activation;
    if (jobs?.some((job) => job.queryWorkflow == null)) {
      const extent = { events: historyLength ?? 0, began: `${timestamp?.seconds}.${timestamp?.nanos}` };
      const last = this.#last;
      if (last !== null && isReplaying !== true && extent.events > last.events && extent.began === last.began) {
        throw new Error(aheadOfHistory);
      }
      this.#last = extent;
    }
    next(input);
  }
}
