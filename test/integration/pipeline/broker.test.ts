/** What brokers do to a task: restart, aborted upstream transactions, compressed batches. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TaskReport } from '../../../src/contracts/task.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { codecs, fenceTransactionalIds, RawProducer } from '../../../src/pipeline/kafka/index.ts';
import { onCluster } from '../../support/on-cluster.ts';
import { until } from '../../support/patience.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from './support/bench-of-tasks.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(async () => {
  await closeRunners();
  await kafka.close();
});

test('a broker that is killed and comes back in mid-run costs nothing: all is out exactly once', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap);
  await job.produce(0, 40_000);
  const runner = job.runner();
  const task = job.identity(1);
  const reports: TaskReport[] = [];
  const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), (r) => reports.push(r));
  await until('something is committed', async () => ((await job.committed()).get(0) ?? 0) > 0);
  const flow = job.produce(40_000, 60_000);
  await Promise.allSettled([flow, kafka.kill()]);
  await until('the report says what it waits for', () => reports.some((r) => r.stalled !== undefined && !r.healthy));
  await kafka.restart();
  // Where the broker stays away longer than the task's patience, its job starts it again; so does this test.
  const committedAll = async (): Promise<boolean> =>
    [...(await job.committed()).values()].reduce((sum, o) => sum + o, 0) >= sent.length;
  const sent = (await job.read(job.input)).map((r) => r.value?.toString()).sort();
  let ended = false;
  void run.finally(() => {
    ended = true;
  });
  await until('everything is committed, or the task has given up', async () => ended || (await committedAll()));
  runner.drain(task, 'order');
  const end = await run;
  if (end.kind !== 'drained') {
    assert.equal(end.kind === 'failed' && end.failure.code, 'kafka_unavailable');
    const next = job.identity(2);
    const again = runner.run(job.runOrder(next, await runner.prepare(job.order(next)), [task]), () => {});
    await until('everything is committed', committedAll);
    runner.drain(next, 'order');
    assert.equal((await again).kind, 'drained');
  }
  assert.deepEqual((await job.read(job.output, sent.length)).map((r) => r.value?.toString()).sort(), sent);
  await runner.close();
});

test('records of aborted upstream transactions are never seen, those of committed ones are', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap);
  const upstream = await RawProducer.open({ bootstrap: kafka.bootstrap, transactionalId: `${job.name}-upstream` });
  let next = 0;
  for (let round = 0; round < 10; round++) {
    const commit = round % 2 === 0;
    for (let i = 0; i < 100; i++) {
      const value = commit ? `+${next++}` : '!aborted';
      upstream.append(job.input, i % 4, { value: Buffer.from(value) });
    }
    await upstream.end(commit);
    await job.produce(next, next + 100);
    next += 100;
  }
  await upstream.close();
  const runner = job.runner();
  const task = job.identity(1);
  let report: TaskReport | undefined;
  const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), (r) => {
    report = r;
  });
  await until('the task is at the end', () => report?.counters.recordsIn === next && report.lag === 0);
  runner.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  assertExactlyOnce(await job.read(job.output, next - 0), 0, next);
  await runner.close();
});

test('batches of every codec are read', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap);
  for (const [i, codec] of codecs.entries()) await job.produce(i * 4_000, (i + 1) * 4_000, '+', codec);
  const runner = job.runner();
  const task = job.identity(1);
  const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
  await until('everything is out', async () => (await job.read()).length >= codecs.length * 4_000);
  runner.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  assertExactlyOnce(await job.read(job.output, codecs.length * 4_000 - 0), 0, codecs.length * 4_000);
  await runner.close();
});

test('fenceTransactionalIds ends a producer that is in the middle of a transaction', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap);
  const id = `${job.name}-holder`;
  const holder = await RawProducer.open({ bootstrap: kafka.bootstrap, transactionalId: id });
  holder.append(job.input, 0, { value: Buffer.from('+0') });
  await holder.flush();
  await onCluster({ bootstrap: kafka.bootstrap }, (cluster) => fenceTransactionalIds(cluster, [id, `${id}-nobody`]));
  await assert.rejects(holder.end(true), /PRODUCER_FENCED|INVALID_PRODUCER_EPOCH/);
  assert.deepEqual(await job.read(job.input), []);
  await holder.close();
});

test('a broker that stays away ends the task with kafka_unavailable, after it has told what it waits for', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap);
  const runner = job.runner();
  const task = job.identity(1);
  const reports: TaskReport[] = [];
  const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), (r) => reports.push(r));
  await until('it is healthy', () => reports.at(-1)?.healthy === true);
  await kafka.kill();
  const end = await run;
  assert.equal(end.kind === 'failed' && end.failure.code, 'kafka_unavailable');
  assert.equal(end.kind === 'failed' && end.failure.retry, true);
  assert.ok(reports.some((r) => r.stalled !== undefined && !r.healthy));
  await runner.close();
});
