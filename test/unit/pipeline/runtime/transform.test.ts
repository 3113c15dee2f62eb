/** What was fetched goes through the kernel in steps: a task can stop after any, and goes on where it was. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';
import type { Plan } from '../../../../src/contracts/plan.ts';
import type { FetchedPartition } from '../../../../src/pipeline/kafka/api/fetch.ts';
import { BatchBuilder, type OpenBatch } from '../../../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../../../src/pipeline/kafka/buffer-pool.ts';
import type { Codec } from '../../../../src/pipeline/kafka/codec.ts';
import { finishBatch } from '../../../../src/pipeline/kafka/finish-batch.ts';
import { noHeaders } from '../../../../src/pipeline/kafka/headers.ts';
import type { Kernel } from '../../../../src/pipeline/ports.ts';
import { StepMark } from '../../../../src/pipeline/runtime/step-mark.ts';
import { BadRecord, Transform } from '../../../../src/pipeline/runtime/transform.ts';
import { KafkaSink } from '../../../../src/pipeline/sinks/kafka-sink.ts';

const valueBytes = 1000;
const bounds = { batchBytes: 2 ** 22, topicBytes: 2 ** 22 };

/** Batches of so many records each, one after another from offset 0; a record's value begins with its offset. */
function fetched(counts: readonly number[], codec: Codec = 'none'): FetchedPartition {
  const batches: Buffer[] = [];
  let offset = 0;
  let first = 0;
  const builder = new BatchBuilder('in', 0, bounds, new BufferPool(), (batch: OpenBatch) => {
    const bytes = finishBatch(batch, { producerId: '-1', producerEpoch: -1 }, -1, false, codec);
    bytes.writeBigInt64BE(BigInt(first), 0);
    batches.push(bytes);
  });
  for (const count of counts) {
    first = offset;
    for (let i = 0; i < count; i++) {
      const value = Buffer.alloc(valueBytes, 'x');
      value.writeInt32BE(offset++);
      builder.append(0, null, value, []);
    }
    builder.flush();
  }
  const buf = Buffer.concat(batches);
  const place = { topic: 'in', partition: 0, error: 0, lastStableOffset: offset, logStartOffset: 0, aborted: [] };
  return { ...place, buf, start: 0, end: buf.length, release: () => {} };
}

interface RecordHeaders {
  readonly offset: string;
  readonly stage: string;
  readonly cause: string;
}

/** A transform whose kernel keeps the offset that a value begins with. */
function transform(
  errors: Plan['errors'] = { policy: 'fail' },
  meet: (offset: number) => void = () => {},
): { readonly of: Transform; readonly seen: number[]; readonly dead: RecordHeaders[] } {
  const seen: number[] = [];
  const kernel: Kernel = {
    source: 'by hand',
    shape: 'value',
    parts: { key: false, headers: [] },
    readsRecord: false,
    run(src, start, _end, _dst, at) {
      meet(src.readInt32BE(start));
      seen.push(src.readInt32BE(start));
      return at;
    },
  };
  const output = { topic: 'out', partitions: 1, bounds };
  const dead: RecordHeaders[] = [];
  const sink = new KafkaSink(output, null, { partitioning: 'source', headers: noHeaders }, new BufferPool(), () => {});
  const task = { deployment: 'millrace', tenant: 't', job: 'j', generation: 1, index: 0, tasks: 1 };
  sink.writeDeadLetter = (_task, _cursor, { offset }, stage, cause) => void dead.push({ offset, stage, cause });
  const plan = { errors, sink: { kafka: {} } } as Plan;
  return { of: new Transform(task, plan, new Map([['in', kernel]]), sink, new StepMark()), seen, dead };
}

const startAt = (position: number) => ({ topic: 'in', partition: 0, position });
const noTally = () => ({ recordsIn: 0, recordsOut: 0, bytesIn: 0, recordsFailed: 0 });
const offsets = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

