/** Buffers of output batches: who is idle holds none, a large record takes no more than it needs, and the pool lets go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchBuilder, type OpenBatch } from '../../../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../../../src/pipeline/kafka/buffer-pool.ts';

/** A pool that tells what is in use. */
class Watched extends BufferPool {
  used = 0;
  largest = 0;
  override take(bytes: number): Buffer {
    const buf = super.take(bytes);
    this.used += buf.length;
    this.largest = Math.max(this.largest, buf.length);
    return buf;
  }
  override give(buf: Buffer): void {
    this.used -= buf.length;
    super.give(buf);
  }
}

const megabyte = 1024 * 1024;
const bounds = { batchBytes: 900 * 1024, topicBytes: 100 * megabyte };

test('a batch holds a buffer only while something is in it', () => {
  const pool = new Watched();
  const full: OpenBatch[] = [];
  const builders = Array.from({ length: 1_000 }, (_, p) => new BatchBuilder('t', p, bounds, pool, (b) => full.push(b)));
  assert.equal(pool.used, 0);
  for (const b of builders) b.append(0, null, Buffer.alloc(100), []);
  assert.ok(pool.used > 0);
  for (const b of builders.slice(0, 500)) b.flush();
  for (const b of full) pool.give(b.buf);
  for (const b of builders.slice(500)) b.clear();
  assert.equal(full.length, 500);
  assert.equal(pool.used, 0);
});

test('a record of a megabyte takes a few, not as many as its topic would allow', () => {
  const pool = new Watched();
  const full: OpenBatch[] = [];
  const builder = new BatchBuilder('t', 0, bounds, pool, (b) => full.push(b));
  const at = builder.begin(0, Buffer.alloc(0), -1, -1);
  let start = at;
  while (start + megabyte > builder.dst.length) start = builder.again(0, Buffer.alloc(0), -1, -1);
  builder.dst.fill(1, start, start + megabyte);
  builder.commit(0, start + megabyte);
  builder.flush();
  assert.deepEqual(
    full.map((b) => b.records),
    [1],
  );
  assert.ok(pool.largest <= 2 * megabyte, `${pool.largest} bytes`);
});

test('free buffers that nobody needs are let go of, those in use again and again are kept', async () => {
  const pool = new BufferPool(20);
  const many = Array.from({ length: 8 }, () => pool.take(megabyte));
  for (const b of many) pool.give(b);
  assert.equal(pool.kept, 8 * megabyte);
  let bytes = pool.kept;
  // One of them is needed all the time.
  while (bytes > megabyte) {
    const one = pool.take(megabyte);
    await new Promise((resolve) => setTimeout(resolve, 5));
    pool.give(one);
    bytes = pool.kept;
  }
  assert.equal(pool.kept, megabyte);
  while (pool.kept > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});
