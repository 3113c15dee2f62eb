/** A stream that says how its topic is made, on real servers: made where it is missing, never changed, and no way to another's. No host is needed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MillraceClient } from '../../../src/client/client.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import type { JobDocumentInput, StreamDocumentInput } from '../../../src/contracts/spec.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import { TopicAdmin } from '../../../src/kafka-admin/topics.ts';
import { Cluster } from '../../../src/pipeline/kafka/cluster.ts';
import { RawProducer } from '../../../src/pipeline/kafka/index.ts';
import kafkajs from '../../support/kafkajs.ts';
import { until } from '../../support/patience.ts';

type Topic = StreamDocumentInput['spec']['topics'][number];

const apiVersion = 'millrace/v1';
const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let client: MillraceClient;
let control: ChildProcess;
let cluster: Cluster;

before(async () => {
  [kafka, temporal] = await Promise.all([startKafka(), startTemporal()]);
  client = new MillraceClient({ address: temporal.address });
  cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'millrace-test');
  control = spawn(process.execPath, [fileURLToPath(new URL('../../../src/worker/control-main.ts', import.meta.url))], {
    env: {
      ...process.env,
      KAFKA_BOOTSTRAP: kafka.bootstrap,
      TEMPORAL_ADDRESS: temporal.address,
      MILLRACE_LOG: 'error',
      MILLRACE_QUOTA: '{"partitions":10}',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((ready) => control.stdout?.once('data', ready));
});

after(async () => {
  control.kill('SIGTERM');
  await Promise.all([client.close(), cluster.close()]);
  await new Promise((done) => control.once('exit', done));
  await Promise.all([kafka.close(), temporal.close()]);
});

const stream = (tenant: string, name: string, topics: readonly Topic[]): StreamDocumentInput => ({
  apiVersion,
  kind: 'Stream',
  metadata: { tenant, name },
  spec: { topics: [...topics], schema: { avro } },
});

const job = (tenant: string, name: string, sql: string, topic: string): JobDocumentInput => ({
  apiVersion,
  kind: 'Job',
  metadata: { tenant, name },
  spec: { sql, sink: { kafka: { topic } } },
});

async function partitionsOf(topic: string): Promise<number | null> {
  return (await new TopicAdmin(cluster).partitions([topic])).get(topic) ?? null;
}

async function withAdmin<T>(
  use: (admin: ReturnType<InstanceType<typeof kafkajs.Kafka>['admin']>) => Promise<T>,
): Promise<T> {
  const admin = new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

async function remove(topic: string): Promise<void> {
  await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
  await until('the topic is gone', async () => (await partitionsOf(topic)) === null);
}

/** `code at path` of what a stream is refused for. */
async function refusal(document: StreamDocumentInput): Promise<string | null> {
  try {
    await client.applyStream(document);
    return null;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const { code, message } = error.failure;
    return error.problems.length === 0
      ? `${code}: ${message}`
      : `${code} at ${error.problems.map((p) => p.path).join()}`;
  }
}

test('a topic that says its partitions is made with them and its settings, when the stream is applied', async () => {
  const config = { 'retention.ms': 86_400_000, 'cleanup.policy': 'compact,delete', preallocate: true };
  await client.applyStream(
    stream('acme', 'made', [{ topic: 'acme.made', partitions: 3, config }, { topic: 'acme.plain' }]),
  );
  assert.equal(await partitionsOf('acme.made'), 3);
  assert.equal(await partitionsOf('acme.plain'), null, 'one that says nothing is its producers');
  await withAdmin(async (admin) => {
    const configNames = Object.keys(config);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: 'acme.made', configNames }],
    });
    const found = Object.fromEntries(resources[0]!.configEntries.map((e) => [e.configName, e.configValue]));
    assert.deepEqual(found, { 'retention.ms': '86400000', 'cleanup.policy': 'compact,delete', preallocate: 'true' });
  });
});

