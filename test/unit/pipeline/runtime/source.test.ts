/** Who holds what was fetched: one chunk at a time, until it is done with or the source stops; each is given back once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FetchedPartition } from '../../../../src/pipeline/kafka/api/fetch.ts';
import { BatchBuilder } from '../../../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../../../src/pipeline/kafka/buffer-pool.ts';
import { Cluster } from '../../../../src/pipeline/kafka/cluster.ts';
import { type Feed, Fetcher } from '../../../../src/pipeline/kafka/fetcher.ts';
import { finishBatch } from '../../../../src/pipeline/kafka/finish-batch.ts';
import { Source } from '../../../../src/pipeline/runtime/source.ts';

/** A source of two partitions, of which each has got one batch. */
function filled(): { readonly source: Source; readonly released: number[] } {
  const released: number[] = [];
  class Full extends Fetcher {
    readonly #served = new Set<number>();
    override want(feed: Feed): void {
      if (this.#served.has(feed.partition)) return;
      this.#served.add(feed.partition);
      feed.onFetched(oneBatch(feed.partition, () => released.push(feed.partition)));
    }
  }
  const positions = [0, 1].map((partition) => ({
    ...{ topic: 'in', topicId: '', partition, offset: 0 },
    ...{ leaderEpoch: -1, committed: false },
  }));
  const events = { onFetched: () => {}, onError: () => assert.fail() };
  const source = new Source(new Full(new Cluster('nowhere:1', 'test')), positions, events);
  source.start();
  return { source, released };
}

function oneBatch(partition: number, release: () => void): FetchedPartition {
  let buf: Buffer = Buffer.alloc(0);
  const bounds = { batchBytes: 1000, topicBytes: 1000 };
  const builder = new BatchBuilder('in', partition, bounds, new BufferPool(), (batch) => {
    buf = finishBatch(batch, { producerId: '-1', producerEpoch: -1 }, -1, false);
  });
  builder.append(0, null, Buffer.from('value'), []);
  builder.flush();
  const place = { topic: 'in', partition, error: 0, lastStableOffset: 1, logStartOffset: 0, aborted: [] };
  return { ...place, diverging: null, preferredReplica: -1, buf, start: 0, end: buf.length, release };
}

test('the same chunk is taken until it is done with, and is given back then', () => {
  const { source, released } = filled();
  assert.equal(source.take()?.input.partition, 0);
  assert.equal(source.take()?.input.partition, 0);
  assert.deepEqual(released, []);
  source.done();
  assert.deepEqual(released, [0]);
  assert.equal(source.take()?.input.partition, 1);
  source.done();
  source.done();
  assert.deepEqual(released, [0, 1]);
  assert.equal(source.take(), null);
});

test('a source that stops gives back what is taken and what waits, and has nothing more', () => {
  const { source, released } = filled();
  source.take();
  source.stop();
  source.done();
  assert.deepEqual(released, [0, 1]);
  assert.equal(source.take(), null);
});
