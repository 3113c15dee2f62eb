/** What one tenant may have beside others, on real servers: topics that nobody else uses, and a share. No host is needed to say so. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MillraceClient } from '../../../src/client/client.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { auditTopic, defaultDeployment } from '../../../src/contracts/names.ts';
import type { JobDocumentInput } from '../../../src/contracts/spec.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import { ensureTopics, TopicAdmin } from '../../../src/kafka-admin/topics.ts';
import { Cluster } from '../../../src/pipeline/kafka/cluster.ts';
import kafkajs from '../../support/kafkajs.ts';

/** Beside the default one, on the same Kafka. */
const deployment = 'staging';
const apiVersion = 'millrace/v1';
let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let client: MillraceClient;
let control: ChildProcess;

before(async () => {
  [kafka, temporal] = await Promise.all([startKafka(), startTemporal()]);
  client = new MillraceClient({ address: temporal.address, deployment });
  control = spawn(process.execPath, [fileURLToPath(new URL('../../../src/worker/control-main.ts', import.meta.url))], {
    env: {
      ...process.env,
      KAFKA_BOOTSTRAP: kafka.bootstrap,
      TEMPORAL_ADDRESS: temporal.address,
      MILLRACE_LOG: 'error',
      MILLRACE_QUOTA: '{"jobs":2,"tasks":3}',
      MILLRACE_DEPLOYMENT: deployment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((ready) => control.stdout?.once('data', ready));
  const topics = ['acme.in', 'evil.in', auditTopic(deployment), auditTopic(defaultDeployment)].map((topic) => ({
    topic,
    partitions: 1,
  }));
  await ensureTopics({ bootstrap: kafka.bootstrap }, topics);
  for (const tenant of ['acme', 'evil']) await applyStream(tenant, 'events', `${tenant}.in`);
  await client.applyJob(job('acme', 'first', { topic: 'acme.out', dlq: 'acme.dlq' }));
});

after(async () => {
  control.kill('SIGTERM');
  await client.close();
  await new Promise((done) => control.once('exit', done));
  await Promise.all([kafka.close(), temporal.close()]);
});

function applyStream(tenant: string, name: string, topic: string): Promise<unknown> {
  const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
  return client.applyStream({
    apiVersion,
    kind: 'Stream',
    metadata: { tenant, name },
    spec: { topics: [{ topic }], schema: { avro } },
  });
}

interface Asked {
  readonly topic?: string;
  readonly dlq?: string;
  readonly sql?: string;
  readonly tasks?: number;
}

function job(tenant: string, name: string, { topic = `${tenant}.out`, dlq, sql, tasks = 1 }: Asked): JobDocumentInput {
  return {
    apiVersion,
    kind: 'Job',
    metadata: { tenant, name },
    spec: {
      sql: sql ?? 'SELECT a FROM events',
      sink: { kafka: { topic } },
      tasks: { min: tasks, max: tasks },
      ...(dlq === undefined ? {} : { errors: { policy: 'dlq', topic: dlq } }),
    },
  };
}

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 50));

/** `code at path` of what a job is refused for; null where it isn't. */
async function refusal(document: JobDocumentInput): Promise<string | null> {
  try {
    const { mistake } = await client.planJob(document);
    return mistake === null ? null : `${mistake.failure.code} of a job that is there`;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const { code, message } = error.failure;
    if (code === 'foreign_topic') assert.doesNotMatch(message, /acme\b(?!\.)/, 'whose a topic is must not be told');
    return `${code} at ${error.problems.map((p) => p.path).join()}`;
  }
}

test('what jobs of another tenant write is refused as output, at once', async () => {
  const sink = 'foreign_topic at /spec/sink/kafka/topic';
  assert.equal(await refusal(job('evil', 'j', { topic: 'acme.out' })), sink);
  assert.equal(await refusal(job('evil', 'j', { topic: 'acme.dlq' })), sink);
  assert.equal(await refusal(job('evil', 'j', { dlq: 'acme.out' })), 'foreign_topic at /spec/errors/topic');
  assert.equal(await refusal(job('evil', 'j', {})), null);
  await assert.rejects(client.applyJob(job('evil', 'j', { topic: 'acme.out' })), /belongs to another tenant/);
});

test("a stream of another tenant over a job's output takes nothing from who writes it", async () => {
  await applyStream('evil', 'over', 'acme.out');
  assert.equal(await refusal(job('acme', 'first', { topic: 'acme.out', dlq: 'acme.dlq' })), null);
  await client.applyJob(
    job('acme', 'first', { topic: 'acme.out', dlq: 'acme.dlq', sql: 'SELECT UPPER(a) AS a FROM events' }),
  );
  assert.equal(await refusal(job('evil', 'j', { topic: 'acme.out' })), 'foreign_topic at /spec/sink/kafka/topic');
});

test('a plan alone makes no topic its own', async () => {
  assert.equal(await refusal(job('evil', 'j', { topic: 'wanted' })), null);
  assert.equal(await refusal(job('acme', 'first', { topic: 'wanted', dlq: 'acme.dlq' })), null);
});

test('of two tenants that want one topic at the same moment one gets it', async () => {
  for (let i = 0; i < 5; i++) {
    const topic = { cluster: 'main', topic: `contested-${i}` };
    const got = await Promise.all(['acme', 'evil'].map((tenant) => client.claimTopic({ tenant, job: 'j' }, topic)));
    assert.deepEqual(got.toSorted(), [false, true]);
  }
});

test('a topic is free when no job of its owner writes it any more', async (t) => {
  const topic = { cluster: 'main', topic: 'acme.short' };
  const asEvil = () => client.mayWrite({ tenant: 'evil', job: 'j' }, topic);
  await client.applyJob(job('acme', 'short', { topic: topic.topic }), { paused: true });
  assert.equal(await asEvil(), false, 'just claimed');
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * limits.topicClaimMs });
  assert.equal(await asEvil(), false, 'its job writes it');
  await client.operateJob('acme', 'short', { kind: 'stop', mode: 'cancel' });
  while (!(await asEvil())) await pause();
  assert.equal(await client.claimTopic({ tenant: 'evil', job: 'j' }, topic), true);
  t.mock.timers.reset();
  assert.equal(await client.mayWrite({ tenant: 'acme', job: 'short' }, topic), false, 'whose it was has no part in it');
});

