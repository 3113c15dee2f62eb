/** What was fetched goes through the kernel in steps: a task can stop after any, and goes on where it was. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';
import type { Plan } from '../../../../src/contracts/plan.ts';
import type { FetchedPartition } from '../../../../src/pipeline/kafka/api/fetch.ts';
import { BatchBuilder, type OpenBatch } from '../../../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../../../src/pipeline/kafka/buffer-pool.ts';
import { type Codec, codecs } from '../../../../src/pipeline/kafka/codec.ts';
import { finishBatch, packBatch } from '../../../../src/pipeline/kafka/finish-batch.ts';
import { noHeaders } from '../../../../src/pipeline/kafka/headers.ts';
import { batchEnd, layout } from '../../../../src/pipeline/kafka/record-batch.ts';
import type { Kernel } from '../../../../src/pipeline/ports.ts';
import { BadRecord } from '../../../../src/pipeline/runtime/bad-record.ts';
import { unpackedAhead } from '../../../../src/pipeline/runtime/packed-batches.ts';
import { StepMark } from '../../../../src/pipeline/runtime/step-mark.ts';
import { type Place, type Tally, Transform } from '../../../../src/pipeline/runtime/transform.ts';

import { KafkaSink } from '../../../../src/pipeline/sinks/kafka-sink.ts';

const valueBytes = 1000;
const bounds = { batchBytes: 2 ** 22, topicBytes: 2 ** 22 };

/** Batches of so many records each, one after another from offset 0; a record's value begins with its offset. */
async function fetched(counts: readonly number[], codec: Codec = 'none'): Promise<FetchedPartition> {
  const batches: Buffer[] = [];
  let offset = 0;
  let first = 0;
  let full: OpenBatch | null = null;
  const builder = new BatchBuilder('in', 0, bounds, new BufferPool(), (batch) => {
    full = packBatch(batch, codec);
  });
  for (const count of counts) {
    first = offset;
    for (let i = 0; i < count; i++) {
      const value = Buffer.alloc(valueBytes, 'x');
      value.writeInt32BE(offset++);
      builder.append(0, null, value, []);
    }
    builder.flush();
    const batch = full! as OpenBatch;
    const bytes = finishBatch(batch, { producerId: '-1', producerEpoch: -1 }, -1, false, await batch.packed);
    bytes.writeBigInt64BE(BigInt(first), 0);
    batches.push(bytes);
  }
  const buf = Buffer.concat(batches);
  const place = {
    topic: 'in',
    partition: 0,
    error: 0,
    lastStableOffset: offset,
    logStartOffset: 0,
    aborted: [],
    diverging: null,
    preferredReplica: -1,
  };
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
    notes: [],
    run(src, start, _end, _dst, at) {
      meet(src.readInt32BE(start));
      seen.push(src.readInt32BE(start));
      return at;
    },
  };
  const output = { topic: 'out', id: '', isOwnBound: false, partitions: 1, bounds };
  const dead: RecordHeaders[] = [];
  const options = { partitioning: 'source', headers: noHeaders, compression: 'none' } as const;
  const sink = new KafkaSink(output, null, options, new BufferPool(), () => {});
  const task = { deployment: 'millrace', tenant: 't', job: 'j', generation: 1, index: 0, tasks: 1 };
  sink.writeDeadLetter = (_task, _cursor, { offset }, stage, cause) => void dead.push({ offset, stage, cause });
  const plan = { errors, sink: { kafka: {} } } as Plan;
  return { of: new Transform(task, plan, new Map([['in', kernel]]), sink, new StepMark()), seen, dead };
}

/** Takes so long for each record. */
const busy = (ms: number) => (): void => {
  for (const until = performance.now() + ms; performance.now() < until; );
};
const failing: Plan['errors'] = { policy: 'fail' };
const startAt = (position: number): Place => ({ topic: 'in', partition: 0, position, epoch: -1 });
const noTally = (): Tally => ({ recordsIn: 0, recordsOut: 0, bytesIn: 0, recordsFailed: 0 });
const offsets = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Steps to the end of what was fetched. */
async function allOf(
  of: Transform,
  place: Place,
  input: FetchedPartition,
  tally: Tally = noTally(),
  next: FetchedPartition | null = null,
): Promise<void> {
  while (of.step(place, input, tally, next)) if (of.waiting) await of.ready();
}

for (const codec of codecs) {
  test(`steps take whole records, and each goes on behind the one before (${codec})`, async () => {
    const { of, seen } = transform();
    const input = await fetched([700, 3, 900], codec);
    const place = startAt(0);
    const tally = noTally();
    await allOf(of, place, input, tally);
    assert.deepEqual(seen, offsets(0, 1603));
    assert.deepEqual(tally, { recordsIn: 1603, recordsOut: 1603, bytesIn: input.buf.length, recordsFailed: 0 });
    assert.equal(place.position, 1603);
  });
}

