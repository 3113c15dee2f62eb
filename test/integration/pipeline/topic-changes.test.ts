/** A task that runs on a real broker tells what has become of its topics: one task of a generation, for all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeptPositions } from '../../../src/contracts/positions.ts';
import type { TaskReport } from '../../../src/contracts/task.ts';
import kafkajs from '../../support/kafkajs.ts';
import { until } from '../../support/patience.ts';
import { JobUnderTest } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';

const bootstrap = brokerForTests();

/** Both tasks of a job's first generation, in one thread. */
async function running(job: JobUnderTest, kept: KeptPositions) {
  const runner = job.runner('h1', {}, { topicsMs: 200 });
  const reports: (TaskReport | null)[] = [null, null];
  const ends = [0, 1].map(async (index) => {
    const task = job.identity(1, index, 2);
    const order = { ...job.runOrder(task, await runner.prepare(job.order(task))), keptPositions: kept };
    return runner.run(order, (report) => (reports[index] = report));
  });
  await until('both read', () => reports.every((r) => r?.healthy === true));
  const close = async (): Promise<void> => {
    for (const index of [0, 1]) runner.drain(job.identity(1, index, 2), 'order');
    for (const end of await Promise.all(ends)) assert.equal(end.kind, 'drained');
    await runner.close();
  };
  return { reports, close };
}

test('added partitions are told by the first task, with their records as lag; no task reads them by itself', async () => {
  const job = await JobUnderTest.create(bootstrap(), {}, 2);
  const { reports, close } = await running(job, await job.kept(2));
  assert.deepEqual(
    reports.map((r) => r?.changes),
    [undefined, undefined],
  );
  await job.admin((a) => a.createPartitions({ topicPartitions: [{ topic: job.input, count: 4 }] }));
  await job.produce(0, 40, '+', 'none', 4);
  const change = { topic: job.input, use: 'read', fact: 'partitions', from: 2, to: 4 };
  await until('it is told', () => reports[0]?.changes !== undefined && reports[0].lag === 20);
  await until('the rest is read', async () => (await job.read()).length === 20);
  assert.deepEqual(reports[0]?.changes, [change]);
  assert.equal(reports[1]?.changes, undefined);
  assert.deepEqual([...(await job.committed()).keys()].sort(), [0, 1]);
  await close();
});

test('a sink with more partitions, or that takes smaller batches, is told; so is the topic of dead letters', async () => {
  const job = await JobUnderTest.create(bootstrap(), {}, 2);
  job.plan = { ...job.plan, errors: { policy: 'dlq', topic: job.dlq } };
  const { reports, close } = await running(job, {});
  await job.admin(async (a) => {
    await a.createPartitions({ topicPartitions: [{ topic: job.output, count: 3 }] });
    const configEntries = [{ name: 'max.message.bytes', value: '5000' }];
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: job.dlq, configEntries }];
    await a.alterConfigs({ validateOnly: false, resources });
  });
  await until('both are told', () => reports[0]?.changes?.length === 2);
  assert.deepEqual(reports[0]?.changes, [
    { topic: job.output, use: 'written', fact: 'partitions', from: 2, to: 3 },
    { topic: job.dlq, use: 'written', fact: 'max.message.bytes', from: 1_048_588, to: 5_000 },
  ]);
  assert.equal(reports[0]?.lag, 0);
  await close();
});
