/** Health over time: only an unbroken stretch confirms a task, and its end refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure, MillraceError } from '../../../../src/contracts/failure.ts';
import { noCounters, type TaskReport } from '../../../../src/contracts/task.ts';
import { Health } from '../../../../src/pipeline/runtime/health.ts';
import { ownedPartitions } from '../../../../src/pipeline/runtime/positions.ts';

const report = (healthy: boolean): TaskReport => ({ hostId: 'h', counters: noCounters, lag: 0, healthy, at: 0 });

test('a task that stays healthy is confirmed', async () => {
  const health = new Health();
  const confirmed = health.lasting(5);
  health.see(report(true));
  assert.equal((await confirmed).healthy, true);
});

test('a task that turns unhealthy has to begin anew', async () => {
  const health = new Health();
  let confirmed = false;
  const waiting = health.lasting(40).then(() => {
    confirmed = true;
  });
  health.see(report(true));
  health.see(report(false));
  await new Promise((r) => setTimeout(r, 80));
  assert.equal(confirmed, false);
  health.see(report(true));
  await waiting;
});

test('a task that ends before is refused with its own failure', async () => {
  const health = new Health();
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
