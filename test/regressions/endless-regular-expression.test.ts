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

test('a query that does not get past a record fails its own job there, and no other', {
  timeout: 120_000,
}, async (t) => {
  const [stuck, other] = [await jobOf("SELECT a FROM s WHERE a REGEXP '^(a+)+$'"), await jobOf('SELECT a FROM s')];
  const engine = createEngine({ hostId: 'h1', clusters: { main: kafka.bootstrap }, threads: 1 });
  t.after(() => engine.close());
  const [task, neighbour] = [stuck.identity(1), other.identity(1)];
  const run = engine.run(stuck.runOrder(task, await engine.prepare(stuck.order(task))), () => {});
  const beside = engine.run(other.runOrder(neighbour, await engine.prepare(other.order(neighbour))), () => {});
  await Promise.all([engine.confirm(task, 0), engine.confirm(neighbour, 0)]);
  await stuck.produce(0, 5, short, 'none', 1);
  await stuck.produce(5, 6, endless, 'none', 1);

  const end = await run;
  assert.ok(end.kind === 'failed');
  const { code, domain, record, message } = end.failure;
  assert.deepEqual([code, domain, record?.topic, record?.partition], ['bad_record', 'user', stuck.input, 0]);
  assert.ok(Number(record?.offset) <= 5);
  assert.match(message, /did not get past the records of .*: a regular expression/);
  const ended = await beside;
  assert.ok(ended.kind === 'failed');
  assert.deepEqual([ended.failure.domain, ended.failure.retry], ['internal', true]);

  // Its records are there now: whoever tries again is refused before it runs, and the other goes on.
  const again = stuck.identity(2);
  await assert.rejects(
    engine.prepare(stuck.order(again)),
    (e) => e instanceof MillraceError && e.failure.code === 'bad_record',
  );
  const next = other.identity(2);
  const going = engine.run(other.runOrder(next, await engine.prepare(other.order(next)), [neighbour]), () => {});
  await engine.confirm(next, 0);
  await engine.drain(next, 'order');
  assert.equal((await going).kind, 'drained');
});

for (const call of ["REGEXP_LIKE(TEXT, '^(a+)+$')", "TEXT REGEXP '^(a+)+$'", "TEXT SIMILAR TO '(a+)+'"]) {
  test(`a constant with a pattern is left to the records: ${call}`, { timeout: 5_000 }, () => {
    const sql = `SELECT a FROM s WHERE ${call.replace('TEXT', `'${'a'.repeat(38)}!'`)}`;
    compileQuery({ sql, streams: { s: writerSchema }, format: 'json' }).kernel('s', writerSchema);
  });
}
