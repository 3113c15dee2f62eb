/** Output to a partition that has too few replicas in sync for a moment: the same transaction waits, and goes on with the same records. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TaskEnd, TaskReport } from '../../src/contracts/task.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';
import { type CuttableBroker, type CuttableCluster, startCuttableCluster } from '../support/servers.ts';

/** API key of InitProducerId, with which a producer begins anew. */
const INIT_PRODUCER_ID = 22;

let cluster: CuttableCluster;
let begun = 0;
before(async () => {
  cluster = await startCuttableCluster({
    listen: () => (chunk) => {
      if (chunk.length > 6 && chunk.readUInt16BE(4) === INIT_PRODUCER_ID) begun++;
    },
  });
});
after(async () => {
  await closeRunners();
  await cluster.close();
});

const inSync = async (job: JobUnderTest, topic: string): Promise<number> =>
  (await job.admin((a) => a.fetchTopicMetadata({ topics: [topic] }))).topics[0]!.partitions[0]!.isr.length;

test('NOT_ENOUGH_REPLICAS is waited out under the same sequence: no transaction is aborted and no task ends', async () => {
  const [leader, follower] = cluster.brokers as [CuttableBroker, CuttableBroker];
  const job = await JobUnderTest.createOn(cluster.bootstrap, [leader.id], [leader.id, follower.id], {
    output: { 'min.insync.replicas': '2' },
  });
  const runner = job.runner();
  const task = job.identity(job.generation);
  const reports: TaskReport[] = [];
  let end: TaskEnd | null = null;
  const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), (r) => reports.push(r));
  void run.then((e) => {
    end = e;
  });
  await job.produce(0, 50, '+', 'none', 1);
  await until('the first are committed', async () => (await job.committed()).get(0) === 50);
  follower.freeze();
  try {
    await until('the leader is alone', async () => (await inSync(job, job.output)) === 1);
    const before = begun;
    await job.produce(50, 100, '+', 'none', 1);
    // The test's own producer took an id as well.
    await until('it tells what it waits for', () => reports.at(-1)?.stalled?.includes('NOT_ENOUGH_REPLICAS') ?? false);
    follower.wake();
    await until('the rest is committed', async () => end !== null || (await job.committed()).get(0) === 100);
    assert.equal(begun, before + 1);
  } finally {
    follower.wake();
  }
  assert.equal(end, null);
  runner.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  assertExactlyOnce(await job.read(job.output, 100), 0, 100);
  await runner.close();
});
