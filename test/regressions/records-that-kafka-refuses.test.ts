/**
 * A record that the broker refuses for good (no key for a compacted topic, a time beyond what the topic takes) blocked all
 * partitions of its task for ever, with `kafka_unavailable` for a cause, and the error policy was not asked.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Plan } from '../../src/contracts/plan.ts';
import type { TaskEnd } from '../../src/contracts/task.ts';
import { brokerErrors } from '../../src/pipeline/kafka/broker-error.ts';
import { RawProducer, type TopicRecord } from '../../src/pipeline/kafka/index.ts';
import { RecordsRefused } from '../../src/pipeline/kafka/records-refused.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';
import kafkajs from '../support/kafkajs.ts';
import { until } from '../support/patience.ts';

const bootstrap = brokerForTests();
const hour = 3_600_000;

type Configs = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function jobOf(errors: (job: JobUnderTest) => Plan['errors'], configs: (job: JobUnderTest) => Configs) {
  const job = await JobUnderTest.create(bootstrap(), {}, 2, configs);
  job.plan = { ...job.plan, errors: errors(job) };
  return job;
}

const dlq = (job: JobUnderTest) => ({ policy: 'dlq', topic: job.dlq }) as const;
const compacted = (job: JobUnderTest): Configs => ({ [job.output]: { 'cleanup.policy': 'compact' } });

/** Runs until so many records of each partition are committed, or it ends by itself. */
async function run(job: JobUnderTest, generation: number, each: number): Promise<TaskEnd> {
  const runner = job.runner();
  const task = job.identity(generation);
  let ended = false;
  const running = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
  void running.finally(() => {
    ended = true;
  });
  await until('all is committed, or the task has ended', async () => {
    if (ended) return true;
    const at = await job.committed();
    return at.get(0) === each && at.get(1) === each;
  });
  runner.drain(task, 'order');
  const end = await running;
  await runner.close();
  return end;
}

const isTooLarge = (e: unknown): boolean =>
  e instanceof RecordsRefused && e.batches[0]?.code === brokerErrors.MESSAGE_TOO_LARGE;
const numbers = (records: readonly TopicRecord[]): number[] =>
  records
    .map((r) => r.value?.toString('latin1') ?? '')
    .filter((value) => value.startsWith('+'))
    .map((value) => Number(value.slice(1).split(' ')[0]))
    .toSorted((a, b) => a - b);
const from0 = (to: number, which: (n: number) => boolean): number[] =>
  Array.from({ length: to }, (_, n) => n).filter(which);
const headerOf = (r: TopicRecord | undefined, name: string): string | undefined =>
  r?.headers.find(([n]) => n === name)?.[1]?.toString();

test('dlq: exactly the records without a key go there, and all others are output once', {
  timeout: 240_000,
}, async () => {
  const job = await jobOf(dlq, compacted);
  // Every third has a key.
  await job.produce(0, 3_000, '+', 'none', 2);
  const end = await run(job, 1, 1_500);
  assert.deepEqual([end.kind, end.counters.recordsFailed], ['drained', 2_000]);
  assert.deepEqual(
    numbers(await job.read(job.output, 1_000)),
    from0(3_000, (n) => n % 3 === 0),
  );
  const dead = await job.read(job.dlq, 2_000);
  assert.deepEqual(
    numbers(dead),
    from0(3_000, (n) => n % 3 !== 0),
  );
  assert.equal(headerOf(dead[0], 'millrace.stage'), 'sink');
  assert.match(headerOf(dead[0], 'millrace.cause') ?? '', /INVALID_RECORD.*key/);
});

test('fail: the job stops at the first of them, and what stands before it is committed', {
  timeout: 240_000,
}, async () => {
  const job = await jobOf(() => ({ policy: 'fail' }), compacted);
  await job.produce(0, 1, '+', 'none', 1);
  await job.produce(1, 2, '+', 'none', 1);
  const end = await run(job, 1, 99);
  assert.ok(end.kind === 'failed');
  const { code, domain, record, message } = end.failure;
  assert.deepEqual([code, domain, record], ['bad_record', 'user', { topic: job.input, partition: 0, offset: '1' }]);
  assert.match(message, /INVALID_RECORD/);
  assert.equal((await job.committed()).get(0), 1);
  assert.deepEqual(numbers(await job.read(job.output, 1)), [0]);
});

