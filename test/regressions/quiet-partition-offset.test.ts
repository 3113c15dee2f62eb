/** A quiet partition's offset is committed again in time, though the same task's other partitions are busy: the broker forgets old ones. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(async () => {
  await closeRunners();
  await kafka.close();
});

test('the offset of a quiet partition comes back after the broker has forgotten it, while another partition is busy', async (t) => {
  const days = limits as { offsetRefreshDays: number };
  const before = days.offsetRefreshDays;
  days.offsetRefreshDays = 1 / 86_400;
  t.after(() => {
    days.offsetRefreshDays = before;
  });
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 2);
  await job.produce(0, 20, '+', 'none', 2);
  const runner = job.runner();
  const task = job.identity(1);
  const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
  await until('both partitions are committed', async () => (await job.committed()).size === 2);
  await job.admin((admin) => admin.deleteGroups([`millrace.test.${job.name}`]));
  let next = 10;
  const busy = async (): Promise<boolean> => {
    await job.produce(next, next + 1, '+', 'none', 1);
    next++;
    return (await job.committed()).get(1) === 10;
  };
  await until('the quiet one is committed again', busy);
  runner.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  await runner.close();
});
