/**
 * One broker of three that says nothing any more although metadata still name it, and partitions whose replicas are slow:
 * jobs that have nothing to do with either don't notice. The brokers' patience is longer than the tests.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TaskEnd, TaskReport } from '../../src/contracts/task.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import type { TaskRunner } from '../../src/pipeline/runtime/task-runner.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';
import { type CuttableBroker, type CuttableCluster, startCuttableCluster } from '../support/servers.ts';

/** Transactions, one after another, and records of each. */
const rounds = 12;
const records = 20;

let cluster: CuttableCluster;
/** Connections that clients have opened to each broker. */
const connections = new Map<number, number>();
const attempts = (broker: CuttableBroker): number => connections.get(broker.id) ?? 0;

before(async () => {
  cluster = await startCuttableCluster({
    // Nobody takes over from a broker that is silent, and no replica counts as out of sync.
    properties: {
      'broker.session.timeout.ms': '300000',
      'replica.lag.time.max.ms': '300000',
      'min.insync.replicas': '1',
      'offsets.topic.replication.factor': '1',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
    },
    listen: (id) => {
      connections.set(id, (connections.get(id) ?? 0) + 1);
      return () => {};
    },
  });
});
after(async () => {
  await closeRunners();
  await cluster.close();
});

/** A job's only task, which is fed in rounds. */
class TaskAtWork {
  readonly job: JobUnderTest;
  readonly reports: TaskReport[] = [];
  readonly #runner: TaskRunner;
  end: TaskEnd | null = null;
  produced = 0;
  #run: Promise<void> = Promise.resolve();

  private constructor(job: JobUnderTest, runner: TaskRunner) {
    this.job = job;
    this.#runner = runner;
  }

  /** Resolves when it is healthy. */
  static async start(runner: TaskRunner, job: JobUnderTest): Promise<TaskAtWork> {
    const work = new TaskAtWork(job, runner);
    const task = job.identity(job.generation);
    const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), (r) => work.reports.push(r));
    work.#run = run.then((end) => {
      work.end = end;
    });
    await until('it is healthy', () => work.reports.at(-1)?.healthy === true);
    return work;
  }

  async produce(): Promise<void> {
    await this.job.produce(this.produced, this.produced + records, '+', 'none', 1);
    this.produced += records;
  }

  async stop(): Promise<void> {
    this.#runner.cancel(this.job.identity(this.job.generation), 'cancelled');
    await this.#run;
  }

  async committed(): Promise<number> {
    return (await this.job.committed()).get(0) ?? 0;
  }

  /** A transaction a round. */
  async work(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await this.produce();
      await until('the round is committed', async () => (await this.committed()) === this.produced);
    }
  }

  async check(): Promise<void> {
    assert.equal(this.end, null);
    assert.deepEqual(
      this.reports.flatMap((r) => r.stalled ?? []),
      [],
    );
    assertExactlyOnce(await this.job.read(this.job.output, this.produced), 0, this.produced);
  }
}

test('a silent broker that metadata still name is not tried by every transaction of those who have no need of it', async () => {
  const link = new Cluster({ bootstrap: cluster.bootstrap }, 'test');
  // The first that metadata name is the one that is asked first.
  const { brokers } = await link.refresh([]).finally(() => link.close());
  const silent = cluster.brokers[brokers[0]!.id - 1]!;
  const others = cluster.brokers.filter((b) => b !== silent).map((b) => b.id);
  const job = await JobUnderTest.createOn(cluster.bootstrap, others.slice(0, 1), others.slice(0, 1));
  const runner = job.runner();
  const task = await TaskAtWork.start(runner, job);
  silent.freeze();
  silent.way.cut('reset');
  silent.way.cut('silence');
  const before = attempts(silent);
  // What the test itself asks goes around it.
  const around = cluster.brokers.filter((b) => b !== silent).map((b) => `127.0.0.1:${b.way.port}`);
  Object.assign(job, { bootstrap: around.join(',') });
  try {
    await task.work();
    const tried = attempts(silent) - before;
    assert.ok(tried < rounds / 2, `${tried} connections for ${rounds} transactions`);
    await task.check();
  } finally {
    silent.wake();
    silent.way.heal('reset');
    await task.stop();
    await runner.close();
  }
});

test('what any broker can answer is asked of another where the first one has fallen silent', async () => {
  const link = new Cluster({ bootstrap: cluster.bootstrap }, 'test');
  try {
    const { brokers } = await link.refresh([]);
    const silent = cluster.brokers[brokers[0]!.id - 1]!;
    // Connected to all, so that the first is asked first.
    await Promise.all(brokers.map(({ id }) => link.broker(id, 'control')));
    silent.freeze();
    try {
      assert.equal((await link.refresh([])).brokers.length, 3);
    } finally {
      silent.wake();
    }
  } finally {
    await link.close();
  }
});

test("a partition whose replica is slow holds up no other job's transactions of the same thread", async () => {
  const [leader, follower] = cluster.brokers as [CuttableBroker, CuttableBroker];
  const slowJob = await JobUnderTest.createOn(cluster.bootstrap, [leader.id], [leader.id, follower.id]);
  // Without a transaction in the slow partition: ended, its marker would hold up every marker that the broker is sent (Kafka's
  // transaction coordinators have one such request under way to a broker), whatever we do.
  slowJob.plan = { ...slowJob.plan, delivery: 'at_least_once' };
  const quickJob = await JobUnderTest.createOn(cluster.bootstrap, [leader.id]);
  const runner = slowJob.runner();
  const slow = await TaskAtWork.start(runner, slowJob);
  const quick = await TaskAtWork.start(runner, quickJob);
  follower.freeze();
  for (const job of [slowJob, quickJob]) Object.assign(job, { bootstrap: `127.0.0.1:${leader.way.port}` });
  try {
    await slow.produce();
    await quick.work();
    assert.equal(await slow.committed(), 0, 'the control: the slow one waits all the time');
    await quick.check();
  } finally {
    follower.wake();
    await Promise.all([slow.stop(), quick.stop()]);
    await runner.close();
  }
});