test('a step of an expensive query ends by the clock, after however few records', async () => {
  const input = await fetched([400]);
  const cheap = transform();
  const expensive = transform(failing, busy(limits.stepMs));
  await allOf(cheap.of, startAt(0), input);
  const place = startAt(0);
  // It learns what records cost; from then on a step takes one or a few of them.
  for (let i = 0; i < 20; i++) expensive.of.step(place, input, noTally());
  const before = place.position;
  expensive.of.step(place, input, noTally());
  assert.ok(place.position - before <= 2, `${place.position - before} records in one step`);
});

test('a position inside of a batch is gone on from by another transform', async () => {
  const input = await fetched([900]);
  const place = startAt(0);
  const first = transform(failing, busy(limits.stepMs / 4));
  assert.ok(first.of.step(place, input, noTally()));
  const second = transform();
  await allOf(second.of, place, input);
  assert.deepEqual([...first.seen, ...second.seen], offsets(0, 900));
});

test('what is fetched next begins at its own beginning, though the rest of the last was never asked for', async () => {
  for (const codec of codecs) {
    const { of, seen } = transform(failing, busy(limits.stepMs / 4));
    assert.ok(of.step(startAt(0), await fetched([900], codec), noTally()));
    seen.length = 0;
    await allOf(of, startAt(0), await fetched([5], codec));
    assert.deepEqual(seen, offsets(0, 5));
  }
});

test('what comes next is unpacked meanwhile, and read to its end though it is fetched by itself', async () => {
  const { of, seen } = transform();
  const [first, second] = [await fetched([900], 'zstd'), await fetched([700], 'zstd')];
  await allOf(of, startAt(0), first, noTally(), second);
  seen.length = 0;
  await allOf(of, startAt(0), second);
  assert.deepEqual(seen, offsets(0, 700));
});

test('some batches are unpacked ahead, a few more by all transforms of a thread, and none of one that is closed', async () => {
  const [first, second] = [await fetched([100, 100], 'zstd'), await fetched([100, 100, 100], 'zstd')];
  const begun = Array.from({ length: 4 }, () => transform());
  const ahead: number[] = [];
  for (const { of } of begun) {
    of.step(startAt(0), first, noTally(), second);
    ahead.push(unpackedAhead());
  }
  assert.deepEqual(ahead, [3, 6, 6, 6]);
  for (const { of, seen } of begun) {
    const place = startAt(0);
    await allOf(of, place, first, noTally(), second);
    place.position = 0;
    await allOf(of, place, second);
    assert.deepEqual(seen, [...offsets(0, 200), ...offsets(0, 300)]);
    of.close();
  }
  assert.equal(unpackedAhead(), 0);
});

test('batches that are passed over cost nothing of those behind them', async () => {
  const { of, seen } = transform();
  const input = await fetched([100, 100, 100, 100], 'zstd');
  const place = startAt(0);
  of.step(place, input, noTally());
  place.position = 300;
  await allOf(of, place, input);
  assert.deepEqual(seen.slice(-100), offsets(300, 400));
  of.close();
  assert.equal(unpackedAhead(), 0);
});

test('one that says a length that no batch has is found when it is opened, not by a look ahead', async () => {
  const { of, seen } = transform();
  const input = await fetched([100, 100, 100], 'zstd');
  input.buf.writeInt32BE(-12, batchEnd(input.buf, batchEnd(input.buf, 0)) + layout.batchLength);
  const place = startAt(0);
  await assert.rejects(allOf(of, place, input), /a record batch says that it is -12 bytes long/);
  assert.deepEqual(seen, offsets(0, 200));
  of.close();
});

test('a damaged batch stops the job at its first record, after those before it', async () => {
  const { of, seen } = transform();
  const input = await fetched([10, 10]);
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
  await allOf(of, startAt(0), await fetched([30]), tally);
  assert.equal(seen.length, 27);
  assert.deepEqual([tally.recordsIn, tally.recordsFailed, tally.recordsOut], [30, 3, 27]);
  const [warning] = await warned;
  assert.equal(warning.code, 'MILLRACE_INTERNAL');
  assert.match(warning.message, /^Job t\/j, record of in\/0 at offset 3: .*TypeError: no one thought of this/);
});

test('or dead-lettered, with the exception as its cause', async () => {
  const { of, seen, dead } = transform({ policy: 'dlq', topic: 'dead' }, breaks);
  await allOf(of, startAt(0), await fetched([20]));
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

test('or it stops the job at that record, as any bad record does', async () => {
  const { of } = transform({ policy: 'fail' }, breaks);
  const input = await fetched([30]);
  const place = startAt(0);
  assert.throws(
    () => of.step(place, input, noTally()),
    (e) =>
      e instanceof BadRecord &&
      e.failure.code === 'bad_record' &&
      e.failure.stage === 'internal' &&
      !e.failure.retry &&
      /offset 3 failed \(internal\).*TypeError/.test(e.failure.message),
  );
  assert.equal(place.position, 3);
});
