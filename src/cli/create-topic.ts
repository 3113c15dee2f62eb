/** Creates a topic where there is none, for `millrace produce --create`: what a newcomer needs before the first event. */
import { failure, MillraceError } from '../contracts/failure.ts';
import type { KafkaAccess } from '../contracts/kafka-access.ts';
import { ensureTopics } from '../kafka-admin/topics.ts';

/** Resolves whether or not it was there. Throws MillraceError `kafka_unavailable`. */
export async function createTopic(access: KafkaAccess, topic: string, partitions: number): Promise<void> {
  try {
    await ensureTopics(access, [{ topic, partitions }]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The topic ${topic} could not be created on the cluster at ${access.bootstrap}: ${reason}`;
    throw new MillraceError(failure('kafka_unavailable', message), [], { cause: error });
  }
}
