/**
 * A record of 1 KB, packed, unpacked to 500,000 empty headers: its dead letter made two buffers and an array of each, and the
 * process ended at its heap's limit; the next host met the record then.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { RawProducer } from '../../src/pipeline/kafka/index.ts';
import { createEngine } from '../../src/pipeline/runtime/engine.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(() => kafka.close());

const writerSchema = '{"type":"record","name":"r","fields":[{"name":"a","type":"string"}]}';
const nothing = Buffer.alloc(0);

/** Good, bad with so many headers, good: each record by itself. */
async function jobOf(headers: number): Promise<JobUnderTest> {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  const [source] = job.plan.sources;
  const errors = { policy: 'dlq', topic: job.dlq } as const;
  job.plan = { ...job.plan, sql: 'SELECT a FROM s', sources: [{ ...source!, writerSchema }], errors };
  const producer = await RawProducer.open({ bootstrap: kafka.bootstrap, codec: 'gzip' });
  const good = { value: Buffer.from('\x02a') };
  const many = Array.from({ length: headers }, () => [nothing, nothing] as const);
  for (const record of [good, { value: Buffer.from('\x03'), headers: many }, good]) {
    producer.append(job.input, 0, record);
    await producer.flush();
  }
  await producer.close();
  return job;
}

test('the dead letter of a record of many headers has them all, and takes no more memory than its bytes', {
  timeout: 280_000,
}, async (t) => {
  const job = await jobOf(500_000);
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: kafka.bootstrap } }, threads: 1 });
  t.after(() => engine.close());
  const task = job.identity(1);
  const run = engine.run(job.runOrder(task, await engine.prepare(job.order(task))), () => {});
  await until('all is read', async () => (await job.committed()).get(0) === 3);
  await engine.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  assert.equal((await job.read(job.output, 2)).length, 2);
  const [dead] = await job.read(job.dlq, 1);
  assert.equal(dead?.headers.length, 500_006);
  assert.equal(dead?.value?.toString(), '\x03');
  assert.deepEqual(
    dead?.headers.slice(500_000).map(([name]) => name),
    ['stage', 'cause', 'topic', 'partition', 'offset', 'job'].map((name) => `millrace.${name}`),
  );
});

test('one whose dead letter its topic does not take ends its own job, at that record', {
  timeout: 280_000,
}, async (t) => {
  const job = await jobOf(524_200);
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: kafka.bootstrap } }, threads: 1 });
  t.after(() => engine.close());
  const task = job.identity(1);
  const end = await engine.run(job.runOrder(task, await engine.prepare(job.order(task))), () => {});
  assert.ok(end.kind === 'failed');
  assert.deepEqual(
    [end.failure.code, end.failure.record],
    ['record_too_large', { topic: job.input, partition: 0, offset: '1' }],
  );
  assert.equal((await job.committed()).get(0), 1);
});
