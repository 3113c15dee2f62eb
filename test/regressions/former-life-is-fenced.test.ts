/**
 * A job whose workflow was terminated and that is created again begins at generation 1 and knows of no task before it:
 * those of its former life must not commit beside it, and nobody else's may be touched, nor asked for where the broker can choose.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { transactionalId } from '../../src/contracts/names.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { listTransactions } from '../../src/pipeline/kafka/api/list-transactions.ts';
import { fenceFormerLife, RawProducer } from '../../src/pipeline/kafka/index.ts';
import type { Api } from '../../src/pipeline/kafka/wire.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { onCluster } from '../support/on-cluster.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(() => kafka.close());

/** A task in the middle of a transaction. */
async function holder(job: JobUnderTest, id: string): Promise<RawProducer> {
  const producer = await RawProducer.open({ bootstrap: kafka.bootstrap, transactionalId: id });
  producer.append(job.input, 0, { value: Buffer.from(id) });
  await producer.flush();
  return producer;
}

/** The transactional ids that the brokers tell of. */
const listed = (api: Api<string[]>): Promise<string[]> =>
  onCluster({ bootstrap: kafka.bootstrap }, async (cluster) => {
    const { brokers } = await cluster.refresh([]);
    const lists = brokers.map(async ({ id }) => (await cluster.broker(id, 'control')).request(api));
    return (await Promise.all(lists)).flat().toSorted();
  });

const values = async (job: JobUnderTest): Promise<string[]> =>
  (await job.read(job.input, 3)).map((r) => r.value?.toString() ?? '').sort();

test('a broker that has never seen a transaction has nothing to fence', async () => {
  const nobody = { deployment: 'millrace', tenant: 'test', job: 'never-there' };
  await onCluster({ bootstrap: kafka.bootstrap }, (cluster) => fenceFormerLife(cluster, nobody, () => {}));
});

test("every task of a former life is fenced, of whatever generation, and no other job's", async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  const own = [
    [1, 0],
    [1, 13],
    [27, 2],
  ].map(([g, i]) => transactionalId(job.identity(g ?? 0, i ?? 0)));
  const first = job.identity(1);
  const others = [
    transactionalId({ ...first, job: `${job.name}-g1` }),
    transactionalId({ ...first, job: `${job.name}0` }),
    transactionalId({ ...first, tenant: 'another' }),
    transactionalId({ ...first, deployment: 'staging' }),
  ];
  const former = await Promise.all(own.map((id) => holder(job, id)));
  const untouched = await Promise.all(others.map((id) => holder(job, id)));
  let progress = 0;
  await onCluster({ bootstrap: kafka.bootstrap }, (cluster) =>
    fenceFormerLife(cluster, job.key, () => {
      progress += 1;
    }),
  );
  assert.ok(progress > 0);
  // From version 2 on the broker chooses; one that doesn't know it tells everybody's.
  assert.deepEqual(await listed(listTransactions(job.key)), own.toSorted());
  const all = new Set(await listed({ ...listTransactions(job.key), versions: [0, 1] }));
  assert.deepEqual(
    [...own, ...others].filter((id) => !all.has(id)),
    [],
  );
  for (const task of former) await assert.rejects(task.end(true), /PRODUCER_FENCED|INVALID_PRODUCER_EPOCH/);
  for (const task of untouched) await task.end(true);
  assert.deepEqual(await values(job), others.toSorted());
  await Promise.all([...former, ...untouched].map((task) => task.close()));
});
