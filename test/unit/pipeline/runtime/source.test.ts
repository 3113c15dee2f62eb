/** Who holds what was fetched: one chunk at a time, until it is done with or the source stops; each is given back once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';
import type { FetchedPartition } from '../../../../src/pipeline/kafka/api/fetch.ts';
import { BatchBuilder } from '../../../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../../../src/pipeline/kafka/buffer-pool.ts';
import { Cluster } from '../../../../src/pipeline/kafka/cluster.ts';
import type { Feed } from '../../../../src/pipeline/kafka/feed.ts';
import { Fetcher } from '../../../../src/pipeline/kafka/fetcher.ts';
import { finishBatch } from '../../../../src/pipeline/kafka/finish-batch.ts';
import { Intake } from '../../../../src/pipeline/runtime/intake.ts';
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
  const source = new Source(new Full(new Cluster({ bootstrap: 'nowhere:1' }, 'test')), positions, events);
  source.start();
  return { source, released };
}

function oneBatch(partition: number, release: () => void): FetchedPartition {
  let buf: Buffer = Buffer.alloc(0);
  const bounds = { batchBytes: 1000, topicBytes: 1000 };
  const builder = new BatchBuilder('in', partition, bounds, new BufferPool(), (batch) => {
    const bytes = finishBatch(batch, { producerId: '-1', producerEpoch: -1 }, -1, false);
    // In memory of its own, as a response is that holds nothing else.
    buf = Buffer.allocUnsafeSlow(bytes.length);
    bytes.copy(buf);
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

/** A broker that always has more, in responses of 4 MB that are shared by whoever wants something and has room. */
class Plenty extends Fetcher {
  readonly #wanted = new Set<Feed>();
  held = 0;
  rounds = 0;
  override want(feed: Feed): void {
    this.#wanted.add(feed);
  }
  override drop(feed: Feed): void {
    this.#wanted.delete(feed);
  }
  override roomMade(): void {}

  /** Answers whether anybody got something. */
  serve(sliceBytes: number): boolean {
    const takers = [...this.#wanted].filter((feed) => feed.reserve!() > 0).slice(0, 64);
    if (takers.length === 0) return false;
    this.rounds++;
    const response = Buffer.allocUnsafeSlow(4 * 1024 * 1024);
    const { buf } = oneBatch(0, () => {});
    let users = takers.length;
    this.held += response.length;
    for (const [i, feed] of takers.entries()) {
      this.#wanted.delete(feed);
      const start = i * (response.length / 64);
      buf.copy(response, start);
      const place = { topic: 'in', partition: 0, error: 0, lastStableOffset: 1, logStartOffset: 0, aborted: [] };
      const release = (): void => {
        if (--users === 0) this.held -= response.length;
      };
      feed.onFetched({ ...oneBatch(0, () => {}), ...place, buf: response, start, end: start + sliceBytes, release });
    }
    return true;
  }
}

const quiet = { onFetched: () => {}, onError: () => assert.fail() };

for (const [what, sources, partitions] of [
  ['64 tasks', 64, 1],
  ['one task with 300 partitions', 1, 300],
  ['1,000 tasks', 1_000, 1],
] as const) {
  test(`${what} that stand still hold no more than the thread's bound, and no response for a part of it`, () => {
    const fetcher = new Plenty(new Cluster({ bootstrap: 'nowhere:1' }, 'test'));
    const intake = new Intake();
    const all = Array.from({ length: sources }, () => {
      const positions = Array.from({ length: partitions }, (_, partition) => ({
        ...{ topic: 'in', topicId: '', partition, offset: 0 },
        ...{ leaderEpoch: -1, committed: false },
      }));
      return new Source(fetcher, positions, quiet, intake);
    });
    for (const s of all) s.start();
    const sliceBytes = 60 * 1024;
    while (fetcher.serve(sliceBytes)) assert.ok(fetcher.rounds < 10_000);
    const least = 256 * 1024 * sources;
    assert.ok(intake.bytes > 0);
    assert.ok(intake.bytes <= Math.max(limits.threadFetchedBytesMax, least) + sources * sliceBytes, `${intake.bytes}`);
    assert.equal(fetcher.held, 0);
    for (const s of all) s.stop();
    assert.equal(intake.bytes, 0);
  });
}
