/** The audit topic: its shape, and how records come into it. What a record means is history.ts's and rollout-log.ts's matter. */
import { limits } from '../contracts/limits.ts';
import { ensureTopics } from '../kafka-admin/topics.ts';
import { isTopicMissing, type KeyedRecord, type TopicAppender } from '../pipeline/kafka/index.ts';

/** How far one reading goes through what others have written. */
export const scanBounds = { records: limits.historyScanRecordsMax, ms: limits.historyScanMsMax };

/** Appends records in this order; the topic is created where it is missing. */
export async function appendToAudit(audit: TopicAppender, records: readonly KeyedRecord[]): Promise<void> {
  try {
    await audit.append(records);
  } catch (error) {
    if (!isTopicMissing(error)) throw error;
    await createAuditTopic(audit);
    await audit.append(records);
  }
}

function createAuditTopic({ access, topic }: TopicAppender): Promise<void> {
  const config = {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'max.message.bytes': String(limits.auditRecordBytesMax),
  };
  return ensureTopics(access, [{ topic, partitions: limits.auditPartitions, config }]);
}
