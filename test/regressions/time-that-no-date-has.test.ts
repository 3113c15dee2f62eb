/** A record whose timestamp is Long.MAX_VALUE blocked its job: a RangeError in the commit path, over and over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../src/contracts/plan.ts';
import { BatchBuilder, type OpenBatch } from '../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../src/pipeline/kafka/buffer-pool.ts';
import { crc32c } from '../../src/pipeline/kafka/crc32c.ts';
import { finishBatch } from '../../src/pipeline/kafka/finish-batch.ts';
import { noHeaders } from '../../src/pipeline/kafka/headers.ts';
import { layout } from '../../src/pipeline/kafka/record-batch.ts';
import { RecordCursor } from '../../src/pipeline/kafka/record-cursor.ts';
import { TopicRow } from '../../src/pipeline/query/source-record.ts';
import { Rows } from '../../src/pipeline/rows.ts';
import { BadRecord } from '../../src/pipeline/runtime/bad-record.ts';
import { StepMark } from '../../src/pipeline/runtime/step-mark.ts';
import { Transform } from '../../src/pipeline/runtime/transform.ts';
import { KafkaSink } from '../../src/pipeline/sinks/kafka-sink.ts';
import { kernelOf } from '../unit/pipeline/support.ts';

const schema = '{"type":"record","name":"r","fields":[{"name":"a","type":"string"}]}';
const bounds = { batchBytes: 2 ** 20, topicBytes: 2 ** 20 };
const producer = { producerId: '-1', producerEpoch: -1 };

/** One record a batch, at these times. */
function fetched(times: readonly bigint[]) {
  const batches: Buffer[] = [];
  const builder = new BatchBuilder('in', 0, bounds, new BufferPool(), (batch) => {
    const bytes = finishBatch(batch, producer, -1, false);
    const offset = batches.length;
    bytes.writeBigInt64BE(BigInt(offset), 0);
    bytes.writeBigInt64BE(times[offset]!, layout.baseTimestamp);
    bytes.writeUInt32BE(crc32c(bytes.subarray(layout.attributes)), layout.crc);
    batches.push(bytes);
  });
  for (const _ of times) {
    builder.append(0, null, Buffer.from('\x02a'), []);
    builder.flush();
  }
  const buf = Buffer.concat(batches);
  const place = {
    topic: 'in',
    partition: 0,
    error: 0,
    lastStableOffset: times.length,
    logStartOffset: 0,
    aborted: [],
    diverging: null,
    preferredReplica: -1,
  };
  return { ...place, buf, start: 0, end: buf.length, release: () => {} };
}

function run(policy: 'dlq' | 'fail', times: readonly bigint[]) {
  const full: OpenBatch[] = [];
  const [output, dead] = ['out', 'dlq'].map((topic) => ({ topic, id: '', isOwnBound: false, partitions: 1, bounds }));
  const options = { partitioning: 'source', headers: noHeaders, compression: 'none' } as const;
  const sink = new KafkaSink(output!, dead!, options, new BufferPool(), (batch) => full.push(batch));
  const task = { deployment: 'millrace', tenant: 't', job: 'j', generation: 1, index: 0, tasks: 1 };
  const plan = { errors: { policy, topic: 'dlq' }, sink: { kafka: {} } } as unknown as Plan;
  const kernel = kernelOf('SELECT a FROM t', schema);
  const transform = new Transform(task, plan, new Map([['in', kernel]]), sink, new StepMark());
  const tally = { recordsIn: 0, recordsOut: 0, bytesIn: 0, recordsFailed: 0 };
  const place = { topic: 'in', partition: 0, position: 0, epoch: -1 };
  const input = fetched(times);
  try {
    while (transform.step(place, input, tally));
  } finally {
    sink.flush();
  }
  return {
    tally,
    place,
    batches: full.map((batch) => ({ topic: batch.topic, bytes: finishBatch(batch, producer, 0, true) })),
  };
}

const stamps = [0n, 2n ** 63n - 1n, -(2n ** 63n), 5n];

test('a time that no date has is an error of its record: the others are output, and every batch can be sent', () => {
  const { tally, batches } = run('dlq', stamps);
  assert.deepEqual([tally.recordsIn, tally.recordsOut, tally.recordsFailed], [4, 2, 2]);
  const { bytes } = batches.find((b) => b.topic === 'dlq')!;
  const cursor = new RecordCursor();
  cursor.open(bytes, 0, bytes.length);
  const told: string[] = [];
  while (cursor.next()) {
    assert.ok(cursor.timestamp > 1_700_000_000_000, 'a dead letter bears the present time');
    const at = cursor.findHeader(Buffer.from('millrace.timestamp'))!;
    told.push(cursor.buf.toString('utf8', at.start, at.end));
  }
  assert.deepEqual(
    told,
    stamps.slice(1, 3).map((stamp) => String(Number(stamp))),
  );
});

test('where the policy is to fail, the job stops at it', () => {
  assert.throws(
    () => run('fail', stamps),
    (e) => e instanceof BadRecord && e.failure.record?.offset === '1' && /timestamp/.test(e.failure.message),
  );
});

test('a column that reads such a time is an error of its record, in a query as in a job', () => {
  const kernel = kernelOf('SELECT a, _timestamp AS ts FROM t', schema);
  const row = new TopicRow('in');
  const read = (timestamp: number): string => {
    const record = { partition: 0, offset: 0, timestamp, key: null, value: Buffer.from('\x02a'), headers: [] };
    const src = row.take(record);
    const dst = Buffer.alloc(100);
    return dst.toString('utf8', 0, kernel.run(src, 0, 2, dst, 0, new Rows(), row));
  };
  for (const time of [Number(2n ** 63n - 1n), 2 ** 53 + 2, -8.64e15 - 1]) {
    assert.throws(() => read(time), /_timestamp can't be read: .*no date has/);
  }
  assert.equal(read(-1), '{"a":"a","ts":null}');
  assert.equal(read(8.64e15), '{"a":"a","ts":8640000000000000}');
});
