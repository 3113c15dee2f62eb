/** Bad data and lost data: what the error policies do, at exactly which record, and what is never done silently. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../../src/contracts/plan.ts';
import type { TaskEnd } from '../../../src/contracts/task.ts';
import { RawProducer } from '../../../src/pipeline/kafka/index.ts';
import { until } from '../../support/patience.ts';
import { assertExactlyOnce, JobUnderTest } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';

const bootstrap = brokerForTests();

/** One partition: 0…99 good, one bad record at offset 100, then 101…199 good. */
async function jobWithBadRecord(
  errors: Plan['errors'],
  bad: Buffer | null = Buffer.from('!bad'),
): Promise<JobUnderTest> {
  const job = await JobUnderTest.create(bootstrap(), { errors }, 1);
  await job.produce(0, 100, '+', 'none', 1);
  const producer = await RawProducer.open({ bootstrap: bootstrap() });
  producer.append(job.input, 0, {
    key: Buffer.from('the key'),
    value: bad,
    headers: [[Buffer.from('trace'), Buffer.from('abc')]],
    timestamp: 1_234,
  });
  await producer.flush();
  await producer.close();
  await job.produce(101, 200, '+', 'none', 1);
  return job;
}

/** Runs a generation until `enough`, or until it ends by itself. */
async function run(job: JobUnderTest, generation: number, enough: () => Promise<boolean>): Promise<TaskEnd> {
  const runner = job.runner();
  const task = job.identity(generation);
  const running = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
  let ended = false;
  void running.finally(() => {
    ended = true;
  });
  await until('enough is out', async () => ended || (await enough()));
  runner.drain(task, 'order');
  const end = await running;
  await runner.close();
  return end;
}
const allRead = (job: JobUnderTest, at: number) => async (): Promise<boolean> => (await job.committed()).get(0) === at;

test('fail: everything before the record is committed, the job stops at exactly it, and resumes from it', async () => {
  const job = await jobWithBadRecord({ policy: 'fail' });
  const end = await run(job, 1, allRead(job, 200));
  assert.equal(end.kind, 'failed');
  const failure = end.kind === 'failed' ? end.failure : null;
  assert.equal(failure?.code, 'bad_record');
  assert.equal(failure?.stage, 'decode');
  assert.deepEqual(failure?.record, { topic: job.input, partition: 0, offset: '100' });
  assert.match(failure?.message ?? '', /marked as bad/);
  assert.equal((await job.committed()).get(0), 100);
  assertExactlyOnce(await job.read(job.output, 100 - 0), 0, 100);

  const again = await run(job, 2, allRead(job, 200));
  assert.equal(again.kind, 'failed');
  assert.equal((await job.read()).length, 100);

  job.plan = { ...job.plan, errors: { policy: 'skip' } };
  const resumed = await run(job, 3, allRead(job, 200));
  assert.equal(resumed.kind, 'drained');
  assert.equal(resumed.counters.recordsIn, 100);
  assert.equal(resumed.counters.recordsFailed, 1);
  const values = (await job.read(job.output, 199)).map((r) => Number(r.value?.toString().slice(1)));
  assert.deepEqual(
    values,
    [...Array(200).keys()].filter((n) => n !== 100),
  );
});

test('dlq: the record goes there as it came, with its headers, its position and the cause', async () => {
  const job = await jobWithBadRecord({ policy: 'dlq', topic: '' });
  job.plan = { ...job.plan, errors: { policy: 'dlq', topic: job.dlq } };
  const end = await run(job, 1, allRead(job, 200));
  assert.equal(end.kind, 'drained');
  assert.equal((await job.read(job.output, 199)).length, 199);
  const [dead, ...more] = await job.read(job.dlq, 1);
  assert.equal(more.length, 0);
  assert.equal(dead?.key?.toString(), 'the key');
  assert.equal(dead?.value?.toString(), '!bad');
  assert.equal(dead?.timestamp, 1_234);
  assert.deepEqual(Object.fromEntries((dead?.headers ?? []).map(([name, value]) => [name, value?.toString()])), {
    trace: 'abc',
    'millrace.stage': 'decode',
    'millrace.cause': 'it is marked as bad',
    'millrace.topic': job.input,
    'millrace.partition': '0',
    'millrace.offset': '100',
    'millrace.job': `test/${job.name}`,
  });
});

