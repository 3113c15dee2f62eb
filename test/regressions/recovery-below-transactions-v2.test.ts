/**
 * Clusters below transaction.version 2: a task whose connection is lost in the middle of a transaction, or whose broker is
 * restarted, recovers where it is. (There InitProducerId fences whoever asks while the own transaction is open.)
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TaskEnd } from '../../src/contracts/task.ts';
import type { TaskRunner } from '../../src/pipeline/runtime/task-runner.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';
import { type CuttableBroker, type CuttableCluster, startCuttableCluster } from '../support/servers.ts';

const ADD_OFFSETS_TO_TXN = 25;
/** Of each job, in each round. */
const records = 400;

let cluster: CuttableCluster;
let broker: CuttableBroker;
/** Told whenever a transaction is open that has not been committed. */
let onOpen = (): void => {};

before(async () => {
  cluster = await startCuttableCluster({
    brokers: 1,
    features: { 'transaction.version': 1 },
    listen: () => (chunk) => {
      // Several requests may come in one piece: tasks of a host share its connection.
      for (let at = 0; at + 6 <= chunk.length; at += 4 + chunk.readUInt32BE(at)) {
        if (chunk.readInt16BE(at + 4) === ADD_OFFSETS_TO_TXN) onOpen();
      }
    },
  });
  broker = cluster.brokers[0]!;
  // The coordinators' topics are there from now on, however slow the machine.
  await JobUnderTest.createOn(cluster.bootstrap, [1]);
});
after(async () => {
  await closeRunners();
  await cluster.close();
});

class JobAtWork {
  readonly #job: JobUnderTest;
  readonly #around: JobUnderTest;
  readonly #runner: TaskRunner;
  produced = 0;
  end: TaskEnd | null = null;
  #run: Promise<void> = Promise.resolve();

  private constructor(job: JobUnderTest, runner: TaskRunner) {
    this.#job = job;
    this.#runner = runner;
    this.#around = Object.assign(Object.create(job), { bootstrap: cluster.inside });
  }

  static async start(runner: TaskRunner): Promise<JobAtWork> {
    const job = await JobUnderTest.create(cluster.bootstrap);
    const work = new JobAtWork(job, runner);
    const task = job.identity(1);
    const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
    work.#run = run.then((end) => {
      work.end = end;
    });
    return work;
  }

  async stop(): Promise<void> {
    this.#runner.drain(this.#job.identity(1), 'order');
    await this.#run;
  }

  async produce(): Promise<void> {
    await this.#around.produce(this.produced, this.produced + records);
    this.produced += records;
  }

  async done(): Promise<boolean> {
    const committed = await this.#around.committed();
    return this.end !== null || [...committed.values()].reduce((sum, o) => sum + o, 0) >= this.produced;
  }

  async check(): Promise<void> {
    // Its patience may end on a machine where the broker takes long to come back: then its job would start it again.
    if (this.end?.kind === 'failed' && this.end.failure.code === 'kafka_unavailable') return;
    assert.equal(this.end, null);
    assertExactlyOnce(await this.#around.read(this.#job.output, this.produced), 0, this.produced);
  }
}

/** What happens in the middle of transactions, `rounds` times, to four jobs that go on through it. */
async function prove(rounds: number, happens: () => Promise<void>): Promise<void> {
  const runner = (await JobUnderTest.create(cluster.bootstrap)).runner();
  const jobs: JobAtWork[] = [];
  for (let n = 0; n < 4; n++) jobs.push(await JobAtWork.start(runner));
  try {
    for (let round = 0; round < rounds; round++) {
      let open = false;
      onOpen = () => {
        open = true;
      };
      await Promise.all(jobs.map((job) => job.produce()));
      const over = async (): Promise<boolean> => (await Promise.all(jobs.map((job) => job.done()))).every((d) => d);
      await until('a transaction is open, or was', async () => open || (await over()));
      await happens();
      for (const job of jobs)
        await until('all that was produced is committed, or the task has ended', () => job.done());
    }
    for (const job of jobs) await job.check();
  } finally {
    for (const job of jobs) await job.stop();
    await runner.close();
  }
}

test('below version 2 a task whose connection breaks in a transaction recovers in place, again and again', () =>
  prove(6, async () => {
    broker.way.cut('reset');
    broker.way.heal('reset');
  }));

test("below version 2 a broker's restart takes no task's transactional id away from it", () =>
  prove(1, async () => {
    await broker.stop();
    await broker.restart();
  }));
