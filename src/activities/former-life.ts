/**
 * Fences what is left of a job's former life: one whose workflow was terminated, or failed, ended without fencing its
 * tasks, and nothing in the new workflow knows their ids. Idempotent.
 */
import { Context } from '@temporalio/activity';
import type { JobKey } from '../contracts/names.ts';
import type { FenceFormerLife } from '../pipeline/runtime/port.ts';
import { accessTo, type Clusters } from './clusters.ts';

export interface FormerLife extends JobKey {
  /** Where the job is at home (contracts/plan.ts `homeOf`): a life on another cluster shares nothing with it. */
  readonly cluster: string;
}

export function fenceFormerLife(clusters: Clusters, fence: FenceFormerLife, order: FormerLife): Promise<void> {
  const context = Context.current();
  return fence(accessTo(clusters, order.cluster), order, () => context.heartbeat());
}
