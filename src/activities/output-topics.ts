/** A job's output topics: Millrace creates them where they are missing, and never changes them. */
import type { Plan } from '../contracts/plan.ts';
import type { WantedTopic } from '../kafka-admin/topics.ts';
import type { TopicAdmins } from './clusters.ts';

export async function ensureOutputTopics(admins: TopicAdmins, plan: Plan): Promise<void> {
  const { cluster, topic, partitions } = plan.sink.kafka;
  const wanted: WantedTopic[] = [{ topic, partitions }];
  if (plan.errors.policy === 'dlq') wanted.push({ topic: plan.errors.topic, partitions: 1 });
  await admins(cluster).ensure(wanted);
}
