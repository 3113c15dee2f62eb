/** Where a job stands, for its workflow: which topics there are under its topics' names, and what is committed in them. */
import { limits } from '../../contracts/limits.ts';
import type { Standing } from '../../contracts/positions.ts';
import { kafkaError } from '../kafka/broker-error.ts';
import { type Cluster, isThere, type SourceTopic } from '../kafka/cluster.ts';
import { allPartitions, stableOffsets, standingOf } from '../kafka/group-offsets.ts';

/** Asks for all topics at once, and keeps nothing of them. Throws MillraceError. */
export async function standingIn(
  cluster: Cluster,
  group: string,
  names: readonly string[],
): Promise<Readonly<Record<string, Standing>>> {
  try {
    const { topics: found } = await cluster.look(names);
    const topics = found.filter(isThere).map(({ name, id, leaders }): SourceTopic => {
      return { topic: name, id, partitions: leaders.length };
    });
    const committed = await stableOffsets(cluster, group, allPartitions(topics), limits.standingMsMax);
    return Object.fromEntries<Standing>(topics.map((t) => [t.topic, standingOf(t, committed)] as const));
  } catch (e) {
    throw kafkaError(e, cluster.bootstrap);
  }
}