test('a tombstone is no error: it is counted and gives no row', async () => {
  const job = await jobWithBadRecord({ policy: 'fail' }, null);
  const end = await run(job, 1, allRead(job, 200));
  assert.equal(end.kind, 'drained');
  assert.equal(end.counters.recordsIn, 200);
  assert.equal(end.counters.recordsOut, 199);
  assert.equal(end.counters.recordsFailed, 0);
});

test('an output record larger than its topic takes is the sink stage of the error policy', async () => {
  const job = await jobWithBadRecord({ policy: 'fail' }, Buffer.from('*1100'));
  const end = await run(job, 1, allRead(job, 200));
  assert.equal(end.kind === 'failed' && end.failure.code, 'record_too_large');
  assert.equal(end.kind === 'failed' && end.failure.stage, 'sink');
  assert.equal((await job.committed()).get(0), 100);
});

test('large output records that the topic takes pass, alone in their batches', async () => {
  const job = await jobWithBadRecord({ policy: 'fail' }, Buffer.from('*1000'));
  const end = await run(job, 1, allRead(job, 200));
  assert.equal(end.kind, 'drained');
  const sizes = (await job.read(job.output, 200)).map((r) => r.value?.length ?? 0);
  assert.equal(sizes.length, 200);
  assert.equal(sizes[100], 1000 * 1024);
});

test('an event that names a writer schema which nobody can look up is a decode error that says so', async () => {
  const job = await JobUnderTest.create(bootstrap(), {}, 1);
  const producer = await RawProducer.open({ bootstrap: bootstrap() });
  const id = Buffer.concat([Buffer.from([1]), Buffer.alloc(16, 0xab)]);
  producer.append(job.input, 0, { value: Buffer.from('+0'), headers: [[Buffer.from('__value_schema_id'), id]] });
  await producer.flush();
  await producer.close();
  const end = await run(job, 1, allRead(job, 1));
  assert.equal(end.kind === 'failed' && end.failure.stage, 'decode');
  assert.match(end.kind === 'failed' ? end.failure.message : '', /01abab.*no schema registry/);
});

test('committed offsets that the log no longer has end the task: they are never reset silently', async () => {
  const job = await JobUnderTest.create(bootstrap(), {}, 1);
  await job.produce(0, 100, '+', 'none', 1);
  assert.equal((await run(job, 1, allRead(job, 100))).kind, 'drained');
  await job.produce(100, 200, '+', 'none', 1);
  await job.admin(async (a) => {
    // Makes the client know the topic, without which it refuses to delete.
    await a.fetchTopicOffsets(job.input);
    await a.deleteTopicRecords({ topic: job.input, partitions: [{ partition: 0, offset: '150' }] });
  });
  const end = await run(job, 2, allRead(job, 200));
  assert.equal(end.kind === 'failed' && end.failure.code, 'offset_out_of_range');
  assert.deepEqual(end.kind === 'failed' && end.failure.record, { topic: job.input, partition: 0, offset: '100' });
  assert.match(end.kind === 'failed' ? end.failure.message : '', /150 to 200/);
  assert.equal((await job.committed()).get(0), 100);
});

test('a topic that does not exist refuses the preparation and says which', async () => {
  const job = await JobUnderTest.create(bootstrap());
  job.plan = { ...job.plan, sink: { kafka: { ...job.plan.sink.kafka, topic: 'no-such-topic' } } };
  const runner = job.runner();
  await assert.rejects(runner.prepare(job.order(job.identity(1))), /topic no-such-topic doesn't exist/);
  await runner.close();
});
