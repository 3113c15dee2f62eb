/**
 * A regular expression that backtracks without end held its thread for ever: every task of the thread stood still, heartbeats
 * of its host went on, and nobody was told. In the constant of a query it held the process that compiles.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MillraceError } from '../../src/contracts/failure.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { createEngine } from '../../src/pipeline/runtime/engine.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';

const writerSchema = '{"type":"record","name":"r","fields":[{"name":"a","type":"string"}]}';
/** What stands before a digit in an Avro string of 40 characters, and one of 2. */
const endless = `P${'a'.repeat(38)}!`;
const short = '\x04a';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(() => kafka.close());

async function jobOf(sql: string): Promise<JobUnderTest> {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  job.plan = { ...job.plan, sql, sources: [{ ...job.plan.sources[0]!, writerSchema }] };
  return job;
}

test('a query that does not get past a record fails its own job there, and the others go on', {
  timeout: 240_000,
}, async (t) => {
  const [stuck, other] = [await jobOf("SELECT a FROM s WHERE a REGEXP '^(a+)+$'"), await jobOf('SELECT a FROM s')];
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: kafka.bootstrap } }, threads: 1 });
  t.after(() => engine.close());
  const [task, neighbour] = [stuck.identity(1), other.identity(1)];
  await other.produce(0, 3, short, 'none', 1);
  const run = engine.run(stuck.runOrder(task, await engine.prepare(stuck.order(task))), () => {});
  const beside = engine.run(other.runOrder(neighbour, await engine.prepare(other.order(neighbour))), () => {});
  await Promise.all([engine.confirm(task, 0), engine.confirm(neighbour, 0)]);
  await until('the other has read', async () => (await other.committed()).get(0) === 3);
  await engine.observe(neighbour); // what isn't reported yet goes uncounted when a thread ends
  await stuck.produce(0, 5, short, 'none', 1);
  await stuck.produce(5, 6, endless, 'none', 1);

  const end = await run;
  assert.ok(end.kind === 'failed');
  const { code, domain, record, message } = end.failure;
  assert.deepEqual([code, domain, record], ['bad_record', 'user', { topic: stuck.input, partition: 0, offset: '5' }]);
  assert.match(message, /did not get past the record of .*: a regular expression/);

  // Its records are there now: whoever tries again is refused before it runs.
  await assert.rejects(
    engine.prepare(stuck.order(stuck.identity(2))),
    (e) => e instanceof MillraceError && e.failure.code === 'bad_record',
  );
  await other.produce(3, 6, short, 'none', 1);
  await until('the other has read on', async () => (await other.committed()).get(0) === 6);
  await engine.drain(neighbour, 'order');
  const drained = await beside;
  assert.deepEqual([drained.kind, drained.counters.recordsIn], ['drained', 6]);
  assert.equal((await other.read(other.output, 6)).length, 6);
});

test('where the error policy sends bad records away, that record alone goes there', { timeout: 240_000 }, async (t) => {
  const job = await jobOf("SELECT a FROM s WHERE a REGEXP '^(a+)+[0-9]*$'");
  job.plan = { ...job.plan, errors: { policy: 'dlq', topic: job.dlq } };
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: kafka.bootstrap } }, threads: 1 });
  t.after(() => engine.close());
  await job.produce(0, 5, short, 'none', 1);
  await job.produce(5, 6, endless, 'none', 1);
  await job.produce(6, 9, short, 'none', 1);
  const task = job.identity(1);
  const run = engine.run(job.runOrder(task, await engine.prepare(job.order(task))), () => {});
  await until('all is read', async () => (await job.committed()).get(0) === 9);
  await engine.drain(task, 'order');
  const end = await run;
  assert.deepEqual([end.kind, end.counters.recordsFailed], ['drained', 1]);
  assert.equal((await job.read(job.output, 8)).length, 8);
  const [dead, ...more] = await job.read(job.dlq, 1);
  assert.equal(more.length, 0);
  const headers = Object.fromEntries((dead?.headers ?? []).map(([name, value]) => [name, value?.toString()]));
  assert.equal(headers['millrace.offset'], '5');
  assert.match(headers['millrace.cause'] ?? '', /did not get past the record/);
});

for (const call of ["REGEXP_LIKE(TEXT, '^(a+)+$')", "TEXT REGEXP '^(a+)+$'", "TEXT SIMILAR TO '(a+)+'"]) {
  test(`a constant with a pattern is left to the records: ${call}`, { timeout: 5_000 }, () => {
    const sql = `SELECT a FROM s WHERE ${call.replace('TEXT', `'${'a'.repeat(38)}!'`)}`;
    compileQuery({ sql, streams: { s: writerSchema }, format: 'json' }).kernel('s', writerSchema);
  });
}
