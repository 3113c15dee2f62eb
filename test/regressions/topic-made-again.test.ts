/**
 * A topic that is deleted and made again under its name is another topic: its records are at offsets that the job has read
 * already, and lag is 0. Nothing of it is read at a position of the former one: not by a task that runs, not by one that
 * begins with kept or committed positions.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupId } from '../../src/contracts/names.ts';
import type { KeptPositions } from '../../src/contracts/positions.ts';
import type { TaskEnd } from '../../src/contracts/task.ts';
import { alterOffsets } from '../../src/pipeline/runtime/alter-offsets.ts';
import type { TaskRunner } from '../../src/pipeline/runtime/task-runner.ts';
import { assertExactlyOnce, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';
import { onCluster, readStanding } from '../support/on-cluster.ts';
import { until } from '../support/patience.ts';

const bootstrap = brokerForTests();

interface Running {
  readonly ended: Promise<TaskEnd>;
  readonly drain: () => void;
}

async function begin(runner: TaskRunner, job: JobUnderTest, generation: number, kept: KeptPositions): Promise<Running> {
  const task = job.identity(generation);
  const former = generation === 1 ? [] : [job.identity(generation - 1)];
  const order = { ...job.runOrder(task, await runner.prepare(job.order(task)), former), keptPositions: kept };
  return { ended: runner.run(order, () => {}), drain: () => runner.drain(task, 'order') };
}

/** The job's topic, with ten records that it has read; and what its workflow knows. */
async function jobAtTen(runner: (job: JobUnderTest) => TaskRunner) {
  const job = await JobUnderTest.create(bootstrap(), {}, 1);
  await job.produce(0, 10, '+', 'none', 1);
  const host = runner(job);
  const running = await begin(host, job, 1, {});
  await until('all is committed', async () => (await job.committed()).get(0) === 10);
  return { job, host, running, kept: await known(job) };
}

async function known(job: JobUnderTest): Promise<KeptPositions> {
  const standing = await readStanding({ bootstrap: bootstrap() }, groupId(job.key), [job.input]);
  const { id, noted, partitions, offsets } = standing[job.input]!;
  return { [job.input]: { id, begun: noted ?? 1, partitions, offsets } };
}

async function makeAgain(job: JobUnderTest): Promise<void> {
  const idBefore = (await known(job))[job.input]?.id;
  await job.admin((admin) => admin.deleteTopics({ topics: [job.input] }));
  await until('it is made again', () =>
    job
      .admin((admin) => admin.createTopics({ topics: [{ topic: job.input, numPartitions: 1 }], waitForLeaders: false }))
      .catch(() => false),
  );
  await until('it is there', async () => {
    const id = (await readStanding({ bootstrap: bootstrap() }, 'nobody', [job.input]))[job.input]?.id;
    return id !== undefined && id !== idBefore;
  });
  await job.produce(10, 25, '+', 'none', 1);
}

const failed = (end: TaskEnd): string => (end.kind === 'failed' ? end.failure.code : end.kind);

test('a running task stops with what happened and what can be done', async () => {
  const { job, host, running } = await jobAtTen((j) => j.runner());
  await makeAgain(job);
  const end = await running.ended;
  assert.equal(failed(end), 'topic_recreated');
  assert.match(end.kind === 'failed' ? end.failure.message : '', /made again under its name.*rewind.*onRecreate/s);
  assertExactlyOnce(await job.read(), 0, 10);
  await host.close();
});

test('a task does not begin with positions in the former topic: kept ones, or those that its offsets are noted for', async () => {
  const { job, host, running, kept } = await jobAtTen((j) => j.runner());
  running.drain();
  await running.ended;
  await makeAgain(job);
  assert.equal(failed(await (await begin(host, job, 2, kept)).ended), 'topic_recreated');
  assertExactlyOnce(await job.read(), 0, 10);
  await host.close();
});

test('rewound, the job reads the new topic from its beginning', async () => {
  const { job, host, running, kept } = await jobAtTen((j) => j.runner());
  running.drain();
  await running.ended;
  await makeAgain(job);
  const group = groupId(job.key);
  const { id, begun } = kept[job.input]!;
  const attempts = { from: null, found: () => {} };
  const { to } = await onCluster({ bootstrap: bootstrap() }, (cluster) =>
    alterOffsets(cluster, group, [job.input], { [job.input]: { id, begun } }, 'earliest', attempts),
  );
  assert.notEqual(to[job.input]?.id, id);
  const again = await begin(host, job, 2, to);
  await until('all is out', async () => (await job.read()).length >= 25);
  again.drain();
  assert.equal((await again.ended).kind, 'drained');
  assertExactlyOnce(await job.read(), 0, 25);
  await host.close();
});

test('an offset that is noted for the former topic counts for nothing in the new one', async () => {
  const { job, host, running } = await jobAtTen((j) => j.runner());
  running.drain();
  await running.ended;
  const before = await known(job);
  await makeAgain(job);
  // Kafka forgets a deleted topic's offsets in its own time; one that was committed late stands there for ever.
  assert.deepEqual((await known(job))[job.input]?.offsets, {});
  assert.deepEqual(before[job.input]?.offsets, { 0: '10' });
  await host.close();
});
