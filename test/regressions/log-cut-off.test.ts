/**
 * An unclean election takes a replica that lacks the last records: the log is cut off below what a job has read, and grows
 * past it again with other records. They stood at offsets that the job had behind it, and were never read; lag was 0.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MillraceError } from '../../src/contracts/failure.ts';
import type { ProducerIdentity, TaskEnd, TaskIdentity } from '../../src/contracts/task.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import type { TaskRunner } from '../../src/pipeline/runtime/task-runner.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';
import { type CuttableBroker, type CuttableCluster, startCuttableCluster } from '../support/servers.ts';

let cluster: CuttableCluster;
before(async () => {
  cluster = await startCuttableCluster({ properties: { 'offsets.topic.num.partitions': '2' } });
});
after(async () => {
  over = true;
  await closeRunners();
  await cluster.close();
});

const unclean = { 'unclean.leader.election.enable': 'true', 'min.insync.replicas': '1' };
/** Records that both replicas have; records that the job has read then; and those of the log when it has grown again. */
const [kept, read, grown] = [50, 100, 150];
/** No generation begins any more. */
let over = false;

/** A job of one task, which has a new generation when Kafka doesn't answer for long, as by its workflow. */
class Running {
  readonly #host: TaskRunner;
  readonly #job: JobUnderTest;
  #generation: number;
  ended: Promise<TaskEnd>;

  constructor(host: TaskRunner, job: JobUnderTest, generation = job.generation) {
    this.#host = host;
    this.#job = job;
    this.#generation = generation;
    this.ended = this.#run();
  }

  async #run(): Promise<TaskEnd> {
    for (let former: TaskIdentity | null = null; ; this.#generation++) {
      const task = this.#job.identity(this.#generation);
      const prepared = await this.#prepared(task);
      if (prepared === null) continue;
      const order = this.#job.runOrder(task, prepared, former === null ? [] : [former]);
      const end = await this.#host.run(order, () => {});
      if (end.kind !== 'failed' || !end.failure.retry || over) return end;
      former = task;
    }
  }

  /** Null where Kafka doesn't answer for long. */
  async #prepared(task: TaskIdentity): Promise<ProducerIdentity | null> {
    try {
      return await this.#host.prepare(this.#job.order(task));
    } catch (e) {
      if (e instanceof MillraceError && e.failure.retry && !over) return null;
      throw e;
    }
  }

  drain(): void {
    this.#host.drain(this.#job.identity(this.#generation), 'order');
  }
}

const committed = (job: JobUnderTest, offset: number): Promise<void> =>
  until(`it has read up to ${offset}`, async () => (await job.committed()).get(0) === offset);

const inSync = async (job: JobUnderTest): Promise<readonly number[]> =>
  (await job.admin((a) => a.fetchTopicMetadata({ topics: [job.input] }))).topics[0]!.partitions[0]!.isr;

async function leaderOf(topic: string): Promise<number | null> {
  const asked = new Cluster({ bootstrap: cluster.bootstrap }, 'test');
  try {
    await asked.refresh([topic]);
    return asked.leader(topic, 0);
  } catch {
    return null;
  } finally {
    await asked.close();
  }
}

function assertCutOff(end: TaskEnd, job: JobUnderTest): void {
  assert.equal(end.kind, 'failed');
  const failure = end.kind === 'failed' ? end.failure : null;
  assert.equal(failure?.code, 'log_truncated', failure?.message);
  assert.deepEqual(failure?.record, { topic: job.input, partition: 0, offset: String(kept) });
  assert.match(failure?.message ?? '', /offset 50.*position 100.*rewind/s);
}

test('a log that was cut off below what a job has read stops it, running or at its begin, however far it has grown again', async (t) => {
  const [leader, follower, other] = cluster.brokers as [CuttableBroker, CuttableBroker, CuttableBroker];
  const make = (): Promise<JobUnderTest> =>
    JobUnderTest.createOn(cluster.bootstrap, [leader.id, follower.id], [other.id], { input: unclean });
  const [runs, rests] = [await make(), await make()];
  const host = runs.runner();
  const [running, resting] = [new Running(host, runs), new Running(host, rests)];
  t.after(() => {
    for (const work of [running, resting]) work.drain();
  });
  for (const job of [runs, rests]) {
    await job.produce(0, kept, '+', 'none', 1);
    await committed(job, kept);
  }
  follower.freeze();
  for (const job of [runs, rests]) {
    await until('the leader goes on alone', async () => (await inSync(job)).length === 1);
    await job.produce(kept, read, '+', 'none', 1);
    await committed(job, read);
  }
  resting.drain();
  assert.equal((await resting.ended).kind, 'drained');
  await leader.kill();
  follower.wake();
  for (const job of [runs, rests]) {
    await until('the follower leads', async () => (await leaderOf(job.input)) === follower.id);
    await job.produce(read, read + grown - kept, '+', 'none', 1);
  }
  const readOn = committed(runs, grown).then(() => assert.fail('it has read on silently'));
  assertCutOff(await Promise.race([running.ended, readOn]), runs);
  assertCutOff(await new Running(host, rests, rests.generation + 1).ended, rests);
  for (const job of [runs, rests]) {
    assert.equal((await job.committed()).get(0), read);
    assertExactlyOnce(await job.read(), 0, read);
  }
  await host.close();
});
