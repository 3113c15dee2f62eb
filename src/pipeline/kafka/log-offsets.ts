/** Where a topic's partitions begin, end, or stood at a time: each leader is asked once, and again while leaders move. */
import { limits } from '../../contracts/limits.ts';
import { listOffsets } from './api/list-offsets.ts';
import { isFinal, NoAnswer } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { withPatience } from './pause.ts';

/** Partition → offset at a time, or EARLIEST or LATEST; -1 where no record is as late. Retries for limits.taskRetryMs. */
export function offsetsAt(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  at: number,
): Promise<Map<number, number>> {
  const ask = async (): Promise<Map<number, number>> => {
    const answers = [...(await byLeader(cluster, topic, partitions))].map(async ([id, list]) =>
      (await cluster.broker(id, 'control')).request(listOffsets(topic, list, at, (p) => cluster.leaderEpoch(topic, p))),
    );
    return new Map((await Promise.all(answers)).flatMap((a) => [...a]));
  };
  return withPatience(ask, {
    // A topic made a moment ago has leaders that don't know it yet.
    retriable: (e) => !isFinal(e),
    onTrouble: (e) => {
      if (e !== null) void cluster.refresh([topic]).catch(() => {});
    },
    forMs: limits.taskRetryMs,
  });
}

async function byLeader(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Promise<Map<number, number[]>> {
  if (partitions.some((p) => cluster.leader(topic, p) === null)) await cluster.refresh([topic]);
  const groups = new Map<number, number[]>();
  for (const p of partitions) {
    const leader = cluster.leader(topic, p);
    if (leader === null) throw new NoAnswer(`${topic}/${p} has no leader at the moment`);
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [p]);
    else group.push(p);
  }
  return groups;
}
