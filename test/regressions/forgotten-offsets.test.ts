/**
 * A job whose offsets the broker has forgotten (its group has no members, and retention is 7 days) goes on from the
 * positions that its workflow read before, and from those only where nothing is committed.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readPositions } from '../../src/activities/positions.ts';
import { begunOf, type KeptPositions } from '../../src/contracts/positions.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { readStanding } from '../support/on-cluster.ts';
import { until } from '../support/patience.ts';
import { plain } from '../support/positions.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(async () => {
  await closeRunners();
  await kafka.close();
});

/** As the workflow keeps it: what it knew of topics, and where the job stands now. */
async function read(job: JobUnderTest, topics = [job.input]): Promise<KeptPositions> {
  const order = { ...job.key, cluster: 'main', topics };
  const standing = await readPositions({ main: { bootstrap: kafka.bootstrap } }, readStanding, order);
  const known = Object.entries(standing).map(([topic, is]) => {
    return [topic, { id: is.id, begun: begunOf(is), partitions: is.partitions, offsets: is.offsets }] as const;
  });
  return Object.fromEntries(known);
}

/** Runs one generation until the output has so many records, and ends it. */
async function live(
  job: JobUnderTest,
  generation: number,
  keptPositions: KeptPositions,
  records: number,
): Promise<void> {
  const runner = job.runner();
  const task = job.identity(generation);
  const order = job.runOrder(task, await runner.prepare(job.order(task)));
  const run = runner.run({ ...order, keptPositions }, () => {});
  await until('all is out', async () => (await job.read()).length >= records);
  runner.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  await runner.close();
}

test('a job goes on from the positions that were read before its group was forgotten: nothing is lost, nothing repeated', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 2);
  // Waits until a new broker has made itself the group's coordinator, which is the caller's retry elsewhere.
  assert.equal((await job.committed()).size, 0);
  assert.deepEqual(
    plain(await read(job, [job.input, 'nope'])),
    { [job.input]: {} },
    'a group that has committed nothing',
  );
  await job.produce(0, 40, '+', 'none', 2);
  await live(job, 1, {}, 40);
  const kept = await read(job);
  assert.deepEqual(plain(kept), { [job.input]: { 0: '20', 1: '20' } });
  await job.admin((admin) => admin.deleteGroups([`millrace.test.${job.name}`]));
  assert.deepEqual(plain(await read(job)), { [job.input]: {} }, 'a group that is forgotten');
  await job.produce(40, 60, '+', 'none', 2);
  await live(job, 2, kept, 60);
  assertExactlyOnce(await job.read(job.output, 60), 0, 60);
});

test('kept positions give way to committed ones', async () => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 2);
  await job.produce(0, 40, '+', 'none', 2);
  await live(job, 1, {}, 40);
  await job.produce(40, 60, '+', 'none', 2);
  const known = (await read(job))[job.input]!;
  await live(job, 2, { [job.input]: { ...known, offsets: { 0: '3', 1: '4' } } }, 60);
  assertExactlyOnce(await job.read(job.output, 60), 0, 60);
});
