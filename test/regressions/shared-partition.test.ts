/**
 * Tasks of one thread that read the same partition at different places: a fetch request can name a partition only once
 * (the broker answers the offset named last), so each must get the records that it asked for itself.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import type { FetchedPartition } from '../../src/pipeline/kafka/api/fetch.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import type { Feed } from '../../src/pipeline/kafka/feed.ts';
import { Fetcher } from '../../src/pipeline/kafka/fetcher.ts';
import { lastOffset, readLong } from '../../src/pipeline/kafka/record-batch.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(() => kafka.close());

test('two readers of one partition each get the records at the offset that they asked for', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  for (let n = 0; n < 10; n++) await job.produce(n, n + 1, '+', 'none', 1);
  const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
  const fetcher = new Fetcher(cluster);
  const read = (offset: number): Promise<FetchedPartition> =>
    new Promise((onFetched, onError) => {
      const feed: Feed = { topic: job.input, topicId: '', partition: 0, onFetched, onError, onTrouble: () => {} };
      fetcher.want(feed, offset);
    });
  await cluster.refresh([job.input]);
  const answers = await Promise.all([read(2), read(7)]);
  const [first, second] = answers.map(({ buf, start }) => [readLong(buf, start), lastOffset(buf, start)]);
  assert.deepEqual(
    [first, second],
    [
      [2, 2],
      [7, 7],
    ],
  );
  fetcher.close();
  await cluster.close();
});

test('a reader at the end of a partition does not hold up one that is behind', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  for (let n = 0; n < 10; n++) await job.produce(n, n + 1, '+', 'none', 1);
  const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
  const fetcher = new Fetcher(cluster);
  await cluster.refresh([job.input]);
  // It asks again whenever it is answered, as a task at the end does; the other is to get a word in.
  const idle: Feed = {
    topic: job.input,
    topicId: '',
    partition: 0,
    onFetched: (fetched) => {
      fetched.release();
      fetcher.want(idle, 10);
    },
    onError: assert.fail,
    onTrouble: () => {},
  };
  fetcher.want(idle, 10);
  const got: number[] = [];
  for (const offset of [0, 4, 8]) {
    await new Promise<void>((done, onError) => {
      const onFetched = ({ buf, start }: FetchedPartition): void => {
        got.push(readLong(buf, start));
        done();
      };
      fetcher.want({ topic: job.input, topicId: '', partition: 0, onFetched, onError, onTrouble: () => {} }, offset);
    });
  }
  assert.deepEqual(got, [0, 4, 8]);
  fetcher.close();
  await cluster.close();
});
