/**
 * Where a partition begins that has no committed offset although others of its topic have: at the job's start where the
 * job knew it and its task just had not come to commit; at its beginning where it is newer than the job's last commit.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

test('a task of a job that starts at latest does so even where another task has committed before it', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, { start: 'latest' }, 2);
  await job.produce(0, 100, '+', 'none', 2);
  const runner = job.runner();
  for (const index of [0, 1]) {
    const task = job.identity(1, index, 2);
    const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
    await until('it has pinned its start', async () => (await job.committed()).has(index));
    runner.drain(task, 'order');
    assert.equal((await run).kind, 'drained');
  }
  assert.deepEqual(
    await job.committed(),
    new Map([
      [0, 50],
      [1, 50],
    ]),
  );
  assert.deepEqual(await job.read(), []);
  await runner.close();
});

test('a partition that was added since is read from its beginning', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, { start: 'latest' }, 2);
  const runner = job.runner();
  const first = job.identity(1);
  const run = runner.run(job.runOrder(first, await runner.prepare(job.order(first))), () => {});
  await until('it has pinned its start', async () => (await job.committed()).size === 2);
  runner.drain(first, 'order');
  assert.equal((await run).kind, 'drained');
  await job.admin((admin) => admin.createPartitions({ topicPartitions: [{ topic: job.input, count: 3 }] }));
  await job.produce(0, 3, '+', 'none', 3);
  const second = job.identity(2);
  const again = runner.run(job.runOrder(second, await runner.prepare(job.order(second)), [first]), () => {});
  await until('all is out', async () => (await job.read()).length === 3);
  runner.drain(second, 'order');
  assert.equal((await again).kind, 'drained');
  await runner.close();
});

test('a partition that was added is read from its beginning, whichever task of the new generation commits first', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, { start: 'latest' }, 2);
  const runner = job.runner();
  const first = job.identity(1);
  const run = runner.run(job.runOrder(first, await runner.prepare(job.order(first))), () => {});
  await until('it has pinned its start', async () => (await job.committed()).size === 2);
  runner.drain(first, 'order');
  assert.equal((await run).kind, 'drained');
  await job.admin((admin) => admin.createPartitions({ topicPartitions: [{ topic: job.input, count: 4 }] }));
  await job.produce(0, 40, '+', 'none', 4);
  for (const index of [1, 0]) {
    const task = job.identity(2, index, 2);
    const order = job.runOrder(task, await runner.prepare(job.order(task)), [first]);
    const begun = runner.run({ ...order, keptPositions: await job.kept(2) }, () => {});
    await until('it has committed what it owns', async () => {
      const at = await job.committed();
      return at.get(index) === 10 && at.get(index + 2) === 10;
    });
    runner.drain(task, 'order');
    assert.equal((await begun).kind, 'drained');
  }
  const numbers = (await job.read(job.output, 40)).map((r) => Number(r.value?.toString().slice(1)));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, n) => n),
  );
  await runner.close();
});