for (const codec of ['none', 'zstd'] as const) {
  test(`a step takes whole records of about its bytes, and the next goes on behind them (${codec})`, () => {
    const { of, seen } = transform();
    const input = fetched([700, 3, 900], codec);
    const place = startAt(0);
    const tally = noTally();
    let steps = 1;
    for (; of.step(place, input, tally); steps++) {
      assert.equal(place.position, seen.length);
      assert.ok(seen.length * valueBytes < steps * (limits.stepBytes + 2 * valueBytes));
    }
    assert.equal(steps, Math.ceil((1603 * valueBytes) / limits.stepBytes));
    assert.deepEqual(seen, offsets(0, 1603));
    assert.deepEqual(tally, { recordsIn: 1603, recordsOut: 1603, bytesIn: input.buf.length, recordsFailed: 0 });
    assert.equal(place.position, 1603);
  });
}

test('a position inside of a batch is gone on from by another transform', () => {
  const input = fetched([900]);
  const place = startAt(0);
  const first = transform();
  assert.ok(first.of.step(place, input, noTally()));
  const second = transform();
  while (second.of.step(place, input, noTally()));
  assert.deepEqual([...first.seen, ...second.seen], offsets(0, 900));
});

test('what is fetched next begins at its own beginning, though the rest of the last was never asked for', () => {
  const { of, seen } = transform();
  assert.ok(of.step(startAt(0), fetched([900]), noTally()));
  seen.length = 0;
  while (of.step(startAt(0), fetched([5]), noTally()));
  assert.deepEqual(seen, offsets(0, 5));
});

test('a damaged batch stops the job at its first record, after those before it', () => {
  const { of, seen } = transform();
  const input = fetched([10, 10]);
  input.buf[input.end - 1]! ^= 1;
  const place = startAt(0);
  assert.throws(
    () => of.step(place, input, noTally()),
    (e) => e instanceof BadRecord && /offset 10 can't be read: its checksum/.test(e.failure.message),
  );
  assert.equal(place.position, 10);
  assert.deepEqual(seen, offsets(0, 10));
});

const breaks = (offset: number): void => {
  if (offset % 10 === 3) throw new TypeError('no one thought of this');
};

test('an exception that nobody foresaw is an error of its record alone: skipped by policy, and told once', async () => {
  const warned = once(process, 'warning') as Promise<[NodeJS.ErrnoException]>;
  const { of, seen } = transform({ policy: 'skip' }, breaks);
  const tally = noTally();
  while (of.step(startAt(0), fetched([30]), tally));
  assert.equal(seen.length, 27);
  assert.deepEqual([tally.recordsIn, tally.recordsFailed, tally.recordsOut], [30, 3, 27]);
  const [warning] = await warned;
  assert.equal(warning.code, 'MILLRACE_INTERNAL');
  assert.match(warning.message, /^Job t\/j, record of in\/0 at offset 3: .*TypeError: no one thought of this/);
});

test('or dead-lettered, with the exception as its cause', () => {
  const { of, seen, dead } = transform({ policy: 'dlq', topic: 'dead' }, breaks);
  while (of.step(startAt(0), fetched([20]), noTally()));
  assert.equal(seen.length, 18);
  assert.deepEqual(
    dead.map(({ offset, stage }) => [offset, stage]),
    [
      ['3', 'internal'],
      ['13', 'internal'],
    ],
  );
  assert.match(dead[0]!.cause, /TypeError: no one thought of this/);
});

test('or it stops the job at that record, as any bad record does', () => {
  const { of } = transform({ policy: 'fail' }, breaks);
  const place = startAt(0);
  assert.throws(
    () => of.step(place, fetched([30]), noTally()),
    (e) =>
      e instanceof BadRecord &&
      e.failure.code === 'bad_record' &&
      e.failure.stage === 'internal' &&
      !e.failure.retry &&
      /offset 3 failed \(internal\).*TypeError/.test(e.failure.message),
  );
  assert.equal(place.position, 3);
});
