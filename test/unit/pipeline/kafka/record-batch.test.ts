/** Record batches: what is written is read back, whatever the codec; what is damaged is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AbortedFilter } from '../../../../src/pipeline/kafka/aborted-filter.ts';
import { BatchBuilder, type OpenBatch } from '../../../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../../../src/pipeline/kafka/buffer-pool.ts';
import { codecs } from '../../../../src/pipeline/kafka/codec.ts';
import { finishBatch, packBatch } from '../../../../src/pipeline/kafka/finish-batch.ts';
import { Frames } from '../../../../src/pipeline/kafka/frames.ts';
import { behindBatches, CorruptBatch, checkBatch, wholeBatch } from '../../../../src/pipeline/kafka/record-batch.ts';
import { RecordCursor } from '../../../../src/pipeline/kafka/record-cursor.ts';
import { smallVarintSize, varintSize, writeSmallVarint, writeVarint } from '../../../../src/pipeline/kafka/varint.ts';
import { RecordError } from '../../../../src/pipeline/ports.ts';

const bounds = { batchBytes: 900 * 1024, topicBytes: 1024 * 1024 };
const producer = { producerId: '7', producerEpoch: 3 };

interface Written {
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer;
}

/** Writes in place, as kernels do. */
function build(records: readonly Written[]): OpenBatch[] {
  const batches: OpenBatch[] = [];
  const builder = new BatchBuilder('t', 0, bounds, new BufferPool(), (b) => batches.push(b));
  for (const r of records) {
    const src = r.key ?? Buffer.alloc(0);
    let at = builder.begin(r.timestamp, src, r.key === null ? -1 : 0, r.key === null ? -1 : src.length);
    while (at + r.value.length > builder.dst.length)
      at = builder.again(r.timestamp, src, r.key === null ? -1 : 0, r.key === null ? -1 : src.length);
    r.value.copy(builder.dst, at);
    builder.commit(r.timestamp, at + r.value.length);
  }
  builder.flush();
  return batches;
}

function read(bytes: Buffer): Written[] {
  const cursor = new RecordCursor();
  const found: Written[] = [];
  checkBatch(bytes, 0, bytes.length);
  cursor.open(bytes, 0, bytes.length);
  while (cursor.next()) {
    const part = (a: number, b: number): Buffer | null => (a < 0 ? null : Buffer.from(cursor.buf.subarray(a, b)));
    found.push({
      timestamp: cursor.timestamp,
      key: part(cursor.keyStart, cursor.keyEnd),
      value: part(cursor.valueStart, cursor.valueEnd)!,
    });
  }
  return found;
}

const bytes = (max: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength: max }).map((a) => Buffer.from(a));
const recordArbitrary = fc.record(
  {
    timestamp: fc.integer({ min: 0, max: 2 ** 42 }),
    key: fc.option(bytes(100)),
    value: fc.oneof(bytes(40), bytes(9_000)),
  },
  { noNullPrototype: true },
);

test('records written in place are read back the same, in every codec', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(recordArbitrary, { minLength: 1, maxLength: 60 }),
      fc.constantFrom(...codecs),
      async (records, codec) => {
        const found: Written[] = [];
        for (const b of build(records).map((open) => packBatch(open, codec)))
          found.push(...read(finishBatch(b, producer, 0, true, await b.packed)));
        assert.deepEqual(found, records);
      },
    ),
    { numRuns: 150 },
  );
});

test('a batch is split before it is larger than its bound', () => {
  const records = Array.from({ length: 50 }, (_, n) => ({ timestamp: n, key: null, value: Buffer.alloc(100_000, n) }));
  const batches = build(records);
  assert.ok(batches.length > 1);
  for (const b of batches) assert.ok(b.length <= bounds.batchBytes);
  assert.deepEqual(
    batches.flatMap((b) => read(finishBatch(b, producer, 0, false))),
    records,
  );
});

test('a record above the batch bound goes alone, one above the topic bound is refused', () => {
  const value = Buffer.alloc(1_000_000, 1);
  assert.deepEqual(
    build([{ timestamp: 1, key: null, value }]).map((b) => b.records),
    [1],
  );
  assert.throws(() => build([{ timestamp: 1, key: null, value: Buffer.alloc(1_100_000) }]), RecordError);
});