test('a time that the topics take no more, or not yet: its dead letter bears the present one', {
  timeout: 240_000,
}, async () => {
  const narrow = {
    'message.timestamp.before.max.ms': String(24 * hour),
    'message.timestamp.after.max.ms': String(hour),
  };
  const wide = { 'message.timestamp.after.max.ms': '9223372036854775807' };
  const job = await jobOf(dlq, (j) => ({ [j.input]: wide, [j.output]: narrow, [j.dlq]: narrow }));
  const producer = await RawProducer.open({ bootstrap: bootstrap() });
  const now = Date.now();
  const times = [now, now - 48 * hour, now + 3 * hour, now - hour];
  for (const p of [0, 1])
    times.forEach((timestamp, i) => {
      producer.append(job.input, p, { value: Buffer.from(`+${4 * p + i}`), timestamp });
    });
  await producer.flush();
  await producer.close();
  const end = await run(job, 1, 4);
  assert.deepEqual([end.kind, end.counters.recordsFailed], ['drained', 4]);
  assert.deepEqual(numbers(await job.read(job.output, 4)), [0, 3, 4, 7]);
  const dead = await job.read(job.dlq, 4);
  assert.deepEqual(numbers(dead), [1, 2, 5, 6]);
  for (const r of dead) {
    const n = Number(r.value?.toString('latin1').slice(1).split(' ')[0]) % 4;
    assert.equal(headerOf(r, 'millrace.timestamp'), String(times[n]));
    assert.match(headerOf(r, 'millrace.cause') ?? '', /INVALID_TIMESTAMP/);
    assert.ok(r.timestamp >= now);
  }
});

test('a dead letter that is refused itself ends the job at its record, and says so', { timeout: 240_000 }, async () => {
  const job = await jobOf(dlq, (j) => ({ ...compacted(j), [j.dlq]: { 'cleanup.policy': 'compact' } }));
  await job.produce(0, 2, '+', 'none', 1);
  const end = await run(job, 1, 99);
  assert.ok(end.kind === 'failed');
  assert.deepEqual([end.failure.code, end.failure.record?.offset], ['bad_record', '1']);
  assert.match(end.failure.message, /dead letter .* can't be written.*INVALID_RECORD/);
  assert.equal((await job.committed()).get(0), 1);
});

test('a topic that takes smaller batches than it did gets smaller ones', { timeout: 240_000 }, async () => {
  const job = await jobOf(dlq, () => ({}));
  const runner = job.runner();
  const task = job.identity(1);
  const order = job.runOrder(task, await runner.prepare(job.order(task)));
  const probe = await RawProducer.open({ bootstrap: bootstrap() });
  const configEntries = [{ name: 'max.message.bytes', value: '2000' }];
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: job.output, configEntries }];
  await job.admin((a) => a.alterConfigs({ validateOnly: false, resources }));
  await until('the broker takes no larger ones', async () => {
    probe.append(job.output, 0, { value: Buffer.alloc(3_000, 'a probe') });
    return await probe.flush().then(() => false, isTooLarge);
  });
  await probe.close();
  const producer = await RawProducer.open({ bootstrap: bootstrap() });
  // What can't be packed: topics bound the bytes that they get.
  const noiseOf = (n: number): Buffer => Buffer.concat([Buffer.from(`+${n} `), randomBytes(n === 50 ? 4_000 : 100)]);
  for (let n = 0; n < 100; n++) producer.append(job.input, 0, { value: noiseOf(n) });
  await producer.flush();
  await producer.close();
  const running = runner.run(order, () => {});
  await until('all is committed', async () => (await job.committed()).get(0) === 100);
  runner.drain(task, 'order');
  const end = await running;
  await runner.close();
  assert.deepEqual([end.kind, end.counters.recordsFailed], ['drained', 1]);
  assert.deepEqual(
    numbers(await job.read(job.output, 99)),
    from0(100, (n) => n !== 50),
  );
  const [dead] = await job.read(job.dlq, 1);
  assert.match(headerOf(dead, 'millrace.cause') ?? '', /MESSAGE_TOO_LARGE/);
});
