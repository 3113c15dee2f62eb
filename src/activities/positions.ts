/**
 * Reads where a job stands: which topics there are under its topics' names, and its group's committed offsets, for the
 * workflow to keep. The broker forgets those of a group without members after its retention, which a job can outwait. What a
 * task commits meanwhile isn't known here.
 */
import { groupId, type JobKey } from '../contracts/names.ts';
import type { Standing } from '../contracts/positions.ts';
import type { ReadStanding } from '../pipeline/runtime/port.ts';
import { accessTo, type Clusters } from './clusters.ts';

export interface ReadPositions extends JobKey {
  /** Where the job is at home (contracts/plan.ts `homeOf`). */
  readonly cluster: string;
  /** Source topics. */
  readonly topics: readonly string[];
}

/** By name; a topic that doesn't exist is left out, and so is a partition that was never committed, or whose offset is forgotten. */
export function readPositions(
  clusters: Clusters,
  read: ReadStanding,
  order: ReadPositions,
): Promise<Readonly<Record<string, Standing>>> {
  return read(accessTo(clusters, order.cluster), groupId(order), order.topics);
}
