/**
 * A process that stood still for longer than a request may take (SIGSTOP, a suspended machine) gave up all its connections when
 * it woke: its timers were due before it had read the answers that had come meanwhile.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { fetch } from '../../src/pipeline/kafka/api/fetch.ts';
import { metadata } from '../../src/pipeline/kafka/api/metadata.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(() => kafka.close());

/** Nothing of this thread runs for so long, as when its process is stopped. */
const freeze = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('requests that were answered while the process stood still have their answers, and their connections stay', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  for (let n = 0; n < 40; n++) await job.produce(n * 500, (n + 1) * 500, '+'.repeat(200), 'none', 1);
  const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
  const fetching = await cluster.leaderLink(job.input, 0, 'fetch');
  const control = await cluster.leaderLink(job.input, 0, 'control');
  const position = { topic: job.input, partition: 0, offset: 0 };
  const bounds = { maxWaitMs: 100, maxBytes: 4_000_000, partitionMaxBytes: 4_000_000 };
  // A large answer, of which the socket holds only a part when the process wakes, and a small one.
  const answers = Promise.all([fetching.request(fetch([position], bounds)), control.request(metadata([job.input]))]);
  freeze(limits.requestMs + 1_000);
  const [[fetched], found] = await answers;
  assert.ok(fetched!.end > fetched!.start);
  assert.equal(found.topics[0]!.name, job.input);
  fetched!.release();
  assert.equal(await cluster.leaderLink(job.input, 0, 'fetch'), fetching);
  assert.equal(await cluster.leaderLink(job.input, 0, 'control'), control);
  await cluster.close();
});
