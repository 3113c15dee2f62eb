/** What a running task tells of itself beside its heartbeats: where it began, and what it was like for a while. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../../src/pipeline/runtime/engine.ts';
import { until } from '../../support/patience.ts';
import { JobUnderTest } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';

const bootstrap = brokerForTests();

/** A job over records that it can't decode, and skips. */
async function skippingJob(records: number): Promise<JobUnderTest> {
  const job = await JobUnderTest.create(bootstrap(), { errors: { policy: 'skip' } });
  job.setQuery('SELECT a FROM s');
  await job.produce(0, records);
  return job;
}

test('a task that is confirmed tells that it began where its predecessor had ended, and what became of its records', async (t) => {
  const job = await skippingJob(1_000);
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: bootstrap() } }, threads: 1 });
  t.after(() => engine.close());
  const [first, second] = [job.identity(1), job.identity(2)];
  const firstRun = engine.run(job.runOrder(first, await engine.prepare(job.order(first))), () => {});
  const { began, vitals } = await engine.confirm(first, 10);
  assert.deepEqual(began[job.input]?.offsets, { 0: '0', 1: '0', 2: '0', 3: '0' });
  assert.ok(vitals.recordsIn > 0 && vitals.recordsFailed === vitals.recordsIn, JSON.stringify(vitals));
  await until('everything is committed', async () =>
    [...(await job.committed()).values()].every((offset) => offset === 250),
  );

  const secondRun = engine.run(job.runOrder(second, await engine.prepare(job.order(second)), [first]), () => {});
  const taken = await engine.confirm(second, 10);
  assert.deepEqual(taken.began[job.input]?.offsets, { 0: '250', 1: '250', 2: '250', 3: '250' });
  assert.deepEqual({ ...taken.vitals, ms: 0 }, { ms: 0, recordsIn: 0, recordsFailed: 0, lagFirst: 0, lagLast: 0 });
  await engine.cancel(first, 'superseded');
  await engine.drain(second, 'order');
  assert.deepEqual([(await firstRun).kind, (await secondRun).kind], ['superseded', 'drained']);
});

test('a running task is observed, one that is not here is not', async (t) => {
  const job = await skippingJob(0);
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: bootstrap() } }, threads: 1 });
  t.after(() => engine.close());
  const task = job.identity(1);
  assert.equal(await engine.observe(task), null);
  const run = engine.run(job.runOrder(task, await engine.prepare(job.order(task))), () => {});
  await engine.confirm(task, 0);
  await job.produce(0, 400);
  await until('it has read them', async () => (await engine.observe(task))?.recordsFailed === 400);
  await engine.drain(task, 'order');
  await run;
  assert.equal(await engine.observe(task), null);
});
