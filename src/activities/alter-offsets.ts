/** Sets where a job goes on reading, for a rewind: its group's committed offsets. The caller has fenced every task. Idempotent. */
import { groupId } from '../contracts/names.ts';
import type { RewindTarget } from '../contracts/operation.ts';
import type { AlteredOffsets, AlterOffsets } from '../pipeline/runtime/port.ts';
import { bootstrapOf, type Clusters } from './kafka-admin.ts';

export interface AlterOffsetsOrder {
  readonly tenant: string;
  readonly job: string;
  readonly cluster: string;
  /** Source topics. */
  readonly topics: readonly string[];
  readonly to: RewindTarget;
}

export function alterJobOffsets(
  clusters: Clusters,
  alter: AlterOffsets,
  { tenant, job, cluster, topics, to }: AlterOffsetsOrder,
): Promise<AlteredOffsets> {
  return alter(bootstrapOf(clusters, cluster), groupId(tenant, job), topics, to);
}