test('a cut-off or damaged batch is refused, never read beyond its end', () => {
  const records = Array.from({ length: 20 }, (_, n) => ({ timestamp: n, key: null, value: Buffer.from(`value ${n}`) }));
  const whole = finishBatch(build(records)[0]!, producer, 0, true);
  for (let n = 0; n < whole.length; n++) assert.equal(wholeBatch(whole.subarray(0, n), 0, n), false);
  fc.assert(
    fc.property(fc.integer({ min: 17, max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(whole);
      damaged[at] = damaged[at]! ^ flip;
      assert.throws(() => checkBatch(damaged, 0, damaged.length), CorruptBatch);
      // Even where nobody looks at the checksum, reading ends, inside of the batch or with an error.
      const cursor = new RecordCursor();
      try {
        cursor.open(damaged, 0, damaged.length);
        for (let i = 0; i < 1_000 && cursor.next(); i++) assert.ok(cursor.recordEnd <= cursor.buf.length);
      } catch (e) {
        assert.ok(e instanceof CorruptBatch || e instanceof RangeError, String(e));
      }
    }),
    { numRuns: 500 },
  );
});

test('the next offset is behind the last whole batch, cut-off ones do not count', () => {
  const batch = finishBatch(build([{ timestamp: 1, key: null, value: Buffer.from('v') }])[0]!, producer, 0, false);
  const second = Buffer.from(batch);
  second.writeBigInt64BE(5n, 0);
  const both = Buffer.concat([batch, second]);
  assert.equal(behindBatches(both, 0, both.length, { offset: 0, epoch: -1 }).offset, 6);
  assert.equal(behindBatches(both, 0, both.length - 1, { offset: 0, epoch: -1 }).offset, 1);
});

test('varints take the size that was foretold and are read back', () => {
  const buf = Buffer.alloc(16);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 29 }), (n) => {
      assert.equal(writeSmallVarint(buf, 0, n), smallVarintSize(n));
      assert.equal(writeVarint(buf, 0, n), varintSize(n));
    }),
  );
});

test('batches of an aborted transaction are hidden up to its end, others of the same producer are not', () => {
  const filter = new AbortedFilter();
  filter.reset([
    { producerId: 2, firstOffset: 40 },
    { producerId: 1, firstOffset: 10 },
  ]);
  assert.equal(filter.hides(1, 9), false);
  assert.equal(filter.hides(1, 12), true);
  assert.equal(filter.hides(2, 12), false);
  filter.end(1, 13);
  assert.equal(filter.hides(1, 20), false);
  assert.equal(filter.hides(2, 41), true);
});

test('frames are put together from chunks of any size', () => {
  fc.assert(
    fc.property(
      fc.array(bytes(300), { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 90 })),
      (payloads, cuts) => {
        const wire = Buffer.concat(
          payloads.map((p) => {
            const framed = Buffer.alloc(8 + p.length);
            framed.writeInt32BE(4 + p.length, 0);
            p.copy(framed, 8);
            return framed;
          }),
        );
        const found: Buffer[] = [];
        const frames = new Frames(new BufferPool(), (frame) => found.push(Buffer.from(frame.subarray(4))));
        let at = 0;
        for (let i = 0; at < wire.length; i++) {
          const size = cuts.length === 0 ? wire.length : cuts[i % cuts.length]!;
          frames.push(wire.subarray(at, at + size));
          at += size;
        }
        assert.deepEqual(found, payloads);
      },
    ),
  );
});

test('frames are read to their places by reads of any size, small ones together and large ones by themselves', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 10_000, max: 200_000 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(sizes, fc.array(fc.integer({ min: 1, max: 90_000 })), (lengths, reads) => {
      const payloads = lengths.map((n, i) => Buffer.alloc(n, i + 1));
      const heads = lengths.map((n) =>
        Buffer.from([0, (n + 4) >> 16, ((n + 4) >> 8) & 255, (n + 4) & 255, 0, 0, 0, 0]),
      );
      const wire = Buffer.concat(payloads.flatMap((p, i) => [heads[i]!, p]));
      const found: Buffer[] = [];
      const frames = new Frames(new BufferPool(), (frame) => found.push(Buffer.from(frame.subarray(4))));
      for (let at = 0, i = 0; at < wire.length; i++) {
        const size = reads.length === 0 ? wire.length : reads[i % reads.length]!;
        const read = wire.subarray(at, at + size).copy(frames.space());
        frames.filled(read);
        at += read;
      }
      assert.deepEqual(found, payloads);
    }),
    { numRuns: 60 },
  );
});
