/** A body that isn't of the schema was output as if it were, where what doesn't fit stands behind the last column that the query reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import { BatchBuilder, type OpenBatch } from '../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../src/pipeline/kafka/buffer-pool.ts';
import { finishBatch } from '../../src/pipeline/kafka/finish-batch.ts';
import { noHeaders } from '../../src/pipeline/kafka/headers.ts';
import { runQuery } from '../../src/pipeline/query/run.ts';
import { StepMark } from '../../src/pipeline/runtime/step-mark.ts';
import { Transform } from '../../src/pipeline/runtime/transform.ts';
import { KafkaSink } from '../../src/pipeline/sinks/kafka-sink.ts';
import { kernelOf } from '../unit/pipeline/support.ts';

const schema = JSON.stringify({
  type: 'record',
  name: 'R',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'qty', type: 'int' },
    { name: 'note', type: 'string' },
  ],
});
const sql = 'SELECT name, qty FROM t';
const framed = Buffer.from('000000000708626f6c7418026e', 'hex');
const good = framed.subarray(5);
/** As the producer wrote it before `note` was there. */
const old = good.subarray(0, good.length - 2);
const cut = good.subarray(0, good.length - 1);

interface Dead {
  readonly offset: number;
  readonly cause: string;
}

/** What a task makes of these bodies, in batches of so many. */
function outcome(
  bodies: readonly Buffer[],
  query = sql,
  perBatch = bodies.length,
): { readonly out: number; readonly dead: readonly Dead[] } {
  const bounds = { batchBytes: 2 ** 20, topicBytes: 2 ** 20 };
  const pool = new BufferPool();
  const batches: Buffer[] = [];
  let first = 0;
  const builder = new BatchBuilder('in', 0, bounds, pool, (batch: OpenBatch) => {
    const bytes = finishBatch(batch, { producerId: '-1', producerEpoch: -1 }, -1, false);
    bytes.writeBigInt64BE(BigInt(first), 0);
    batches.push(bytes);
  });
  for (; first < bodies.length; first += perBatch) {
    for (const body of bodies.slice(first, first + perBatch)) builder.append(0, null, body, []);
    builder.flush();
  }
  const buf = Buffer.concat(batches);
  const sink = new KafkaSink(
    { topic: 'out', id: '', isOwnBound: false, partitions: 1, bounds },
    null,
    { partitioning: 'source', headers: noHeaders, compression: 'none' },
    pool,
    () => {},
  );
  const dead: Dead[] = [];
  sink.writeDeadLetter = (_task, _cursor, { offset }, _stage, cause) =>
    void dead.push({ offset: Number(offset), cause });
  const task = { deployment: 'millrace', tenant: 't', job: 'j', generation: 1, index: 0, tasks: 1 };
  const plan = { errors: { policy: 'dlq', topic: 'dead' }, sink: { kafka: {} } } as Plan;
  const transform = new Transform(task, plan, new Map([['in', kernelOf(query, schema)]]), sink, new StepMark());
  const tally = { recordsIn: 0, recordsOut: 0, bytesIn: 0, recordsFailed: 0 };
  const place = { topic: 'in', partition: 0, position: 0, epoch: -1 };
  const end = bodies.length;
  const fetched = { topic: 'in', partition: 0, error: 0, lastStableOffset: end, logStartOffset: 0, aborted: [] };
  const input = {
    ...fetched,
    diverging: null,
    preferredReplica: -1,
    buf,
    start: 0,
    end: buf.length,
    release: () => {},
  };
  while (transform.step(place, input, tally));
  return { out: tally.recordsOut, dead };
}

test("the first record of a batch is walked to its end, and what does not fit is that record's error", () => {
  for (const body of [framed, old, cut]) {
    const { out, dead } = outcome([body, good, good]);
    assert.deepEqual([out, dead.map((d) => d.offset)], [2, [0]]);
  }
  assert.equal(outcome([good, good, good]).out, 3);
});

test('so is every Nth after it', () => {
  const every = limits.wholeRecordEvery;
  const bodies = Array.from({ length: 3 * every }, (_, i) => (i === every || i === 2 * every + 1 ? old : good));
  assert.deepEqual(
    outcome(bodies).dead.map((d) => d.offset),
    // Behind the first of them the next was looked at, too.
    [every, 2 * every + 1],
  );
});

test('so is the first of each batch, however small', () => {
  const at = (bodies: readonly Buffer[], records: number): unknown[] =>
    outcome([...bodies], sql, records).dead.map((d) => d.offset);
  // Behind the first the next was looked at, too; those at 2, 5 and 11 are within their batch.
  const bodies = Array.from({ length: 12 }, (_, i) => (i % 3 === 2 || i === 6 ? old : good));
  assert.deepEqual(at(bodies, 3), [6]);
  assert.deepEqual(at([good, old, cut, good, old], 1), [1, 2, 4]);
});

test('where one does not fit, those behind it are looked at until one does', () => {
  const every = limits.wholeRecordEvery;
  const bodies = [framed, old, cut, good, ...Array.from({ length: every }, () => old)];
  // The one that fitted was at 3, so the next look is at 3 + every.
  assert.deepEqual(
    outcome(bodies).dead.map((d) => d.offset),
    [0, 1, 2, 3 + every],
  );
});

test("a record that the query's filter rejects is looked at, too", () => {
  const { dead } = outcome([framed, good], "SELECT * FROM t WHERE name = 'bolt'");
  assert.deepEqual(
    dead.map((d) => d.offset),
    [0],
  );
});

test("the error names Confluent's framing where the body begins with 00, and is sure where the rest fits", () => {
  const [first] = outcome([framed]).dead;
  assert.match(
    first!.cause,
    /begins with Confluent's framing \(00, then here the schema id 7\), and what follows fits/,
  );
  const [second] = outcome([framed.subarray(0, 11)]).dead;
  assert.match(second!.cause, /begins with 00, as Confluent's framing \(00, then here the schema id 7\) does/);
  const [third] = outcome([old]).dead;
  assert.doesNotMatch(third!.cause, /Confluent/);
});

test('a query over a file looks at every record', async () => {
  const prefixed = (body: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return Buffer.concat([length, body]);
  };
  const failed: number[] = [];
  const lines: string[] = [];
  await runQuery({
    sql,
    schemaText: schema,
    input: '-',
    stdin: (async function* () {
      yield Buffer.concat([good, framed, good, old].map(prefixed));
    })(),
    errors: 'skip',
    onError: (_, record) => failed.push(record),
    write: (rows) => void lines.push(rows.toString()),
  });
  assert.deepEqual(failed, [1, 3]);
  assert.equal(lines.join(''), '{"name":"bolt","qty":12}\n'.repeat(2));
});
