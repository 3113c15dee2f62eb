/** Where a job stands, for its workflow: which topics there are under its topics' names, and what is committed in them. */
import { MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { Standing } from '../../contracts/positions.ts';
import { isTopicMissing, kafkaFailure } from '../kafka/broker-error.ts';
import { Cluster, type SourceTopic } from '../kafka/cluster.ts';
import { allPartitions, stableOffsets, standingOf } from '../kafka/group-offsets.ts';
import type { ReadStanding } from './port.ts';

export const readStanding: ReadStanding = async (bootstrap, group, names) => {
  const cluster = new Cluster(bootstrap, 'millrace-positions');
  try {
    const topics: SourceTopic[] = [];
    for (const name of names) {
      const topic = await cluster.topic(name).catch((e: unknown) => {
        if (!isTopicMissing(e)) throw e;
      });
      if (topic !== undefined) topics.push(topic);
    }
    const committed = await stableOffsets(cluster, group, allPartitions(topics), limits.standingMsMax);
    const standing = topics.map((t) => [t.topic, standingOf(t, committed)] as const);
    return Object.fromEntries<Standing>(standing);
  } catch (e) {
    throw new MillraceError(kafkaFailure(e, bootstrap), [], { cause: e });
  } finally {
    await cluster.close();
  }
};
