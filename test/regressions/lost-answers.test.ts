/** Answers of coordinators that get lost although the request was done: what a task makes of each, on a real broker. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Positions } from '../../src/contracts/positions.ts';
import type { TaskEnd, TaskReport } from '../../src/contracts/task.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import type { CoordinatorType } from '../../src/pipeline/kafka/api/find-coordinator.ts';
import { isFenced, NoAnswer } from '../../src/pipeline/kafka/broker-error.ts';
import { BufferPool } from '../../src/pipeline/kafka/buffer-pool.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { Fetcher } from '../../src/pipeline/kafka/fetcher.ts';
import type { Link } from '../../src/pipeline/kafka/link.ts';
import { atRest, Transactions, takeTransactionalId } from '../../src/pipeline/kafka/transaction.ts';
import type { Api } from '../../src/pipeline/kafka/wire.ts';
import { Kernels } from '../../src/pipeline/runtime/kernels.ts';
import { preparePlan } from '../../src/pipeline/runtime/prepare.ts';
import { ProducerMark } from '../../src/pipeline/runtime/producer-mark.ts';
import { StepMark } from '../../src/pipeline/runtime/step-mark.ts';
import { Task } from '../../src/pipeline/runtime/task.ts';
import { Turns } from '../../src/pipeline/runtime/turns.ts';
import { assertExactlyOnce, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { compilePlain } from '../integration/pipeline/support/plain-kernel.ts';
import { until } from '../support/patience.ts';
import { plain } from '../support/positions.ts';

/** A broker each of clusters that have finalized this version of transactions. */
const brokers = new Map<number, EmbeddedKafka>();
before(async () => {
  const start = async (version: number): Promise<unknown> =>
    brokers.set(version, await startKafka({ onProgress: () => {}, features: { 'transaction.version': version } }));
  await Promise.all([start(1), start(2)]);
});
after(() => Promise.all([...brokers.values()].map((kafka) => kafka.close())));

/** Does what it is asked, and keeps the answer of the next request of this name to itself. */
class LossyCluster extends Cluster {
  readonly lost: string[] = [];
  #lose: string[];

  constructor(bootstrap: string, lose: readonly string[]) {
    super({ bootstrap }, 'test');
    this.#lose = [...lose];
  }

  override async atCoordinator<T>(type: CoordinatorType, key: string, make: (link: Link) => Api<T>): Promise<T> {
    let name = '';
    const answer = await super.atCoordinator(type, key, (link) => {
      const api = make(link);
      name = api.name;
      return api;
    });
    if (this.#lose[0] !== name) return answer;
    this.#lose.shift();
    this.lost.push(name);
    throw new NoAnswer(`the answer to ${name} was lost`);
  }
}

const cases: Readonly<Record<string, readonly string[]>> = {
  'of a commit': ['EndTxn'],
  'of a commit, and of the recovery after it': ['EndTxn', 'InitProducerId', 'InitProducerId'],
  'of offsets that become part of a transaction': ['TxnOffsetCommit'],
  'of one commit after the other': ['EndTxn', 'EndTxn', 'EndTxn'],
};

for (const version of [2, 1]) for (const [what, lose] of Object.entries(cases)) prove(version, what, lose);

function prove(version: number, what: string, lose: readonly string[]): void {
  test(`transactions v${version}: a lost answer ${what} costs no record, and an idle task is healthy after it`, async () => {
    const { bootstrap } = brokers.get(version)!;
    const job = await JobUnderTest.create(bootstrap, {}, 1);
    await job.produce(0, 1_000, '+', 'none', 1);
    const task = job.identity(1);
    const taken = new Cluster({ bootstrap }, 'test');
    const producer = await takeTransactionalId(taken, `millrace.test.${job.name}-g1-0`);
    await taken.close();
    const cluster = new LossyCluster(bootstrap, lose);
    const prepared = await preparePlan(job.plan, () => cluster, new Kernels(compilePlain), new StepMark());
    const fetcher = new Fetcher(cluster);
    let report: TaskReport | undefined;
    let began: Positions | undefined;
    const running = new Task(job.runOrder(task, producer), {
      hostId: 'h',
      prepared,
      fetcher,
      pool: new BufferPool(),
      turns: new Turns(),
      mark: new StepMark(),
      onReport: (r) => {
        report = r;
      },
      onBegan: (positions) => {
        began = structuredClone(positions);
      },
    });
    let end: TaskEnd | undefined;
    const run = running.run().then((e) => {
      end = e;
    });
    const healthy = (): boolean => cluster.lost.length === lose.length && report?.healthy === true;
    await until('it is healthy, or has ended', () => end !== undefined || healthy());
    assert.equal(end, undefined);
    running.drain('order');
    await run;
    assert.equal((end as TaskEnd | undefined)?.kind, 'drained');
    assertExactlyOnce(await job.read(job.output, 1_000), 0, 1_000);
    assert.deepEqual(await job.committed(), new Map([[0, 1_000]]));
    assert.deepEqual(plain(began!), { [job.input]: { 0: '0' } }, 'where it began is not where it went on');
    fetcher.close();
    await cluster.close();
  });
}

for (const version of [2, 1]) {
  for (const lost of ['EndTxn', 'InitProducerId']) {
    test(`transactions v${version}: whoever goes on for a recovery that never heard of its ${lost} isn't taken for a stranger`, async () => {
      const { bootstrap } = brokers.get(version)!;
      const id = `millrace.test.half-${version}-${lost}-g1-0`;
      const [lossy, cluster] = [new LossyCluster(bootstrap, [lost]), new Cluster({ bootstrap }, 'test')];
      const mark = new ProducerMark();
      const taken = await takeTransactionalId(cluster, id);
      const ended = new Transactions(lossy, id, 'test', atRest(taken), (at) => mark.write(at));
      await ended.commitOffsets(new Map()); // something is open
      await assert.rejects(ended.recover(), NoAnswer);

      const next = new Transactions(cluster, id, 'test', mark.read()!, (at) => mark.write(at));
      await next.takeUp(() => {});
      assert.ok(next.identity.producerEpoch > taken.producerEpoch);

      await takeTransactionalId(cluster, id);
      const late = new Transactions(cluster, id, 'test', mark.read()!);
      await assert.rejects(
        late.takeUp(() => {}),
        (e) => isFenced(e),
      );
      await Promise.all([lossy.close(), cluster.close()]);
    });
  }
}
