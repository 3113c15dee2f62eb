/** Who reads beside a task that is far behind: the broker's responses went to whoever came first, and old and new records shared them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import type { FetchedPartition } from '../../src/pipeline/kafka/api/fetch.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import type { Feed } from '../../src/pipeline/kafka/feed.ts';
import { Fetcher } from '../../src/pipeline/kafka/fetcher.ts';
import { RawProducer } from '../../src/pipeline/kafka/index.ts';
import { behindBatches } from '../../src/pipeline/kafka/record-batch.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(() => kafka.close());

const megabyte = 1024 * 1024;
const partitions = 12;

async function fill(topic: string, bytesEach: number): Promise<void> {
  const producer = await RawProducer.open({ bootstrap: kafka.bootstrap });
  const value = Buffer.alloc(100_000, 'x');
  for (let bytes = 0; bytes < bytesEach; bytes += value.length)
    for (let p = 0; p < partitions; p++) if (producer.append(topic, p, { value })) await producer.flush();
  await producer.flush();
  await producer.close();
}

/** Reads on and on from an offset; every response is told of. */
function reader(
  { cluster, fetcher }: { readonly cluster: Cluster; readonly fetcher: Fetcher },
  topic: string,
  partition: number,
  see: (fetched: FetchedPartition, bytes: number) => boolean,
): void {
  let next = { offset: 0, epoch: -1 };
  const feed: Feed = {
    topic,
    topicId: cluster.topicId(topic) ?? '',
    partition,
    onFetched: (fetched) => {
      const bytes = fetched.end - fetched.start;
      next = behindBatches(fetched.buf, fetched.start, fetched.end, next);
      const more = see(fetched, bytes);
      fetched.release();
      if (more) fetcher.want(feed, next.offset);
    },
    onError: assert.fail,
    onTrouble: () => {},
  };
  fetcher.want(feed, 0);
}

test('partitions that are all far behind are served alike: none waits while another is served twice more', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, partitions);
  await fill(job.input, 4 * megabyte);
  const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
  await cluster.refresh([job.input]);
  const fetcher = new Fetcher(cluster);
  const served = new Array<number>(partitions).fill(0);
  let apart = 0;
  let over = false;
  for (let p = 0; p < partitions; p++) {
    reader({ cluster, fetcher }, job.input, p, (_, bytes) => {
      if (bytes > 0) served[p]!++;
      apart = Math.max(apart, Math.max(...served) - Math.min(...served));
      over ||= served[p]! >= 4;
      return !over;
    });
  }
  await until('one has been served four times', () => over);
  assert.ok(apart <= 2, `one was served ${apart} times more than another`);
  fetcher.close();
  await cluster.close();
});

test('what is read at the end of a partition never shares a response with what is read far behind it', async () => {
  const behind = await JobUnderTest.create(kafka.bootstrap, {}, partitions);
  const atEnd = await JobUnderTest.create(kafka.bootstrap, {}, partitions);
  await fill(behind.input, 8 * megabyte);
  const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
  await cluster.refresh([behind.input, atEnd.input]);
  const fetcher = new Fetcher(cluster);
  const old = new WeakSet<Buffer>();
  const fresh: Buffer[] = [];
  let read = 0;
  let news = 0;
  for (let p = 0; p < partitions; p++) {
    reader({ cluster, fetcher }, behind.input, p, ({ buf }, bytes) => {
      if (bytes > 0) old.add(buf);
      read += bytes;
      return true;
    });
    reader({ cluster, fetcher }, atEnd.input, p, ({ buf }, bytes) => {
      if (bytes > 0) fresh.push(buf);
      news += bytes;
      return true;
    });
  }
  for (let n = 0; n < 20; n++) await atEnd.produce(n * 12, (n + 1) * 12, '+', 'none', partitions);
  await until('both are read', () => read >= partitions * 8 * megabyte && news > 0);
  assert.ok(fresh.length > 0);
  assert.equal(fresh.filter((buf) => old.has(buf)).length, 0);
  fetcher.close();
  await cluster.close();
});
