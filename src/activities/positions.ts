/**
 * Reads where a job stands: its group's committed offsets, for the workflow to keep. The broker forgets those of a group
 * without members after its retention, which a job can outwait. What a task commits meanwhile isn't known here.
 */
import { groupId, type JobKey } from '../contracts/names.ts';
import type { Positions } from '../contracts/task.ts';
import { withAdmin } from '../kafka-admin/topics.ts';
import { bootstrapOf, type Clusters } from './clusters.ts';

export interface ReadPositions extends JobKey {
  readonly cluster: string;
  /** Source topics. */
  readonly topics: readonly string[];
}

/** A partition that was never committed, or whose offset is forgotten, is left out, and so is a topic without any. */
export function readPositions(clusters: Clusters, order: ReadPositions): Promise<Positions> {
  const { cluster, topics } = order;
  return withAdmin(bootstrapOf(clusters, cluster), async (admin) => {
    const found = await admin.fetchOffsets({ groupId: groupId(order), topics: [...topics] });
    const committed = found.map(({ topic, partitions }) => {
      const at = partitions.filter((p) => Number(p.offset) >= 0).map((p) => [p.partition, p.offset] as const);
      return [topic, Object.fromEntries(at)] as const;
    });
    return Object.fromEntries(committed.filter(([, at]) => Object.keys(at).length > 0));
  });
}
