/**
 * A transaction that holds offsets and isn't ended keeps the group's offsets of its partitions unsure, for a minute at most. A task
 * begins without waiting for those of others; and a task that is told that another has taken over ends its own at once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transactionalId } from '../../src/contracts/names.ts';
import type { TaskReport } from '../../src/contracts/task.ts';
import type { CoordinatorType } from '../../src/pipeline/kafka/api/find-coordinator.ts';
import { NoAnswer } from '../../src/pipeline/kafka/broker-error.ts';
import { BufferPool } from '../../src/pipeline/kafka/buffer-pool.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { Fetcher } from '../../src/pipeline/kafka/fetcher.ts';
import type { Link } from '../../src/pipeline/kafka/link.ts';
import { atRest, Transactions, takeTransactionalId } from '../../src/pipeline/kafka/transaction.ts';
import type { Api } from '../../src/pipeline/kafka/wire.ts';
import { Kernels } from '../../src/pipeline/runtime/kernels.ts';
import { preparePlan } from '../../src/pipeline/runtime/prepare.ts';
import { StepMark } from '../../src/pipeline/runtime/step-mark.ts';
import { Task } from '../../src/pipeline/runtime/task.ts';
import { Turns } from '../../src/pipeline/runtime/turns.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';
import { compilePlain } from '../integration/pipeline/support/plain-kernel.ts';
import { until } from '../support/patience.ts';

const bootstrap = brokerForTests();

test("a task begins while another's partition has an open transaction", async (t) => {
  const job = await JobUnderTest.create(bootstrap(), {}, 2);
  await job.produce(0, 100, '+', 'none', 2);
  const runner = job.runner();
  const first = job.identity(1);
  const run = runner.run(job.runOrder(first, await runner.prepare(job.order(first))), () => {});
  await until('all is committed', async () => [...(await job.committed()).values()].join() === '50,50');
  runner.drain(first, 'order');
  await run;

  const cluster = new Cluster({ bootstrap: bootstrap() }, 'test');
  t.after(() => cluster.close());
  const id = transactionalId(job.identity(2, 1, 2));
  const open = new Transactions(
    cluster,
    id,
    `millrace.test.${job.name}`,
    atRest(await takeTransactionalId(cluster, id)),
  );
  const note = { topicId: (await cluster.topic(job.input)).id, begun: 2 };
  const offsets = new Map([[1, { offset: 50, leaderEpoch: 0 }]]);
  await open.commitOffsets(new Map([[job.input, { note, offsets }]]));

  const next = job.identity(3, 0, 2);
  let report: TaskReport | undefined;
  let ended = false;
  const again = runner.run(job.runOrder(next, await runner.prepare(job.order(next)), [first]), (r) => {
    report = r;
  });
  void again.then(() => {
    ended = true;
  });
  await until('it is healthy, or has ended', () => report?.healthy === true || ended);
  assert.equal(ended, false);
  runner.drain(next, 'order');
  assert.equal((await again).kind, 'drained');
  await open.end(false);
  await runner.close();
});

/** Keeps the first answer to TxnOffsetCommit to itself until it is told that it is lost. */
class HoldingCluster extends Cluster {
  readonly held = Promise.withResolvers<void>();
  readonly lost = Promise.withResolvers<void>();
  #holds = true;

  override async atCoordinator<T>(type: CoordinatorType, key: string, make: (link: Link) => Api<T>): Promise<T> {
    let name = '';
    const answer = await super.atCoordinator(type, key, (link) => {
      const api = make(link);
      name = api.name;
      return api;
    });
    if (name !== 'TxnOffsetCommit' || !this.#holds) return answer;
    this.#holds = false;
    this.held.resolve();
    await this.lost.promise;
    throw new NoAnswer('the answer was lost');
  }
}

test('a task that is told that another has taken over leaves no transaction open', async (t) => {
  const job = await JobUnderTest.create(bootstrap(), {}, 1);
  const identity = job.identity(1);
  const cluster = new HoldingCluster({ bootstrap: bootstrap() }, 'test');
  t.after(() => cluster.close());
  const producer = await takeTransactionalId(cluster, transactionalId(job.identity(1)));
  const prepared = await preparePlan(job.plan, () => cluster, new Kernels(compilePlain), new StepMark());
  const fetcher = new Fetcher(cluster);
  t.after(() => fetcher.close());
  const ignore = (): void => {};
  const env = {
    hostId: 'h',
    prepared,
    fetcher,
    pool: new BufferPool(),
    turns: new Turns(),
    mark: new StepMark(),
    onReport: ignore,
    onBegan: ignore,
  };
  const task = new Task(job.runOrder(identity, producer), env);
  const run = task.run();
  await cluster.held.promise;
  task.cancel('superseded');
  cluster.lost.resolve();
  assert.equal((await run).kind, 'superseded');
  assert.deepEqual(await job.committed(), new Map());
});
