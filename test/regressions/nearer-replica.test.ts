/**
 * A host that says in which rack it is reads partitions from their replica there (KIP-392): that the leader was asked to send
 * them all was traffic between zones. What goes wrong with a replica is never the job's failure: the leader is asked.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { TaskEnd } from '../../src/contracts/task.ts';
import type { TaskRunner } from '../../src/pipeline/runtime/task-runner.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { until } from '../support/patience.ts';
import { type CuttableBroker, type CuttableCluster, startCuttableCluster } from '../support/servers.ts';

let cluster: CuttableCluster;
/** Fetch requests that clients have sent to each broker. */
const fetches = new Map<number, number>();
const asked = (broker: CuttableBroker): number => fetches.get(broker.id) ?? 0;
const rack = (id: number): string => `zone-${id}`;

before(async () => {
  cluster = await startCuttableCluster({
    properties: (id) => ({
      'broker.rack': rack(id),
      'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
      // Who is frozen for a moment stays in sync, and is named again.
      'broker.session.timeout.ms': '300000',
      'replica.lag.time.max.ms': '300000',
      'min.insync.replicas': '1',
    }),
    // A request begins with its length and its key: Fetch's is 1.
    listen: (id) => (chunk) => {
      if (chunk.length > 6 && chunk.readUInt16BE(4) === 1) fetches.set(id, (fetches.get(id) ?? 0) + 1);
    },
  });
});
after(async () => {
  await closeRunners();
  await cluster.close();
});
beforeEach(() => fetches.clear());

/** A job of one partition that a host in `where` runs, until it has read what is there. */
class Reading {
  readonly job: JobUnderTest;
  readonly #runner: TaskRunner;
  readonly #ended: Promise<TaskEnd>;
  #produced = 0;

  private constructor(job: JobUnderTest, runner: TaskRunner, ended: Promise<TaskEnd>) {
    this.job = job;
    this.#runner = runner;
    this.#ended = ended;
  }

  static async start([leader, follower]: readonly CuttableBroker[], where: string): Promise<Reading> {
    const job = await JobUnderTest.createOn(cluster.bootstrap, [leader!.id, follower!.id], [leader!.id], {
      coordinators: [leader!.id],
    });
    const runner = job.runner('h1', {}, { rack: where });
    const task = job.identity(job.generation);
    const order = job.runOrder(task, await runner.prepare(job.order(task)));
    return new Reading(
      job,
      runner,
      runner.run(order, () => {}),
    );
  }

  async read(records: number): Promise<void> {
    await this.job.produce(this.#produced, this.#produced + records, '+', 'none', 1);
    this.#produced += records;
    await until('all is read', async () => (await this.job.committed()).get(0) === this.#produced);
  }

  /** All that was produced was output once. */
  async finish(): Promise<void> {
    this.#runner.drain(this.job.identity(this.job.generation), 'order');
    assert.equal((await this.#ended).kind, 'drained');
    await this.#runner.close();
    assertExactlyOnce(await this.job.read(this.job.output, this.#produced), 0, this.#produced);
  }
}

test("records come from the replica in the host's rack; from the leader where the host names none", async () => {
  const [leader, follower] = cluster.brokers as [CuttableBroker, CuttableBroker];
  const anywhere = await Reading.start([leader, follower], '');
  await anywhere.read(50);
  assert.equal(asked(follower), 0);
  await anywhere.finish();
  const near = await Reading.start([leader, follower], rack(follower.id));
  await near.read(50);
  await until('it follows', () => asked(follower) > 0);
  const before = asked(leader);
  for (let round = 0; round < 5; round++) await near.read(50);
  assert.equal(asked(leader), before);
  await near.finish();
});

test('a replica that is gone costs nothing but the way to the leader', async () => {
  const [leader, follower] = cluster.brokers as [CuttableBroker, CuttableBroker];
  const near = await Reading.start([leader, follower], rack(follower.id));
  await until('it follows', () => asked(follower) > 0);
  await near.read(50);
  const before = asked(leader);
  follower.way.cut('reset');
  try {
    for (let round = 0; round < 5; round++) await near.read(50);
    assert.ok(asked(leader) > before);
    await near.finish();
  } finally {
    follower.way.heal('reset');
  }
});
