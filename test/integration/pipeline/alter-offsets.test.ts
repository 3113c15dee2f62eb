/** Setting a job's committed offsets on a real broker: to each target, refused where there is nothing, after fencing too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { alterJobOffsets } from '../../../src/activities/alter-offsets.ts';
import { type FailureCode, MillraceError } from '../../../src/contracts/failure.ts';
import { groupId, transactionalId } from '../../../src/contracts/names.ts';
import type { RewindTarget } from '../../../src/contracts/operation.ts';
import type { Positions } from '../../../src/contracts/positions.ts';
import type { CommittedOffset } from '../../../src/pipeline/kafka/api/offset-fetch.ts';
import type { Cluster } from '../../../src/pipeline/kafka/cluster.ts';
import { committedOffsets } from '../../../src/pipeline/kafka/group-offsets.ts';
import { fenceTransactionalIds, RawProducer } from '../../../src/pipeline/kafka/index.ts';
import { atRest, Transactions, takeTransactionalId } from '../../../src/pipeline/kafka/transaction.ts';
import { alterOffsets } from '../../../src/pipeline/runtime/alter-offsets.ts';
import type { AlteredOffsets, AlterOffsets, Attempts } from '../../../src/pipeline/runtime/port.ts';
import { onCluster } from '../../support/on-cluster.ts';
import { until } from '../../support/patience.ts';
import { plain } from '../../support/positions.ts';
import { JobUnderTest } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';

const bootstrap = brokerForTests();
const group = (job: JobUnderTest): string => groupId(job.key);
const first: Attempts = { from: null, found: () => {} };
const byAccess: AlterOffsets = (access, ...order) => onCluster(access, (cluster) => alterOffsets(cluster, ...order));
/** Without the topics' ids. */
const alter = async (job: JobUnderTest, to: RewindTarget, attempts = first) => {
  const set = await withCluster((cluster) => alterOffsets(cluster, group(job), [job.input], {}, to, attempts));
  return { from: plain(set.from), to: plain(set.to) };
};

/** A job with two partitions of ten records each, at time 1000 × their offset. */
async function jobWithRecords(): Promise<JobUnderTest> {
  const job = await JobUnderTest.create(bootstrap(), {}, 2);
  const producer = await RawProducer.open({ bootstrap: bootstrap() });
  for (let n = 0; n < 20; n++) {
    producer.append(job.input, n % 2, { value: Buffer.from(`+${n}`), timestamp: 1_000 * (1 + Math.floor(n / 2)) });
  }
  await producer.flush();
  await producer.close();
  return job;
}

const withCluster = <T>(work: (cluster: Cluster) => Promise<T>): Promise<T> =>
  onCluster({ bootstrap: bootstrap() }, work);

const noted = (job: JobUnderTest, partitions = 2): Promise<ReadonlyMap<number, CommittedOffset>> =>
  withCluster(async (cluster) => {
    const asked = new Map([[job.input, Array.from({ length: partitions }, (_, p) => p)]]);
    return (await committedOffsets(cluster, group(job), asked)).get(job.input)!;
  });

const committed = async (job: JobUnderTest): Promise<Map<number, number>> =>
  new Map([...(await noted(job))].map(([p, { offset }]) => [p, offset]));

/** A task's offset 7 of the first partition, in its open transaction. */
const seven = async (job: JobUnderTest, cluster: Cluster) => {
  const note = { topicId: (await cluster.topic(job.input)).id, begun: 2 };
  return new Map([[job.input, { note, offsets: new Map([[0, { offset: 7, leaderEpoch: 0 }]]) }]]);
};

async function refused(promise: Promise<unknown>, code: FailureCode, message: RegExp): Promise<void> {
  await assert.rejects(promise, (e) => {
    assert.ok(e instanceof MillraceError);
    assert.equal(e.failure.code, code);
    assert.equal(e.failure.retry, false);
    assert.match(e.failure.message, message);
    return true;
  });
}

