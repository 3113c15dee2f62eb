/**
 * Records whose own times are of long ago were gone half a minute after the embedded broker's start: Kafka deletes by the
 * records' times, and looks first when 30 s have passed. Tests that took longer read nothing, and a development broker
 * lost what had just been written to it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { RawProducer } from '../../src/pipeline/kafka/index.ts';
import { withAdmin } from '../support/admin.ts';
import { until } from '../support/patience.ts';

let kafka: EmbeddedKafka;
before(async () => {
  const properties = { 'log.initial.task.delay.ms': '1000', 'log.retention.check.interval.ms': '500' };
  kafka = await startKafka({ onProgress: () => {}, properties });
});
after(() => kafka.close());

const firstOffset = (topic: string): Promise<string> =>
  withAdmin(kafka.bootstrap, async (admin) => (await admin.fetchTopicOffsets(topic))[0]!.low);

test('a record of 1970 is kept, where another topic’s is deleted by a retention that was asked for', async () => {
  await ensureTopics({ bootstrap: kafka.bootstrap }, [
    { topic: 'kept', partitions: 1 },
    { topic: 'gone', partitions: 1, config: { 'retention.ms': '604800000' } },
  ]);
  const producer = await RawProducer.open({ bootstrap: kafka.bootstrap });
  for (const topic of ['kept', 'gone']) producer.append(topic, 0, { value: Buffer.from('1'), timestamp: 1_000 });
  await producer.flush();
  await producer.close();
  await until('the other record is deleted', async () => (await firstOffset('gone')) === '1');
  await until('all logs have been looked at once more', async () => {
    const producer = await RawProducer.open({ bootstrap: kafka.bootstrap });
    producer.append('gone', 0, { value: Buffer.from('2'), timestamp: 1_000 });
    await producer.flush();
    await producer.close();
    return Number(await firstOffset('gone')) >= 2;
  });
  assert.equal(await firstOffset('kept'), '0');
});
