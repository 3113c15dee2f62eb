/** Takes the transactional ids of tasks that must never commit again away from whoever holds them. Idempotent: fencing twice fences. */
import { MillraceError } from '../contracts/failure.ts';
import { homeOf, type Plan } from '../contracts/plan.ts';
import type { FenceTransactionalIds } from '../pipeline/runtime/port.ts';
import { classify } from './classify.ts';
import { accessTo, type Clusters } from './clusters.ts';

export interface FenceTasks {
  readonly plan: Plan;
  readonly ids: readonly string[];
}

/**
 * Every failure is worth another try, even one that somebody has to mend first: a workflow that gave up here would end
 * with tasks that can still commit.
 */
export async function fenceTasks(clusters: Clusters, fence: FenceTransactionalIds, order: FenceTasks): Promise<void> {
  try {
    await fence(accessTo(clusters, homeOf(order.plan)), order.ids);
  } catch (error) {
    throw new MillraceError({ ...classify(error, 'tasks were fenced'), retry: true }, [], { cause: error });
  }
}