test('one that exists stays as it is, whatever the stream says', async () => {
  await client.applyStream(stream('acme', 'again', [{ topic: 'acme.again', partitions: 2 }]));
  const { revision } = await client.applyStream(stream('acme', 'again', [{ topic: 'acme.again', partitions: 5 }]));
  assert.equal(revision, 2);
  assert.equal(await partitionsOf('acme.again'), 2);
});

test('one that was deleted is made again by a job that is applied, and not by a plan', async () => {
  await client.applyStream(stream('acme', 'gone', [{ topic: 'acme.gone', partitions: 4 }]));
  await remove('acme.gone');
  const reader = job('acme', 'reader', 'SELECT a FROM gone', 'acme.out');
  assert.equal((await client.planJob(reader)).verdict, 'create');
  assert.equal(await partitionsOf('acme.gone'), null);
  await client.applyJob(reader);
  assert.equal(await partitionsOf('acme.gone'), 4);
});

test('the plan of a job is the same, whatever its stream says of its topic', async () => {
  await client.applyStream(stream('acme', 'same', [{ topic: 'acme.same', partitions: 1 }]));
  const reader = job('acme', 'same-reader', 'SELECT a FROM same', 'acme.same-out');
  const before = (await client.planJob(reader)).plan;
  await client.applyStream(stream('acme', 'same', [{ topic: 'acme.same' }]));
  assert.deepEqual((await client.planJob(reader)).plan, before);
});

test("no topic is made that is reserved, private, another tenant's, or beyond the tenant's share", async () => {
  await client.applyStream(stream('acme', 'mine', [{ topic: 'acme.mine', partitions: 1 }]));
  await client.applyJob(job('acme', 'writer', 'SELECT a FROM mine', 'acme.written'));
  // The job's own topic is made at once: what counts is whose it is, also when it isn't there.
  await until('the output is made', async () => (await partitionsOf('acme.written')) !== null);
  await remove('acme.written');
  for (const [topic, partitions, expected] of [
    ['_schemas', 1, 'foreign_topic at /spec/topics/0/topic'],
    ['acme.written', 1, 'foreign_topic at /spec/topics/0/topic'],
    ['evil.many', 11, 'quota_exceeded at /spec/topics'],
  ] as const) {
    assert.equal(await refusal(stream('evil', 'theirs', [{ topic, partitions }])), expected, topic);
    assert.equal(await partitionsOf(topic), null, topic);
  }
  // The share is of the whole stream.
  const both = [
    { topic: 'evil.a', partitions: 6 },
    { topic: 'evil.b', partitions: 6 },
  ];
  assert.equal(await refusal(stream('evil', 'theirs', both)), 'quota_exceeded at /spec/topics');
  await assert.rejects(client.getStream('evil', 'theirs'), /There is no stream/);
});

test('what Kafka refuses is told in its words, and the stream is not made', async () => {
  const wrong = stream('acme', 'wrong', [{ topic: 'acme.wrong', partitions: 1, config: { 'no.such.setting': 'x' } }]);
  assert.match((await refusal(wrong)) ?? '', /^topic_mismatch: .*INVALID_CONFIG.*acme\.wrong.*no\.such\.setting/s);
  assert.equal(await partitionsOf('acme.wrong'), null);
  assert.match(
    (await refusal(stream('acme', 'wrong', [{ cluster: 'west', topic: 'acme.w', partitions: 1 }]))) ?? '',
    /no Kafka cluster "west"/,
  );
});

test('a topic with records keeps them', async () => {
  await client.applyStream(stream('acme', 'kept', [{ topic: 'acme.kept', partitions: 1 }]));
  const producer = await RawProducer.open({ bootstrap: kafka.bootstrap });
  producer.append('acme.kept', 0, { value: Buffer.from('x') });
  await producer.flush();
  await producer.close();
  await client.applyStream(
    stream('acme', 'kept', [{ topic: 'acme.kept', partitions: 1, config: { 'retention.ms': 1 } }]),
  );
  await withAdmin(async (admin) => {
    assert.equal((await admin.fetchTopicOffsets('acme.kept'))[0]?.high, '1');
  });
});
