/**
 * A server that goes away and comes back: the job says what it waits for, goes on by itself, and nothing is lost or
 * repeated. Kafka and Temporal are killed here, not stopped, and come back with the data that they had written.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import {
  assertExactlyOnce,
  deniedJob,
  drain,
  isCaughtUp,
  isRunning,
  load,
  openWorld,
  recordsIn,
  statusWhen,
  type World,
} from '../../support/world.ts';

let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let world: World;
before(async () => {
  const quiet = { onProgress: () => {} };
  [kafka, temporal] = await Promise.all([startKafka(quiet), startTemporal(quiet)]);
  const config = { kafkaBootstrap: kafka.bootstrap, temporalAddress: temporal.address, namespace: temporal.namespace };
  world = await openWorld({ hosts: 1, config });
});
after(async () => {
  await world.system.close();
  await Promise.all([kafka.close(), temporal.close()]);
});

let written = 0;
async function more(count: number): Promise<void> {
  await load(world.bootstrap, count, written);
  written += count;
}

test('a broker killed in mid-run is waited for, and the job says so', async () => {
  const job = deniedJob('without-kafka');
  await world.rest.putJob(job.document);
  const before = await statusWhen(world, job, 'running', isRunning);
  await more(50_000);
  await statusWhen(world, job, 'under way', (s) => recordsIn(s) > recordsIn(before));
  await kafka.kill();
  const stalled = await statusWhen(
    world,
    job,
    'telling what it waits for',
    (s) => s?.state === 'failed' || s?.tasks.some((t) => t.report?.stalled !== undefined) === true,
  );
  assert.match(JSON.stringify(stalled), new RegExp(kafka.bootstrap.replaceAll('.', '\\.')));
  await kafka.restart();
  await more(20_000);
  await statusWhen(world, job, 'caught up', isCaughtUp);
  await drain(world, job);
  await assertExactlyOnce(world, job, written);
});

test('Temporal killed in mid-run stops no record, and the job is taken up again', async () => {
  const job = deniedJob('without-temporal');
  await world.rest.putJob(job.document);
  await statusWhen(world, job, 'running', isRunning);
  await temporal.kill();
  await more(50_000);
  await assert.rejects(world.rest.job(job.document), /503/);
  await temporal.restart();
  await statusWhen(world, job, 'caught up', isCaughtUp);
  await drain(world, job);
  await assertExactlyOnce(world, job, written);
});
