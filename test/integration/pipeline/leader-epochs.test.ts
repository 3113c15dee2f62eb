/** What brokers answer to the epochs that fetches and committed offsets name (KIP-320, KIP-595), and what a task makes of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { groupId } from '../../../src/contracts/names.ts';
import type { TaskEnd } from '../../../src/contracts/task.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type FetchedPartition, type FetchPosition, fetch } from '../../../src/pipeline/kafka/api/fetch.ts';
import { offsetCommit } from '../../../src/pipeline/kafka/api/offset-commit.ts';
import { isRetriableAtCoordinator } from '../../../src/pipeline/kafka/broker-error.ts';
import { Cluster } from '../../../src/pipeline/kafka/cluster.ts';
import { epochBefore } from '../../../src/pipeline/kafka/epoch-before.ts';
import { committedOffsets } from '../../../src/pipeline/kafka/group-offsets.ts';
import { withPatience } from '../../../src/pipeline/kafka/pause.ts';
import { until } from '../../support/patience.ts';
import { closeRunners, JobUnderTest } from './support/bench-of-tasks.ts';

const [FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH] = [74, 75];
let kafka: EmbeddedKafka;
let jobs: JobUnderTest[] = [];
/** One for each use below: ten records of the first leader's time, ten of the one after it. */
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
  jobs = await Promise.all(Array.from({ length: 6 }, () => JobUnderTest.create(kafka.bootstrap, {}, 1)));
  for (const job of jobs) await job.produce(0, 10, '+', 'none', 1);
  // A broker that starts again is another leader.
  await kafka.restart();
  for (const job of jobs) await job.produce(10, 20, '+', 'none', 1);
});
after(async () => {
  await closeRunners();
  await kafka.close();
});

async function twoEpochs(): Promise<{ readonly job: JobUnderTest; readonly cluster: Cluster; readonly epoch: number }> {
  const job = jobs.pop()!;
  const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
  await cluster.refresh([job.input]);
  const epoch = cluster.leaderEpoch(job.input, 0);
  assert.ok(epoch > 0);
  return { job, cluster, epoch };
}

async function ask(cluster: Cluster, at: FetchPosition): Promise<Omit<FetchedPartition, 'release' | 'buf'>> {
  const link = await cluster.leaderLink(at.topic, at.partition, 'fetch');
  const bounds = { maxWaitMs: 10, maxBytes: 1e6, partitionMaxBytes: 1e6 };
  const [found] = await link.request(fetch([{ ...at, topicId: cluster.topicId(at.topic) ?? '' }], bounds));
  found!.release();
  return found!;
}

test('a leader refuses who knows another than it is, and says where its log parts from what was read', async () => {
  const { job, cluster, epoch } = await twoEpochs();
  const at = { topic: job.input, partition: 0, offset: 15 };
  assert.equal((await ask(cluster, { ...at, leaderEpoch: epoch - 1 })).error, FENCED_LEADER_EPOCH);
  assert.equal((await ask(cluster, { ...at, leaderEpoch: epoch + 1 })).error, UNKNOWN_LEADER_EPOCH);
  const whole = await ask(cluster, { ...at, leaderEpoch: epoch, lastEpoch: epoch });
  assert.deepEqual([whole.error, whole.diverging, whole.end > whole.start], [0, null, true]);
  const parted = await ask(cluster, { ...at, leaderEpoch: epoch, lastEpoch: 0 });
  assert.deepEqual([parted.error, parted.diverging], [0, { epoch: 0, endOffset: 10 }]);
  assert.equal(parted.end, parted.start);
  await cluster.close();
});

test('the epoch before an offset is that of the last record there: where epochs meet the earlier one, none before the first', async () => {
  const { job, cluster, epoch } = await twoEpochs();
  const found: number[] = [];
  for (const offset of [0, 1, 10, 11, 20]) found.push(await epochBefore(cluster, job.input, 0, offset));
  assert.deepEqual(found, [-1, 0, 0, epoch, epoch]);
  assert.equal(await epochBefore(cluster, 'no-such-topic', 0, 5), -1);
  await cluster.close();
});

/** Begins at a committed offset of this epoch. */
async function beginAt(job: JobUnderTest, cluster: Cluster, offset: number, leaderEpoch: number): Promise<TaskEnd> {
  const note = { topicId: cluster.topicId(job.input) ?? '', begun: 1 };
  const commit = { note, offsets: new Map([[0, { offset, leaderEpoch }]]) };
  const group = groupId(job.key);
  const set = (): Promise<void> =>
    cluster.atCoordinator('group', group, () => offsetCommit(group, new Map([[job.input, commit]])));
  // The first who asks has the coordinator's topic made.
  await withPatience(set, { retriable: isRetriableAtCoordinator, forMs: 60_000 });
  const runner = job.runner();
  const task = job.identity(1);
  const running = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
  let over = false;
  void running.then(() => {
    over = true;
  });
  await until('it has read on, or ended', async () => over || (await job.committed()).get(0) === 20);
  runner.drain(task, 'order');
  const end = await running;
  await runner.close();
  return end;
}

test('a task does not begin at a committed offset whose last record is not in the log, and says what to do', async () => {
  const { job, cluster } = await twoEpochs();
  const end = await beginAt(job, cluster, 15, 0);
  const failure = end.kind === 'failed' ? end.failure : null;
  assert.equal(failure?.code, 'log_truncated');
  assert.deepEqual(failure?.record, { topic: job.input, partition: 0, offset: '10' });
  assert.match(failure?.message ?? '', new RegExp(`offset 10.*position 15.*--offsets ${job.input}:0=10`, 's'));
  assert.equal((await job.committed()).get(0), 15);
  assert.equal((await job.read()).length, 0);
  await cluster.close();
});

test('a task begins at a committed offset whose last record is in the log, or of which nobody noted the epoch', async () => {
  for (const known of [true, false]) {
    const { job, cluster, epoch } = await twoEpochs();
    assert.equal((await beginAt(job, cluster, 15, known ? epoch : -1)).kind, 'drained');
    assert.equal((await job.read(job.output, 5)).length, 5);
    await cluster.close();
  }
});

test('what a task commits names the epoch of the last record before it', async () => {
  const { job, cluster, epoch } = await twoEpochs();
  const group = groupId(job.key);
  const end = await beginAt(job, cluster, 5, 0);
  assert.equal(end.kind, 'drained');
  const found = (await committedOffsets(cluster, group, new Map([[job.input, [0]]]))).get(job.input)?.get(0);
  assert.deepEqual([found?.offset, found?.leaderEpoch], [20, epoch]);
  await cluster.close();
});
