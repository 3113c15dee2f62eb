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
  const byItself = 2 * limits.positionsBytesMax + limits.historyWaitingBytesMax;
  assert.ok(limits.stateBytesMax + byItself < 2 * 1024 * 1024 - 100 * 1024);
  assert.ok(
    3 * limits.planBytesMax + limits.revisionsKeptBytesMax + limits.requestsKeptBytesMax < limits.stateBytesMax,
  );
});

test('one message holds what all tasks of a generation are sent at once, with the history that waits: 4 MB is its bound', () => {
  // Beside its plan and positions: who it is, which generations it fences, and the words of two activities.
  const orderBytes = 2_500;
  const sent = limits.taskPlansBytesMax + limits.sentPositionsBytesMax + limits.tasksMax * orderBytes;
  assert.ok(sent + limits.historyBatchBytesMax < 4 * 1024 * 1024);
});

test('a history is short enough for further requests once nothing but the least of its transitions waits', () => {
  // Where tasks ended and began, a cause, a reason, and names.
  const entryBytes = 2 * limits.entryPositionsBytesMax + limits.failureCharsMax + limits.reasonCharsMax + 1_000;
  assert.ok(4 * entryBytes < limits.historyWaitingBytesMax);
});