test('each target sets every partition, and tells where the job stood before', async () => {
  const job = await jobWithRecords();
  const at = (offset: string) => ({ [job.input]: { 0: offset, 1: offset } });
  const time = (ms: number): RewindTarget => ({ timestamp: new Date(ms).toISOString() });
  const steps: readonly (readonly [RewindTarget, from: object, to: object])[] = [
    ['latest', {}, at('10')],
    ['earliest', at('10'), at('0')],
    ['earliest', at('0'), at('0')],
    [time(4_000), at('0'), at('3')],
    [time(4_001), at('3'), at('4')],
    [time(1), at('4'), at('0')],
    [time(10_001), at('0'), at('10')],
  ];
  for (const [to, from, expected] of steps) {
    assert.deepEqual(await alter(job, to), { from, to: expected }, JSON.stringify(to));
    assert.deepEqual({ [job.input]: Object.fromEntries(await committed(job)) }, expectedNumbers(expected));
  }
});

const expectedNumbers = (positions: object): unknown =>
  JSON.parse(JSON.stringify(positions).replaceAll(/:"(\d+)"/g, ':$1'));

test('tried again after it was done, it still tells where the job stood before the first attempt', async () => {
  const job = await jobWithRecords();
  await alter(job, 'latest');
  const order = { ...job.key, cluster: 'main', topics: [job.input], known: {}, to: 'earliest' } as const;
  const attempt = (info: Partial<Info>) => {
    const activity = new MockActivityEnvironment(info);
    const beats: unknown[] = [];
    activity.on('heartbeat', (details: unknown) => beats.push(details));
    const done = activity.run(() => alterJobOffsets({ main: { bootstrap: bootstrap() } }, byAccess, order));
    return (done as Promise<AlteredOffsets>).then(({ from, to }) => ({
      altered: { from: plain(from), to: plain(to) },
      beats,
    }));
  };
  const altered = { from: { [job.input]: { 0: '10', 1: '10' } }, to: { [job.input]: { 0: '0', 1: '0' } } };
  const one = await attempt({});
  assert.deepEqual({ ...one, beats: one.beats.map((b) => plain(b as Positions)) }, { altered, beats: [altered.from] });
  const two = await attempt({ attempt: 2, heartbeatDetails: one.beats[0] });
  assert.deepEqual({ ...two, beats: two.beats.map((b) => plain(b as Positions)) }, { altered, beats: [altered.from] });
});

test('named offsets set their partitions and no other, from the first record to the end', async () => {
  const job = await jobWithRecords();
  await alter(job, 'latest');
  assert.deepEqual(await alter(job, { offsets: { [job.input]: { 1: '0' } } }), {
    from: { [job.input]: { 1: '10' } },
    to: { [job.input]: { 1: '0' } },
  });
  await alter(job, { offsets: { [job.input]: { 0: '10' } } });
  assert.deepEqual(
    [...(await committed(job))],
    [
      [0, 10],
      [1, 0],
    ],
  );
});

