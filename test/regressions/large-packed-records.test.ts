/** A packed record of more than 8 KB that is cut between two pieces was taken for a damaged batch: its length was read, and then its body for another. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Plan } from '../../src/contracts/plan.ts';
import { BatchBuilder, type OpenBatch } from '../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../src/pipeline/kafka/buffer-pool.ts';
import { type Codec, codecs } from '../../src/pipeline/kafka/codec.ts';
import { finishBatch, packBatch } from '../../src/pipeline/kafka/finish-batch.ts';
import { noHeaders } from '../../src/pipeline/kafka/headers.ts';
import type { Kernel } from '../../src/pipeline/ports.ts';
import { StepMark } from '../../src/pipeline/runtime/step-mark.ts';
import { Transform } from '../../src/pipeline/runtime/transform.ts';
import { KafkaSink } from '../../src/pipeline/sinks/kafka-sink.ts';

const bounds = { batchBytes: 900 * 1024, topicBytes: 2 ** 24 };
const producer = { producerId: '-1', producerEpoch: -1 };

/** One packed batch of these values. */
async function fetched(values: readonly Buffer[], codec: Codec) {
  const full: OpenBatch[] = [];
  const builder = new BatchBuilder('in', 0, { ...bounds, batchBytes: 2 ** 24 }, new BufferPool(), (b) => full.push(b));
  for (const value of values) builder.append(1, null, value, []);
  builder.flush();
  const open = packBatch(full[0]!, codec);
  const buf = Buffer.from(finishBatch(open, producer, -1, false, (await open.packed) ?? null));
  const place = {
    topic: 'in',
    partition: 0,
    error: 0,
    lastStableOffset: values.length,
    logStartOffset: 0,
    aborted: [],
  };
  return { ...place, buf, start: 0, end: buf.length, diverging: null, preferredReplica: -1, release: () => {} };
}

/** The values that a task's inner loop sees. */
async function seen(values: readonly Buffer[], codec: Codec): Promise<Buffer[]> {
  const found: Buffer[] = [];
  const kernel: Kernel = {
    source: 'by hand',
    notes: [],
    shape: 'value',
    parts: { key: false, headers: [] },
    readsRecord: false,
    run(src, start, end, _dst, at) {
      found.push(Buffer.from(src.subarray(start, end)));
      return at;
    },
  };
  const options = { partitioning: 'source', headers: noHeaders, compression: 'none' } as const;
  const sink = new KafkaSink(
    { topic: 'out', id: '', isOwnBound: false, partitions: 1, bounds },
    null,
    options,
    new BufferPool(),
    () => {},
  );
  const task = { deployment: 'millrace', tenant: 't', job: 'j', generation: 1, index: 0, tasks: 1 };
  const plan = { errors: { policy: 'fail' }, sink: { kafka: {} } } as unknown as Plan;
  const transform = new Transform(task, plan, new Map([['in', kernel]]), sink, new StepMark());
  const tally = { recordsIn: 0, recordsOut: 0, bytesIn: 0, recordsFailed: 0 };
  const input = await fetched(values, codec);
  const place = { topic: 'in', partition: 0, position: 0, epoch: -1 };
  while (transform.step(place, input, tally, null)) if (transform.waiting) await transform.ready();
  transform.close();
  return found;
}

/** Bytes of text that packs by half, and of one that packs to nearly nothing. */
const kinds: Readonly<Record<string, (bytes: number) => Buffer>> = {
  text: (bytes) => Buffer.from(randomBytes(bytes / 2).toString('hex')),
  zeros: (bytes) => Buffer.alloc(bytes),
};

for (const codec of codecs)
  for (const [kind, make] of Object.entries(kinds))
    test(`records of any size are read from a packed batch whole, and in order: ${codec}, ${kind}`, async () => {
      const values = [10, 9_000, 200_000, 8_190, 70_000, 1_000_000, 20].map(make);
      assert.deepEqual(await seen(values, codec), values);
    });
