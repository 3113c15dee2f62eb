/**
 * A topic is created by the controller, and the brokers hear of it a little later. A task that was prepared in between took its
 * new output topic for one that doesn't exist, which is its owner's failure and ends the job.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';

const bootstrap = brokerForTests();

test('an output topic that is heard of late is waited for', async () => {
  const job = await JobUnderTest.create(bootstrap());
  const topic = `${job.output}.late`;
  job.plan = { ...job.plan, sink: { kafka: { ...job.plan.sink.kafka, topic } } };
  const runner = job.runner('h');
  const task = job.identity(1);

  const [identity] = await Promise.all([
    runner.prepare(job.order(task)),
    sleep(500).then(() => ensureTopics({ bootstrap: bootstrap() }, [{ topic, partitions: 1 }])),
  ]);

  const run = runner.run(job.runOrder(task, identity), () => {});
  runner.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  await runner.close();
});