test("an older revision is gone back to only where its topic is still the tenant's", async (t) => {
  const topic = { cluster: 'main', topic: 'acme.older' };
  const paused = () => client.getJob('acme', 'first').then(({ requests }) => requests.at(-1)?.outcome === 'paused');
  await client.operateJob('acme', 'first', { kind: 'pause' });
  await client.applyJob(job('acme', 'first', { topic: topic.topic }));
  const { revision } = await client.getJob('acme', 'first');
  while (!(await paused())) await pause();
  await client.applyJob(job('acme', 'first', { topic: 'acme.out', dlq: 'acme.dlq' }));
  while (!(await paused())) await pause();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * limits.topicClaimMs });
  assert.equal(await client.claimTopic({ tenant: 'evil', job: 'j' }, topic), true);
  t.mock.timers.reset();
  await assert.rejects(client.rollBackJob('acme', 'first', revision), /belongs to another tenant/);
});

test('reserved topics are written by no job', async () => {
  const sink = 'foreign_topic at /spec/sink/kafka/topic';
  assert.equal(await refusal(job('evil', 'j', { topic: '_schemas' })), sink);
  assert.equal(await refusal(job('evil', 'j', { dlq: '_connect-configs' })), 'foreign_topic at /spec/errors/topic');
});

test('jobs of one tenant may write to one topic', async () => {
  assert.equal(await refusal(job('acme', 'second', { topic: 'acme.out', dlq: 'acme.dlq' })), null);
});

test("Millrace's own topic is nobody's input or output, another deployment's is neither", async () => {
  for (const topic of [auditTopic(deployment), auditTopic(defaultDeployment)]) {
    assert.equal(await refusal(job('evil', 'j', { topic })), 'foreign_topic at /spec/sink/kafka/topic');
    await applyStream('evil', 'spy', topic);
    assert.equal(await refusal(job('evil', 'j', { sql: 'SELECT a FROM spy' })), 'foreign_topic at /spec/sql');
  }
});

test('a tenant that has all its jobs gets no more, and may still change those', async () => {
  await client.applyJob(job('acme', 'second', {}));
  while ((await client.countJobs('acme')) < 2) await pause();
  assert.equal(await refusal(job('acme', 'third', {})), 'quota_exceeded at /metadata/name');
  assert.equal(await refusal(job('acme', 'second', { sql: 'SELECT UPPER(a) AS a FROM events' })), null);
  assert.equal(await refusal(job('evil', 'first', {})), null);
});

test('a job asks for no more tasks than it may have', async () => {
  assert.equal(await refusal(job('evil', 'wide', { tasks: 3 })), null);
  assert.equal(await refusal(job('evil', 'wide', { tasks: 4 })), 'quota_exceeded at /spec/tasks/min');
});

test('a change that asks for more than the tenant may have is a verdict', async () => {
  const { verdict, reasons } = await client.planJob(job('acme', 'second', { tasks: 4 }));
  assert.equal(verdict, 'refused');
  assert.deepEqual(
    reasons.map((r) => [r.path, r.what]),
    [['/spec/tasks/min', 'the job asks for 4 tasks, and a job of this tenant may have 3']],
  );
});

test('a job is rescaled to no more tasks than it may have', async () => {
  await client.applyJob(job('acme', 'second', {}));
  const rescaled = (tasks: number) => client.operateJob('acme', 'second', { kind: 'rescale', tasks });
  await assert.rejects(rescaled(4), (error) => {
    assert.ok(error instanceof MillraceError);
    assert.equal(error.failure.code, 'quota_exceeded');
    assert.deepEqual(
      error.problems.map((p) => `${p.path} ${p.message}`),
      ['/tasks the job asks for 4 tasks, and a job of this tenant may have 3'],
    );
    return true;
  });
  assert.equal((await rescaled(3)).revision, 2);
});

test('a request that was accepted is answered by how it went, though what it needed then is gone', async () => {
  await ensureTopics({ bootstrap: kafka.bootstrap }, [{ topic: 'evil.short', partitions: 1 }]);
  await applyStream('evil', 'short', 'evil.short');
  const document = job('evil', 'kept', { sql: 'SELECT a FROM short' });
  const accepted = await client.applyJob(document, { requestId: 'once', paused: true });
  const rescale = (requestId: string) =>
    client.operateJob('evil', 'kept', { kind: 'rescale', tasks: 2 }, { requestId });
  assert.equal((await rescale('wider')).outcome, 'pending');
  await remove('evil.short');
  const again = await client.applyJob(document, { requestId: 'once', paused: true });
  assert.deepEqual([again.revision, again.outcome], [accepted.revision, 'paused']);
  const settled = async () => (await client.getJob('evil', 'kept')).requests.at(-1)?.outcome !== 'pending';
  while (!(await settled())) await pause();
  assert.equal((await rescale('wider')).outcome, 'paused', 'not as it was answered first');
  await assert.rejects(
    client.applyJob(document, { requestId: 'other' }),
    /evil\.short of the job's streams doesn't exist/,
  );
});

async function remove(topic: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
  const topics = new TopicAdmin(cluster);
  while ((await topics.missing([topic])).length === 0) await pause();
  await cluster.close();
}
