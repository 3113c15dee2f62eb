/** The positions that a workflow keeps: what replaces what, and who is told of which. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergePositions, positionsOf } from '../../../src/workflows/job/positions.ts';

test('a newer position replaces the older one of its partition and of no other', () => {
  const old = { a: { 0: '5', 1: '6' }, b: { 0: '7' } };
  assert.deepEqual(mergePositions(old, { a: { 1: '9' }, c: { 3: '1' } }), {
    a: { 0: '5', 1: '9' },
    b: { 0: '7' },
    c: { 3: '1' },
  });
  assert.deepEqual(mergePositions(old, {}), old);
});

test('a task is told the positions of its own partitions', () => {
  const positions = { in: { 0: '1', 1: '2', 2: '3', 10: '4', 11: '5' } };
  assert.deepEqual(positionsOf(positions, 0, 2), { in: { 0: '1', 2: '3', 10: '4' } });
  assert.deepEqual(positionsOf(positions, 1, 2), { in: { 1: '2', 11: '5' } });
  assert.deepEqual(positionsOf(positions, 0, 1), positions);
});

test('a task without a kept partition is still told that the job has read the topic', () => {
  assert.deepEqual(positionsOf({ in: { 0: '1', 1: '2' } }, 2, 3), { in: { 0: '1' } });
});
