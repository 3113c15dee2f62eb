/**
 * A batch whose length can't be: found by the task that reads it, as its bad record. Looking for the next offset must not
 * throw: that happens in the fetcher, which all tasks of a thread share.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchEnd, behindBatches, CorruptBatch, layout, wholeBatch } from '../../src/pipeline/kafka/record-batch.ts';

function batch(baseOffset: number, length: number): Buffer {
  const buf = Buffer.alloc(layout.records);
  buf.writeBigInt64BE(BigInt(baseOffset), 0);
  buf.writeInt32BE(length, layout.batchLength);
  buf[layout.magic] = 2;
  return buf;
}

for (const length of [0, 20, -1, -(2 ** 31)]) {
  test(`a length of ${length} ends the search for the next offset, and is told by who processes the batch`, () => {
    const good = layout.records - 12;
    const buf = Buffer.concat([batch(7, good), batch(8, length)]);
    assert.equal(behindBatches(buf, 0, buf.length, { offset: 7, epoch: -1 }).offset, 8);
    assert.equal(behindBatches(buf, layout.records, buf.length, { offset: 8, epoch: -1 }).offset, 8);
    assert.ok(wholeBatch(buf, layout.records, buf.length));
    assert.throws(() => batchEnd(buf, layout.records), CorruptBatch);
  });
}
