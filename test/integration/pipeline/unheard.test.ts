/** A task that nobody listens to any more: it goes on, is listened to again, or learns from Kafka that it was fenced. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskReport } from '../../../src/contracts/task.ts';
import { createEngine } from '../../../src/pipeline/runtime/engine.ts';
import { until } from '../../support/patience.ts';
import { JobUnderTest } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';

const bootstrap = brokerForTests();

async function skippingJob(): Promise<JobUnderTest> {
  const job = await JobUnderTest.create(bootstrap(), { errors: { policy: 'skip' } });
  job.setQuery('SELECT a FROM s');
  return job;
}

test('a task goes on unheard, and who listens again hears its reports and its end', async (t) => {
  const job = await skippingJob();
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: bootstrap() } }, threads: 1 });
  t.after(() => engine.close());
  const task = job.identity(1);
  const unheard = (): void => {};
  void engine.run(job.runOrder(task, await engine.prepare(job.order(task))), unheard);
  await engine.confirm(task, 10);
  engine.leave(task, unheard);
  await job.produce(0, 400);
  await until('it goes on', async () => [...(await job.committed()).values()].every((offset) => offset === 100));
  let heard: TaskReport | undefined;
  const onReport = (report: TaskReport): void => {
    heard = report;
  };
  const end = engine.adopt(task, onReport);
  assert.ok(end !== null);
  // The line before this one breaks later than this one begins: that is none of its business.
  engine.leave(task, unheard);
  await until('it is heard again', () => heard?.counters.recordsIn === 400);
  await engine.drain(task, 'order');
  assert.equal((await end).kind, 'drained');
  assert.equal(engine.adopt(task, onReport), null, 'its end was heard');
});

test('an idle task that nobody listens to lends its only slot to its successor, and learns that it was fenced', async (t) => {
  const job = await skippingJob();
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: bootstrap() } }, threads: 1, slots: 1 });
  t.after(() => engine.close());
  const [first, second] = [job.identity(1), job.identity(2)];
  const unheard = (): void => {};
  const run = engine.run(job.runOrder(first, await engine.prepare(job.order(first))), unheard);
  await engine.confirm(first, 10);
  await assert.rejects(engine.prepare(job.order(second)), /slots of the host h1 are taken/);
  engine.leave(first, unheard);
  const producer = await engine.prepare(job.order(second));
  const next = engine.run(job.runOrder(second, producer, [first]), () => {});
  await engine.confirm(second, 10);
  // It has nothing to commit: it asks by itself.
  assert.equal((await run).kind, 'superseded');
  const kept = engine.adopt(first, () => {});
  assert.equal((await kept)?.kind, 'superseded', 'its end is kept for who asks');
  await engine.drain(second, 'order');
  assert.equal((await next).kind, 'drained');
});
