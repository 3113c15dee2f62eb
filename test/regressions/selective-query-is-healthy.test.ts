/**
 * A query that keeps next to nothing, on a long backlog, is healthy as soon as it commits what it has read: waiting for its
 * first output would take a new generation for a broken one, and roll a good change back.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TaskReport } from '../../src/contracts/task.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(async () => {
  await closeRunners();
  await kafka.close();
});

test('a task that reads on and keeps nothing is healthy before the end of its backlog', {
  timeout: 60_000,
}, async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  await job.produce(0, 2_000_000, '-', 'none', 1);
  const task = job.identity(1);
  const runner = job.runner();
  const producer = await runner.prepare(job.order(task));
  const healthy = Promise.withResolvers<TaskReport>();
  const run = runner.run(job.runOrder(task, producer), (report) => {
    if (report.healthy) healthy.resolve(report);
  });
  try {
    const first = await healthy.promise;
    assert.equal(first.counters.recordsOut, 0);
    assert.ok(first.lag > 0, `healthy with ${first.lag} records to go`);
  } finally {
    runner.cancel(task, 'cancelled');
    await run;
    await runner.close();
  }
});