test('what does not exist is refused with what does, and nothing is changed', async () => {
  const job = await jobWithRecords();
  await job.admin(async (admin) => {
    // Makes kafkajs know the topic's leaders, which the next call takes for granted.
    await admin.fetchTopicOffsets(job.input);
    await admin.deleteTopicRecords({ topic: job.input, partitions: [{ partition: 0, offset: '4' }] });
  });
  await alter(job, 'latest');
  const set = (offsets: Record<string, Record<number, string>>) => alter(job, { offsets });
  const good = { 1: '5' };
  await refused(
    set({ [job.input]: { ...good, 0: '11' } }),
    'offset_out_of_range',
    /\/0 has no offset 11: .* 4 .* to 10 /,
  );
  await refused(
    set({ [job.input]: { ...good, 0: '3' } }),
    'offset_out_of_range',
    /\/0 has no offset 3: .* 4 .* to 10 /,
  );
  await refused(
    set({ [job.input]: { ...good, 0: '99999999999999999999' } }),
    'offset_out_of_range',
    /99999999999999999999/,
  );
  await refused(set({ [job.input]: { ...good, 2: '0' } }), 'invalid_spec', /has no partition 2: it has 0 to 1\./);
  await refused(set({ [job.input]: good, nope: good }), 'invalid_spec', /doesn't read the topic nope: it reads job/);
  await refused(
    set({ [job.input]: { 0: '1', 2: '1', 3: '1', 4: '1', 5: '1', 6: '1', 7: '1' } }),
    'invalid_spec',
    /2 more/,
  );
  await refused(
    withCluster((cluster) => alterOffsets(cluster, group(job), ['nope'], {}, 'earliest', first)),
    'topic_missing',
    /nope doesn't exist/,
  );
  assert.deepEqual(
    [...(await committed(job))],
    [
      [0, 10],
      [1, 10],
    ],
  );
  await set({ [job.input]: { 0: '4', 1: '10' } });
  assert.deepEqual(
    [...(await committed(job))],
    [
      [0, 4],
      [1, 10],
    ],
  );
});

test('a partition that is new to the job stays new when others are set; all of them set, none is', async () => {
  const job = await jobWithRecords();
  await alter(job, 'latest');
  await job.admin((admin) => admin.createPartitions({ topicPartitions: [{ topic: job.input, count: 3 }] }));
  await until('the partition is there', () => withCluster(async (c) => (await c.partitions(job.input)) === 3));
  await alter(job, { offsets: { [job.input]: { 0: '1' } } });
  assert.equal((await noted(job, 3)).get(0)?.note?.begun, 2);
  await alter(job, 'earliest');
  assert.equal((await noted(job, 3)).get(0)?.note?.begun, 3);
});

test('offsets that a fenced task had in its open transaction are gone, and the job stands where it was set', async () => {
  const job = await jobWithRecords();
  await alter(job, 'earliest');
  const id = transactionalId(job.identity(1));
  await withCluster(async (cluster) => {
    const task = new Transactions(cluster, id, group(job), atRest(await takeTransactionalId(cluster, id)));
    await task.commitOffsets(await seven(job, cluster));
    await fenceTransactionalIds(cluster, [id]);
    assert.deepEqual((await alter(job, 'latest')).from, { [job.input]: { 0: '0', 1: '0' } });
    await assert.rejects(task.end(true), /PRODUCER_FENCED|INVALID_PRODUCER_EPOCH/);
  });
  assert.deepEqual(
    [...(await committed(job))],
    [
      [0, 10],
      [1, 10],
    ],
  );
});

test('a transaction that is about to commit is waited for: where the job stood is what it committed', async () => {
  const job = await jobWithRecords();
  await alter(job, 'earliest');
  const id = transactionalId(job.identity(1));
  await withCluster(async (cluster) => {
    const task = new Transactions(cluster, id, group(job), atRest(await takeTransactionalId(cluster, id)));
    await task.commitOffsets(await seven(job, cluster));
    const altering = alter(job, 'latest');
    await new Promise((done) => setTimeout(done, 200));
    await task.end(true);
    assert.deepEqual((await altering).from, { [job.input]: { 0: '7', 1: '0' } });
  });
  assert.deepEqual(
    [...(await committed(job))],
    [
      [0, 10],
      [1, 10],
    ],
  );
});

test('the end is what a read_committed reader sees: before an open transaction of the input', async () => {
  const job = await jobWithRecords();
  const upstream = await RawProducer.open({ bootstrap: bootstrap(), transactionalId: `${job.name}-upstream` });
  upstream.append(job.input, 0, { value: Buffer.from('open') });
  await upstream.flush();
  assert.deepEqual((await alter(job, 'latest')).to, { [job.input]: { 0: '10', 1: '10' } });
  await upstream.end(false);
  await upstream.close();
});

test('a group that somebody else has joined is left alone, and named', async (t) => {
  const job = await jobWithRecords();
  const kafkajs = (await import('kafkajs')).default;
  const kafka = new kafkajs.Kafka({ brokers: [bootstrap()], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: group(job) });
  const joined = new Promise((done) => consumer.on('consumer.group_join', done));
  t.after(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topic: job.input });
  await consumer.run({ eachMessage: async () => {} });
  await joined;
  await refused(alter(job, 'earliest'), 'forbidden_state', /group millrace\.test\..* has members/);
  await consumer.disconnect();
  await alter(job, 'earliest');
});
