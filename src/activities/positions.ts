/**
 * Reads where a job stands: its group's committed offsets, for the workflow to keep. The broker forgets those of a group
 * without members after its retention, which a job can outwait. What a task commits meanwhile isn't known here.
 */
import { groupId } from '../contracts/names.ts';
import type { Positions } from '../contracts/task.ts';
import { bootstrapOf, type Clusters, committedOffsets } from './kafka-admin.ts';

export interface ReadPositions {
  readonly tenant: string;
  readonly job: string;
  readonly cluster: string;
  /** Source topics. */
  readonly topics: readonly string[];
}

/** A partition that was never committed, or whose offset is forgotten, is left out. */
export function readPositions(clusters: Clusters, order: ReadPositions): Promise<Positions> {
  const { tenant, job, cluster, topics } = order;
  return committedOffsets(bootstrapOf(clusters, cluster), groupId(tenant, job), topics);
}
