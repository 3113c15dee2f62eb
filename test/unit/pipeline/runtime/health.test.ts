/** Health over time: only an unbroken stretch confirms a task, its end refuses, and its vitals are those of that stretch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure, MillraceError } from '../../../../src/contracts/failure.ts';
import { noCounters, type TaskReport } from '../../../../src/contracts/task.ts';
import { Health } from '../../../../src/pipeline/runtime/health.ts';
import { ownedPartitions } from '../../../../src/pipeline/runtime/positions.ts';
import { at } from '../../../support/positions.ts';

const report = (healthy: boolean, recordsIn = 0, recordsFailed = 0, lag = 0): TaskReport => ({
  hostId: 'h',
  counters: { ...noCounters, recordsIn, recordsFailed },
  lag,
  healthy,
  at: 0,
});

/** Health of a task that answers as `now` says whenever it is asked. */
function healthOf(now: () => TaskReport): Health {
  const health: Health = new Health(() => health.see(now()));
  return health;
}

const pause = (ms: number): Promise<void> => new Promise((r) => setTimeout(r, ms));

test('a task that stays healthy is confirmed', async () => {
  const health = healthOf(() => report(true));
  const confirmed = health.lasting(5);
  health.see(report(true));
  await confirmed;
});

test('a task that is no longer healthy at the end of its window is not confirmed', async () => {
  let now = report(false);
  const health = healthOf(() => now);
  let confirmed = false;
  const waiting = health.lasting(20).then(() => {
    confirmed = true;
  });
  health.see(report(true));
  await pause(60);
  assert.equal(confirmed, false);
  now = report(true);
  health.see(now);
  await waiting;
});

test('a task that turns unhealthy has to begin anew', async () => {
  const health = healthOf(() => report(true));
  let confirmed = false;
  const waiting = health.lasting(40).then(() => {
    confirmed = true;
  });
  health.see(report(true));
  health.see(report(false));
  await pause(80);
  assert.equal(confirmed, false);
  health.see(report(true));
  await waiting;
});

test('a confirmed task tells where it began, and its vitals since it turned healthy, with the records that made it so', async () => {
  const health = healthOf(() => report(true, 1_300, 40, 5));
  const confirmed = health.lasting(5);
  health.began = at({ in: { 0: '7' } });
  health.see(report(true, 900, 900, 0));
  health.see(report(false, 1_000, 10, 0));
  health.see(report(true, 1_100, 20, 60));
  const { began, vitals } = await confirmed;
  assert.deepEqual(began, at({ in: { 0: '7' } }));
  assert.deepEqual({ ...vitals, ms: 0 }, { ms: 0, recordsIn: 300, recordsFailed: 30, lagFirst: 60, lagLast: 5 });
  assert.ok(vitals.ms >= 5);
});

test('vitals of late are those between the first and the last healthy report that are kept', async () => {
  const health = healthOf(() => report(true));
  assert.equal(health.recent(), null);
  health.see(report(false, 1, 1, 0));
  assert.equal(health.recent(), null);
  health.see(report(true, 10, 2, 100));
  assert.equal(health.recent(), null);
  health.see(report(true, 20, 3, 90));
  await pause(5);
  health.see(report(true, 50, 4, 80));
  health.see(report(false, 50, 4, 0));
  const { ms, ...counted } = health.recent()!;
  assert.deepEqual(counted, { recordsIn: 40, recordsFailed: 2, lagFirst: 100, lagLast: 80 });
  assert.ok(ms >= 4);
});

test('a task that ends before is refused with its own failure', async () => {
  const health = healthOf(() => report(true));
  const confirmed = health.lasting(1_000);
  const f = failure('bad_record', 'the record is bad');
  health.end({ kind: 'failed', failure: f, counters: noCounters });
  await assert.rejects(confirmed, (e) => e instanceof MillraceError && e.failure.code === 'bad_record');
});

test('every partition has exactly one owner among the tasks of a generation', () => {
  for (const tasks of [1, 2, 3, 5]) {
    const owned = Array.from({ length: tasks }, (_, index) => ownedPartitions(7, index, tasks)).flat();
    assert.deepEqual(owned.sort(), [0, 1, 2, 3, 4, 5, 6]);
  }
});

test('records of partitions that nobody reads count for no health, whenever they are found', async () => {
  let now = report(true, 0, 0, 5);
  const health = healthOf(() => now);
  const confirmed = health.lasting(5);
  health.see(now);
  now = { ...report(true, 0, 0, 1_000_006), unread: 1_000_000 };
  const { vitals } = await confirmed;
  assert.deepEqual([vitals.lagFirst, vitals.lagLast], [5, 6]);
});
