/** The embedded cluster is a real one: three brokers that take over from each other, formatted as was asked. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PartitionMetadata } from 'kafkajs';
import { askMetadata } from '../../../src/dev/kafka-node.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import { RawProducer, readTopic } from '../../../src/pipeline/index.ts';
import { Cluster } from '../../../src/pipeline/kafka/cluster.ts';
import { withAdmin } from '../../support/admin.ts';
import { until } from '../../support/patience.ts';
import { isRunning } from '../../support/processes.ts';
import { type CuttableCluster, startCuttableCluster } from '../../support/servers.ts';

let cluster: CuttableCluster;
const topic = 'kept';

before(async () => {
  cluster = await startCuttableCluster({
    features: { 'transaction.version': 1 },
    properties: (id) => ({ 'broker.rack': `rack-${id}` }),
  });
});
after(() => cluster.close());

const partitionsSeenBy = (bootstrap: string): Promise<PartitionMetadata[]> =>
  withAdmin(bootstrap, async (admin) => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]!.partitions);

async function produce(value: string): Promise<void> {
  const producer = await RawProducer.open({ bootstrap: cluster.bootstrap });
  producer.append(topic, 0, { value: Buffer.from(value) });
  await producer.flush();
  await producer.close();
}

test('topics have three replicas, and what is written to one broker is read from the next', async () => {
  await ensureTopics({ bootstrap: cluster.bootstrap }, [{ topic, partitions: 3 }]);
  for (const partition of await partitionsSeenBy(cluster.brokers[0]!.bootstrap))
    assert.deepEqual([...partition.replicas].sort(), [1, 2, 3]);
  await produce('a');
});

test('it is formatted with the levels of features that were asked for', async () => {
  const link = new Cluster({ bootstrap: cluster.bootstrap }, 'test');
  try {
    assert.equal(await link.transactionVersion(), 1);
  } finally {
    await link.close();
  }
});

test('a broker that is frozen loses its partitions to others, and comes back', async () => {
  const [{ leader }] = (await partitionsSeenBy(cluster.brokers[0]!.bootstrap)) as [PartitionMetadata];
  const frozen = cluster.brokers[leader - 1]!;
  const other = cluster.brokers[leader % 3]!;
  frozen.freeze();
  try {
    await until('another leads', async () => (await partitionsSeenBy(other.bootstrap))[0]?.leader !== leader);
  } finally {
    frozen.wake();
  }
  await until('all are in sync again', async () => (await partitionsSeenBy(other.bootstrap))[0]?.isr.length === 3);
  await produce('b');
});

test('a broker that is cut off answers no client, and still follows the others', async () => {
  const [broker] = cluster.brokers as [CuttableCluster['brokers'][number]];
  broker.way.cut('reset');
  await assert.rejects(askMetadata(`127.0.0.1:${broker.way.port}`));
  await askMetadata(broker.bootstrap, 3);
  broker.way.heal('reset');
  await askMetadata(`127.0.0.1:${broker.way.port}`, 3);
});

test('a broker that is killed comes back on its port with its data', async () => {
  const killed = cluster.brokers[1]!;
  const pid = killed.pid();
  await killed.kill();
  assert.equal(isRunning(pid), false);
  await killed.restart();
  await askMetadata(killed.bootstrap, 3);
  const values: string[] = [];
  for await (const records of readTopic({ bootstrap: killed.bootstrap, topic }))
    for (const { value } of records) values.push(String(value));
  assert.deepEqual(values, ['a', 'b']);
});
