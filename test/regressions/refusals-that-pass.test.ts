/**
 * Refusals that pass by themselves, as of a topic that a broker has not heard of yet, aborted the transaction, and with it what
 * the task had done. And a task that failed left its transaction open for readers to wait for.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transactionalId } from '../../src/contracts/names.ts';
import type { TaskEnd, TaskReport } from '../../src/contracts/task.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import type { CoordinatorType } from '../../src/pipeline/kafka/api/find-coordinator.ts';
import { BufferPool } from '../../src/pipeline/kafka/buffer-pool.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { Fetcher } from '../../src/pipeline/kafka/fetcher.ts';
import type { Link } from '../../src/pipeline/kafka/link.ts';
import { takeTransactionalId } from '../../src/pipeline/kafka/transaction.ts';
import type { Api } from '../../src/pipeline/kafka/wire.ts';
import { Kernels } from '../../src/pipeline/runtime/kernels.ts';
import { preparePlan } from '../../src/pipeline/runtime/prepare.ts';
import { StepMark } from '../../src/pipeline/runtime/step-mark.ts';
import { Task } from '../../src/pipeline/runtime/task.ts';
import { Turns } from '../../src/pipeline/runtime/turns.ts';
import { assertExactlyOnce, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';
import { compilePlain } from '../integration/pipeline/support/plain-kernel.ts';
import { until } from '../support/patience.ts';

const bootstrap = brokerForTests();

/** Remembers the names of what coordinators were asked. */
class AskedCluster extends Cluster {
  readonly asked: string[] = [];

  override atCoordinator<T>(type: CoordinatorType, key: string, make: (link: Link) => Api<T>): Promise<T> {
    return super.atCoordinator(type, key, (link) => {
      const api = make(link);
      this.asked.push(api.name);
      return api;
    });
  }
}

class Running {
  readonly cluster = new AskedCluster({ bootstrap: bootstrap() }, 'test');
  readonly job: JobUnderTest;
  report: TaskReport | undefined;
  end: TaskEnd | undefined;
  #task: Task | undefined;
  #run: Promise<void> | undefined;
  #fetcher: Fetcher | undefined;

  constructor(job: JobUnderTest) {
    this.job = job;
  }

  async start(): Promise<void> {
    const { job, cluster } = this;
    const identity = job.identity(1);
    const producer = await takeTransactionalId(cluster, transactionalId(identity));
    const prepared = await preparePlan(job.plan, () => cluster, new Kernels(compilePlain), new StepMark());
    this.#fetcher = new Fetcher(cluster);
    const onReport = (r: TaskReport): void => {
      this.report = r;
    };
    this.#task = new Task(job.runOrder(identity, producer), {
      hostId: 'h',
      prepared,
      fetcher: this.#fetcher,
      pool: new BufferPool(),
      turns: new Turns(),
      mark: new StepMark(),
      onReport,
      onBegan: () => {},
    });
    this.#run = this.#task.run().then((e) => {
      this.end = e;
    });
  }

  async drained(): Promise<void> {
    this.#task?.drain('order');
    await this.#run;
  }

  async close(): Promise<void> {
    this.#task?.cancel('cancelled');
    await this.#run;
    this.#fetcher?.close();
    await this.cluster.close();
  }
}

const times = (asked: readonly string[], name: string): number => asked.filter((n) => n === name).length;

test('a topic that is unknown for a moment: the same transaction goes on when it is there', {
  timeout: 240_000,
}, async (t) => {
  const job = await JobUnderTest.create(bootstrap(), {}, 1);
  const running = new Running(job);
  t.after(() => running.close());
  await running.start();
  await until('it has begun', async () => (await job.committed()).get(0) === 0);
  const before = times(running.cluster.asked, 'InitProducerId');
  await job.admin((a) => a.deleteTopics({ topics: [job.output] }));
  await job.produce(0, 100, '+', 'none', 1);
  await until('it tells what it waits for', () => running.report?.stalled?.includes(job.output) ?? false);
  await ensureTopics({ bootstrap: bootstrap() }, [{ topic: job.output, partitions: 1 }]);
  await until('all is read', async () => (await job.committed()).get(0) === 100);
  await running.drained();
  assert.equal(running.end?.kind, 'drained');
  assert.equal(times(running.cluster.asked, 'InitProducerId'), before, 'it aborted nothing and began nothing anew');
  assertExactlyOnce(await job.read(job.output, 100), 0, 100);
});

test('a task that fails aborts what it had begun: nobody waits for it', { timeout: 240_000 }, async (t) => {
  const job = await JobUnderTest.create(bootstrap(), {}, 1);
  const running = new Running(job);
  t.after(() => running.close());
  await running.start();
  await until('it has begun', async () => (await job.committed()).get(0) === 0);
  await job.admin((a) => a.deleteTopics({ topics: [job.output] }));
  await job.produce(0, 100, '+', 'none', 1);
  await until('it has ended', () => running.end !== undefined);
  assert.ok(running.end?.kind === 'failed');
  assert.equal(running.cluster.asked.at(-1), 'EndTxn');
});
