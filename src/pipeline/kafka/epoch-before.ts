/**
 * The leader epoch of the last record before an offset, for a position that nothing was read at: a start, a rewind, what
 * another tool has set. The leader tells where each epoch ends, not which one a record is of: they are gone through
 * backwards, from its own.
 */
import { offsetForLeaderEpoch } from './api/offset-for-leader-epoch.ts';
import type { Cluster } from './cluster.ts';

/** Epochs that are gone through: an offset is behind by few of them where records are read as they come. */
const EPOCHS_MAX = 16;

/** -1 where it can't be told, or asked for: the position is then validated by its offset alone. Never rejects. */
export async function epochBefore(cluster: Cluster, topic: string, partition: number, offset: number): Promise<number> {
  if (offset <= 0) return -1;
  try {
    const link = await cluster.leaderLink(topic, partition, 'control');
    const leaderEpoch = cluster.leaderEpoch(topic, partition);
    let epoch = leaderEpoch;
    for (let gone = 0; gone < EPOCHS_MAX && epoch > 0; gone++) {
      const before = await link.request(offsetForLeaderEpoch(topic, partition, leaderEpoch, epoch - 1));
      if (before.endOffset < 0) return -1;
      if (before.endOffset < offset) return epoch;
      epoch = before.epoch;
    }
    return epoch <= 0 ? epoch : -1;
  } catch {
    return -1;
  }
}
