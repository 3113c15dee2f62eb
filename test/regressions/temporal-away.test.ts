/**
 * Temporal away for longer than the heartbeats' timeout, at production's tuning: every task goes on, its output has no gap, and
 * afterwards each is listened to again as the generation that it was. A lost Temporal tells nothing of a task.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { devTuning, productionTuning } from '../../src/contracts/limits.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal.ts';
import { until } from '../support/patience.ts';
import {
  assertExactlyOnce,
  deniedJob,
  drain,
  isCaughtUp,
  load,
  openWorld,
  recordsIn,
  rowsOf,
  statusWhen,
  type World,
} from '../support/world.ts';

const jobs = ['one', 'two', 'three'].map((name) => deniedJob(`away-${name}`, { tasks: { min: 2, max: 2 } }));
let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let world: World;
before(async () => {
  Object.assign(process.env, { MILLRACE_TUNING: 'production', MILLRACE_HEALTH_MS: String(devTuning.healthMs) });
  const quiet = { onProgress: () => {} };
  [kafka, temporal] = await Promise.all([startKafka(quiet), startTemporal(quiet)]);
  const config = { kafkaBootstrap: kafka.bootstrap, temporalAddress: temporal.address, namespace: temporal.namespace };
  world = await openWorld({ hosts: 2, config });
});
after(async () => {
  await world.system.close();
  await Promise.all([kafka.close(), temporal.close()]);
});

test('tasks go on while Temporal is away beyond their heartbeats, and are heard again as they were', async () => {
  for (const job of jobs) await world.rest.putJob(job.document);
  for (const job of jobs) await statusWhen(world, job, 'caught up', isCaughtUp);
  await temporal.kill();
  const since = Date.now();
  let written = 0;
  // Each batch is seen in every output before the next is written: that is what no gap means.
  while (Date.now() - since < productionTuning.heartbeatMs + 10_000) {
    const before = await Promise.all(jobs.map((job) => rowsOf(kafka.bootstrap, job)));
    await load(kafka.bootstrap, 1_000, written);
    written += 1_000;
    await until('every job goes on', async () => {
      const now = await Promise.all(jobs.map((job) => rowsOf(kafka.bootstrap, job)));
      return now.every((end, i) => end > (before[i] ?? 0));
    });
    await new Promise((done) => setTimeout(done, 1_000));
  }
  await temporal.restart();
  // Heard again: a report that counts what was read meanwhile.
  for (const job of jobs) {
    const status = await statusWhen(world, job, 'heard again', (s) => isCaughtUp(s) && recordsIn(s) >= written);
    assert.equal(status?.generation, 1, JSON.stringify(status));
    assert.equal(status?.lastFailure, null);
  }
  for (const job of jobs) {
    await drain(world, job);
    await assertExactlyOnce(world, job, written);
  }
});
