/** Takes the transactional ids of tasks that must never commit again away from whoever holds them. Idempotent: fencing twice fences. */
import type { Plan } from '../contracts/plan.ts';
import type { FenceTransactionalIds } from '../pipeline/runtime/port.ts';
import { bootstrapOf, type Clusters } from './kafka-admin.ts';

export interface FenceTasks {
  readonly plan: Plan;
  readonly ids: readonly string[];
}

export async function fenceTasks(clusters: Clusters, fence: FenceTransactionalIds, order: FenceTasks): Promise<void> {
  await fence(bootstrapOf(clusters, order.plan.sink.kafka.cluster), order.ids);
}
