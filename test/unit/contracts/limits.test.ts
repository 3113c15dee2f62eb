/** Bounds that must fit each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';

test('a prepared task is kept for longer than all that it may have to wait for: its siblings, and the drain of those before', () => {
  // As workflows/job/activities.ts has them: a preparation in all, and a reading of positions.
  const [barrierMs, readingMs] = [limits.hostWaitMsMax + limits.prepareMsMax, 10_000];
  assert.ok(limits.preparedMsMax > barrierMs + limits.drainMsMax + limits.cancelMsMax + readingMs);
});

test("a job's state has room for what comes by itself: 2 MB is the server's bound of one payload", () => {
  assert.ok(limits.stateBytesMax + limits.historyWaitingBytesMax < 2 * 1024 * 1024);
  assert.ok(
    3 * limits.planBytesMax + limits.revisionsKeptBytesMax + limits.requestsKeptBytesMax < limits.stateBytesMax,
  );
});
