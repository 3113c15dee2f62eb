/** Sets where a job goes on reading, for a rewind: its group's committed offsets. The caller has fenced every task. Idempotent. */
import { Context } from '@temporalio/activity';
import { groupId, type JobKey } from '../contracts/names.ts';
import type { RewindTarget } from '../contracts/operation.ts';
import type { Positions } from '../contracts/positions.ts';
import type { AlteredOffsets, AlterOffsets, KnownTopics } from '../pipeline/runtime/port.ts';
import { accessTo, type Clusters } from './clusters.ts';

export interface AlterOffsetsOrder extends JobKey {
  /** Where the job is at home (contracts/plan.ts `homeOf`). */
  readonly cluster: string;
  /** Source topics. */
  readonly topics: readonly string[];
  readonly known: KnownTopics;
  readonly to: RewindTarget;
}

/** Where the job stood is kept in a heartbeat, so that an attempt after the one that set the offsets still tells it. */
export function alterJobOffsets(
  clusters: Clusters,
  alter: AlterOffsets,
  order: AlterOffsetsOrder,
): Promise<AlteredOffsets> {
  const { cluster, topics, known, to } = order;
  const context = Context.current();
  const from = (context.info.heartbeatDetails as Positions | undefined) ?? null;
  const attempts = { from, found: (positions: Positions) => context.heartbeat(positions) };
  return alter(accessTo(clusters, cluster), groupId(order), topics, known, to, attempts);
}
