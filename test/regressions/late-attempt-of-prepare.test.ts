/**
 * An attempt to prepare a task that took too long was given up, and goes on all the same on its host. When it comes to its end
 * after the attempt that took its place, it must not take the task's transactional id from that one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../src/dev/ports.ts';
import type { TaskRunner } from '../../src/pipeline/runtime/task-runner.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';
import { until } from '../support/patience.ts';
import { Way } from '../support/way.ts';

const bootstrap = brokerForTests();

test('an attempt that ends late leaves the task to the one that took its place', async (t) => {
  const [host, port] = bootstrap().split(':');
  let reached = false;
  const slowWay = await Way.open(await freePort(), Number(port), () => () => {
    reached = true;
  });
  t.after(() => slowWay.close());
  const sink = { kafka: { cluster: 'sinks', topic: '', partitions: 4, format: 'json' as const } };
  const job = await JobUnderTest.create(bootstrap(), { delivery: 'at_least_once', sink });
  job.plan = { ...job.plan, sink: { kafka: { ...sink.kafka, topic: job.output } } };
  const [slow, quick] = [`${host}:${slowWay.port}`, bootstrap()].map((sinks) =>
    job.runner('h', { sinks: { bootstrap: sinks } }),
  ) as [TaskRunner, TaskRunner];
  const task = job.identity(1);

  slowWay.cut('mute');
  const late = slow.prepare(job.order(task));
  await until('the slow attempt is on its way', () => reached);
  const identity = await quick.prepare(job.order(task));
  slowWay.heal('late');
  await late;

  const run = quick.run(job.runOrder(task, identity), () => {});
  quick.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  await Promise.all([slow.close(), quick.close()]);
});
