/** Exactly once across generations: the handover by fencing, and what happens without it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskReport } from '../../../src/contracts/task.ts';
import { until } from '../../support/patience.ts';
import { assertExactlyOnce, JobUnderTest, mistakes } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';

const bootstrap = brokerForTests();

test('100,000 events pass exactly once and in order, and a drain commits everything', async () => {
  const job = await JobUnderTest.create(bootstrap());
  await job.produce(0, 100_000);
  const runner = job.runner();
  const task = job.identity(1);
  let report: TaskReport | undefined;
  const producer = await runner.prepare(job.order(task));
  const run = runner.run(job.runOrder(task, producer), (r) => {
    report = r;
  });
  await until('the task is at the end', () => report?.counters.recordsIn === 100_000 && report.healthy);
  runner.drain(task, 'order');
  const end = await run;
  assert.equal(end.kind, 'drained');
  assert.deepEqual(end.kind === 'drained' && end.positions[job.input]?.offsets, {
    0: '25000',
    1: '25000',
    2: '25000',
    3: '25000',
  });
  assert.deepEqual([...(await job.committed()).values()], [25_000, 25_000, 25_000, 25_000]);
  assertExactlyOnce(await job.read(job.output, 100_000 - 0), 0, 100_000);
  await runner.close();
});

/** Two generations over one flow; the second starts in the middle of it. */
async function takeover(fenced: boolean): Promise<{ job: JobUnderTest; firstEnd: string; total: number }> {
  const job = await JobUnderTest.create(bootstrap());
  const total = 60_000;
  const [old, next] = [job.runner('old'), job.runner('new')];
  const [first, second] = [job.identity(1), job.identity(2)];
  await job.produce(0, 20_000);
  const firstProducer = await old.prepare(job.order(first));
  const firstRun = old.run(job.runOrder(first, firstProducer), () => {});
  const flow = (async () => {
    for (let n = 20_000; n < total; n += 4_000) await job.produce(n, n + 4_000);
  })();
  const secondProducer = await next.prepare(job.order(second));
  const secondRun = next.run(job.runOrder(second, secondProducer, fenced ? [first] : []), () => {});
  await flow;
  await until('everything is committed', async () =>
    [0, 1, 2, 3].every(
      (
        (committed) => (p: number) =>
          committed.get(p) === total / 4
      )(await job.committed()),
    ),
  );
  old.drain(first, 'order');
  next.drain(second, 'order');
  const [firstEnd] = await Promise.all([firstRun, secondRun]);
  await old.close();
  await next.close();
  return { job, firstEnd: firstEnd.kind, total };
}

test('a second generation takes over under flow: nothing is lost, nothing is twice, the first ends superseded', async () => {
  const { job, firstEnd, total } = await takeover(true);
  assert.equal(firstEnd, 'superseded');
  assertExactlyOnce(await job.read(job.output, total - 0), 0, total);
});

test('without fencing the same takeover puts records out twice: the check sees what fencing prevents', async () => {
  const { job, total } = await takeover(false);
  assert.notDeepEqual(mistakes(await job.read(), 0, total), []);
});

test('a prepared task that a later generation has fenced before it ran is refused at its first request', async () => {
  const job = await JobUnderTest.create(bootstrap());
  await job.produce(0, 1_000);
  const [frozen, next] = [job.runner('frozen'), job.runner('next')];
  const [first, second] = [job.identity(1), job.identity(2)];
  const stale = await frozen.prepare(job.order(first));
  const fresh = await next.prepare(job.order(second));
  let report: TaskReport | undefined;
  const run = next.run(job.runOrder(second, fresh, [first]), (r) => {
    report = r;
  });
  await until('the later generation is healthy', () => report?.healthy === true);
  const woken = await frozen.run(job.runOrder(first, stale), () => {});
  assert.equal(woken.kind, 'superseded');
  assert.equal(woken.counters.transactions, 0);
  await job.produce(1_000, 2_000);
  await until('the later generation goes on', async () => (await job.read()).length === 2_000);
  next.drain(second, 'order');
  assert.equal((await run).kind, 'drained');
  assertExactlyOnce(await job.read(job.output, 2_000 - 0), 0, 2_000);
  await frozen.close();
  await next.close();
});

test('two tasks of one generation share the partitions', async () => {
  const job = await JobUnderTest.create(bootstrap());
  await job.produce(0, 10_000);
  const runner = job.runner();
  const tasks = [job.identity(1, 0, 2), job.identity(1, 1, 2)];
  const runs = tasks.map(async (t) => runner.run(job.runOrder(t, await runner.prepare(job.order(t))), () => {}));
  await until('everything is out', async () => (await job.read()).length >= 10_000);
  for (const t of tasks) runner.drain(t, 'order');
  const ends = await Promise.all(runs);
  assert.deepEqual(
    ends.map((e) => e.counters.recordsIn),
    [5_000, 5_000],
  );
  assertExactlyOnce(await job.read(job.output, 10_000 - 0), 0, 10_000);
  await runner.close();
});

test('latest is pinned at once: what comes between two runs is not skipped', async () => {
  const job = await JobUnderTest.create(bootstrap(), { start: 'latest' });
  await job.produce(0, 100);
  const runner = job.runner();
  const [first, second] = [job.identity(1), job.identity(2)];
  const run = runner.run(job.runOrder(first, await runner.prepare(job.order(first))), () => {});
  await until(
    'the offsets are committed',
    async () => (await job.committed()).size === 4 && (await job.committed()).get(0) === 25,
  );
  runner.drain(first, 'order');
  await run;
  await job.produce(100, 200);
  const again = runner.run(job.runOrder(second, await runner.prepare(job.order(second)), [first]), () => {});
  await until('the rest is out', async () => (await job.read()).length === 100);
  runner.drain(second, 'order');
  await again;
  assertExactlyOnce(await job.read(job.output, 200 - 100), 100, 200);
  await runner.close();
});

test('at_least_once: a drained run has put everything out, and a zombie is still fenced', async () => {
  const job = await JobUnderTest.create(bootstrap(), { delivery: 'at_least_once' });
  await job.produce(0, 5_000);
  const runner = job.runner();
  const [first, second] = [job.identity(1), job.identity(2)];
  const stale = await runner.prepare(job.order(first));
  const run = runner.run(job.runOrder(second, await runner.prepare(job.order(second)), [first]), () => {});
  await until('everything is out', async () => (await job.read()).length === 5_000);
  const zombie = await runner.run(job.runOrder(first, stale), () => {});
  assert.equal(zombie.kind, 'superseded');
  runner.drain(second, 'order');
  assert.equal((await run).kind, 'drained');
  await runner.close();
});
