/**
 * The control plane on real servers: client → workflow → hosts → Kafka and back. A stream, a job over it, a change of the
 * job, a drain; each part its own process, as in production.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import '../../../examples/demo/kafkajs-codecs.ts';
import { generateEvents } from '../../../examples/firewall/generate.ts';
import { eventSchema } from '../../../examples/firewall/queries.ts';
import { MillraceClient } from '../../../src/client/client.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import type { JobDocumentInput } from '../../../src/contracts/spec.ts';
import type { JobStatus, RequestOutcome } from '../../../src/contracts/status.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import { readTopic } from '../../../src/pipeline/index.ts';
import kafkajs from '../../support/kafkajs.ts';
import { until } from '../../support/patience.ts';

const { Kafka, logLevel } = kafkajs;

let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let client: MillraceClient;
const children: ChildProcess[] = [];

const source = (file: string): string => fileURLToPath(new URL(`../../../src/worker/${file}`, import.meta.url));

/** Starts one process of the system; resolves when it polls. */
async function start(file: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [source(file)], {
    env: {
      ...process.env,
      KAFKA_BOOTSTRAP: kafka.bootstrap,
      TEMPORAL_ADDRESS: temporal.address,
      MILLRACE_TUNING: 'dev',
      MILLRACE_LOG: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return child;
}

before(async () => {
  [kafka, temporal] = await Promise.all([startKafka(), startTemporal()]);
  client = new MillraceClient({ address: temporal.address });
  await Promise.all([start('control-main.ts'), start('host-main.ts', { MILLRACE_HOST_ID: 'host-1' })]);
  await produce(1_000);
});

after(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
  await client.close();
  await Promise.all(children.map((c) => c.exitCode ?? new Promise((done) => c.once('exit', done))));
  await Promise.all([kafka.close(), temporal.close()]);
});

async function produce(count: number): Promise<void> {
  const k = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
  await ensureTopics({ bootstrap: kafka.bootstrap }, [{ topic: 'acme.firewall', partitions: 2 }]);
  // Idempotent: kafkajs sends a request whole again when one partition of a new topic refuses it for a moment.
  const producer = k.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = [...generateEvents({ seed: 1, count })].map((value) => ({ value }));
  await producer.send({ topic: 'acme.firewall', messages });
  await producer.disconnect();
}

/** Values of a topic's committed records. */
async function read(topic: string): Promise<string[]> {
  const values: string[] = [];
  for await (const records of readTopic({ bootstrap: kafka.bootstrap, topic })) {
    for (const { value } of records) values.push(String(value));
  }
  return values;
}

const stream = (name = 'firewall') => ({
  apiVersion: 'millrace/v1' as const,
  kind: 'Stream' as const,
  metadata: { tenant: 'acme', name },
  spec: { topics: [{ topic: 'acme.firewall' }], schema: { avro: JSON.parse(eventSchema) } },
});

const job = (sql: string): JobDocumentInput => ({
  apiVersion: 'millrace/v1',
  kind: 'Job',
  metadata: { tenant: 'acme', name: 'ids', labels: { team: 'soc' } },
  spec: { sql, sink: { kafka: { topic: 'acme.ids' } } },
});

test('a job runs, changes, drains, and every event is output exactly once', async () => {
  assert.equal((await client.applyStream(stream())).revision, 1);
  const planned = await client.planJob(job('SELECT event_id FROM firewall'));
  assert.equal(planned.verdict, 'create');

  await client.applyJob(job('SELECT event_id FROM firewall'), { expectedRevision: 0 });
  const running = await client.waitForJob('acme', 'ids', (s) => s.state === 'running');
  assert.equal(running.tasks[0]?.hostId, 'host-1');
  const reported = await client.waitForJob(
    'acme',
    'ids',
    (s) => (s.tasks[0]?.report?.counters.recordsIn ?? 0) >= 1_000,
  );
  assert.equal(reported.tasks[0]?.report?.counters.recordsIn, 1_000);

  const change = job('SELECT event_id, action FROM firewall');
  assert.equal((await client.planJob(change)).verdict, 'in_flight');
  const { requestId } = await client.applyJob(change, { expectedRevision: 1 });
  const settled = await client.waitForJob('acme', 'ids', (s) =>
    s.requests.some((r) => r.requestId === requestId && r.outcome !== 'pending'),
  );
  assert.equal(settled.requests.find((r) => r.requestId === requestId)?.outcome, 'deployed');
  await assert.rejects(client.applyJob(change, { expectedRevision: 1 }), hasCode('stale_revision'));
  await produce(500);
  await client.waitForJob(
    'acme',
    'ids',
    (s) => (s.tasks[0]?.report?.counters.recordsIn ?? 0) >= 500 && s.tasks[0]?.report?.lag === 0,
  );

  const listed = await client.listJobs({ tenant: 'acme', stream: 'firewall', labels: ['team=soc'], state: 'running' });
  assert.deepEqual(
    listed.items.map((j) => [j.name, j.generation, j.revision]),
    [['ids', 2, 2]],
  );
  assert.equal(listed.items[0]?.since, (await client.getJob('acme', 'ids')).since);
  const [host] = await client.listHosts();
  assert.equal(host?.hostId, 'host-1');
  await assert.rejects(client.deleteStream('acme', 'firewall'), hasCode('stream_in_use'));

  await client.operateJob('acme', 'ids', { kind: 'stop', mode: 'drain' });
  await client.waitForJob('acme', 'ids', (s) => s.state === 'stopped');
  await assert.rejects(client.getJob('acme', 'ids'), hasCode('not_found'));
  // A commit is final when its coordinator has written it down, and shows in each partition a moment later.
  await until('its rows show', async () => (await read('acme.ids')).length >= 1_500);
  assert.equal((await read('acme.ids')).length, 1_500);
});

test('a rollback without a revision goes to the one before, once by its request id', async () => {
  const sql = async () => (await client.getJob('acme', 'ids')).spec.sql;
  const first = await client.applyJob(job('SELECT event_id FROM firewall'));
  await settledAs(first.requestId, 'deployed');
  const second = await client.applyJob(job('SELECT event_id, action FROM firewall'));
  await settledAs(second.requestId, 'deployed');
  const back = await client.rollBackJob('acme', 'ids', null, { requestId: 'back' });
  assert.equal(back.revision, 3);
  await settledAs('back', 'deployed');
  assert.equal(await sql(), 'SELECT event_id FROM firewall');
  const again = await client.rollBackJob('acme', 'ids', null, { requestId: 'back' });
  assert.deepEqual([again.revision, again.outcome], [3, 'deployed']);
  assert.equal(await sql(), 'SELECT event_id FROM firewall');
  await assert.rejects(client.rollBackJob('acme', 'ids', 9), hasCode('not_found'));
  await client.operateJob('acme', 'ids', { kind: 'stop', mode: 'drain' });
  await client.waitForJob('acme', 'ids', (s) => s.state === 'stopped');
});

async function settledAs(requestId: string, outcome: RequestOutcome['outcome']): Promise<void> {
  const of = (s: JobStatus) => s.requests.find((r) => r.requestId === requestId)?.outcome ?? 'pending';
  assert.equal(of(await client.waitForJob('acme', 'ids', (s) => of(s) !== 'pending')), outcome);
}

test('what a user wrote wrong is answered with its place, and reaches no job', async () => {
  await assert.rejects(client.applyJob(job('SELECT event_idd FROM firewall')), (error) => {
    assert.ok(error instanceof MillraceError);
    assert.equal(error.failure.code, 'invalid_sql');
    assert.equal(error.problems[0]?.position?.column, 8);
    return true;
  });
  await assert.rejects(client.applyJob(job('SELECT a FROM nowhere')), hasCode('unknown_stream'));
  await assert.rejects(client.getJob('acme', 'ids'), hasCode('not_found'));
});

test('a host that is told to go finishes its tasks, and another goes on with them', async () => {
  await client.applyJob(job('SELECT event_id FROM firewall'));
  await client.waitForJob('acme', 'ids', (s) => s.state === 'running');
  await start('host-main.ts', { MILLRACE_HOST_ID: 'host-2' });
  const first = children.find((c) => c.spawnargs.some((a) => a.endsWith('host-main.ts')));
  first?.kill('SIGTERM');
  const moved = await client.waitForJob('acme', 'ids', (s) => s.state === 'running' && s.tasks[0]?.hostId === 'host-2');
  assert.equal(moved.generation, 2);
  await client.operateJob('acme', 'ids', { kind: 'stop', mode: 'cancel' });
  await client.waitForJob('acme', 'ids', (s) => s.state === 'stopped');
});

const hasCode = (code: string) => (error: unknown) => error instanceof MillraceError && error.failure.code === code;
