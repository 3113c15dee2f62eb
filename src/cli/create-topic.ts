/** Creates a topic where there is none, for `millrace produce --create`: what a newcomer needs before the first event. */
import kafkajs from 'kafkajs';
import { failure, MillraceError } from '../contracts/failure.ts';

/** Resolves whether or not it was there. Throws MillraceError `kafka_unavailable`. */
export async function createTopic(bootstrap: string, topic: string, partitions: number): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The topic ${topic} could not be created on the cluster at ${bootstrap}: ${reason}`;
    throw new MillraceError(failure('kafka_unavailable', message), [], { cause: error });
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
