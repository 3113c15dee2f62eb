/** What a rewind is said to do, from the positions before and after it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec } from '../../../src/contracts/spec.ts';
import { rewindEffect as effectOf } from '../../../src/policies/rewind-effect.ts';
import { at, type PlainPositions } from '../../support/positions.ts';

const rewindEffect = (from: PlainPositions, to: PlainPositions, delivery: JobSpec['delivery']): string =>
  effectOf(at(from), at(to), delivery);

const exactly = 'From there on each record is output exactly once.';

test("records between a partition's new and old position are output again", () => {
  const text = rewindEffect(
    { a: { 0: '1500', 1: '10' }, b: { 0: '5' } },
    { a: { 0: '0', 1: '9' }, b: { 0: '5' } },
    'exactly_once',
  );
  assert.equal(
    text,
    `Up to 1,501 records in 2 partitions are output again: readers of the output see what comes of them twice. ${exactly}`,
  );
});

test('records between the old and the new position are never output', () => {
  assert.equal(
    rewindEffect({ a: { 0: '7' } }, { a: { 0: '8' } }, 'at_least_once'),
    'Up to 1 record in 1 partition is skipped: what would come of them is never output. From there on each record is output at least once.',
  );
});

test('partitions may go either way at once', () => {
  const text = rewindEffect({ a: { 0: '10', 1: '10' } }, { a: { 0: '4', 1: '12' } }, 'exactly_once');
  assert.match(text, /^Up to 6 records in 1 partition are output again.* Up to 2 records in 1 partition are skipped/);
});

test('a partition without a position has output nothing, so nothing comes twice', () => {
  const text = rewindEffect({ a: { 0: '10' } }, { a: { 0: '10', 1: '3' }, b: { 0: '0' } }, 'exactly_once');
  assert.equal(text, `2 partitions had no position yet: what lies before the new one is not output. ${exactly}`);
});

test('where nothing moves, nothing happens', () => {
  const at = { a: { 0: '10' } };
  assert.equal(rewindEffect(at, at, 'exactly_once'), `Nothing is output again, and nothing is skipped. ${exactly}`);
  assert.match(rewindEffect(at, {}, 'exactly_once'), /^Nothing is output again/);
});

test('offsets beyond 2^53 are counted exactly', () => {
  const text = rewindEffect({ a: { 0: '9223372036854775807' } }, { a: { 0: '9007199254740993' } }, 'exactly_once');
  assert.match(text, /^Up to 9,214,364,837,600,034,814 records/);
});
