/** When a new generation is worse than the one before it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../../src/contracts/limits.ts';
import type { Vitals } from '../../../src/contracts/task.ts';
import { judgeHealth } from '../../../src/policies/health.ts';

const vitals = (change: Partial<Vitals> = {}): Vitals => ({
  ms: 10_000,
  recordsIn: 10_000,
  recordsFailed: 0,
  lagFirst: 0,
  lagLast: 0,
  ...change,
});
const codeOf = (before: readonly Vitals[] | null, after: readonly Vitals[]): string | null =>
  judgeHealth(before, after)?.code ?? null;

test('a generation like the one before it is healthy, whatever that was like', () => {
  const bad = vitals({ recordsFailed: 9_999, lagFirst: 1_000, lagLast: 900_000 });
  assert.equal(codeOf([bad], [bad]), null);
});

test('much more failed records than before are the query’s fault', () => {
  assert.equal(codeOf([vitals()], [vitals({ recordsFailed: 1_001 })]), 'error_rate');
  const failure = judgeHealth([vitals({ recordsFailed: 2_000 })], [vitals({ recordsFailed: 3_100 })]);
  assert.deepEqual([failure?.code, failure?.domain, failure?.retry], ['error_rate', 'user', false]);
  assert.match(failure?.message ?? '', /Of the 10000 records .* 3100 failed \(31 %\); before it was 20 %/);
});

test('a few more failed records than before are not', () => {
  assert.equal(codeOf([vitals({ recordsFailed: 2_000 })], [vitals({ recordsFailed: 3_000 })]), null);
});

test('few records tell nothing of how many fail', () => {
  const few = vitals({ recordsIn: limits.healthRecordsMin - 1, recordsFailed: limits.healthRecordsMin - 1 });
  assert.equal(codeOf([vitals()], [few]), null);
  assert.equal(codeOf(null, [few]), null);
});

test('a first generation whose records all fail is unhealthy, one of which half fail is not', () => {
  assert.equal(codeOf(null, [vitals({ recordsIn: 60, recordsFailed: 60 })]), 'error_rate');
  assert.equal(codeOf(null, [vitals({ recordsFailed: 5_000 })]), null);
});

test('after a quiet generation, as after none, only nearly all failed records count', () => {
  const quiet = [vitals({ recordsIn: 3, recordsFailed: 0 })];
  assert.equal(codeOf(quiet, [vitals({ recordsFailed: 5_000 })]), null);
  assert.equal(codeOf(quiet, [vitals({ recordsFailed: 9_900 })]), 'error_rate');
});

test('a lag that runs away is told, and tried again where there is nothing to go back to', () => {
  const failure = judgeHealth([vitals()], [vitals({ recordsIn: 5_000, lagFirst: 500, lagLast: 5_500 })]);
  assert.deepEqual([failure?.code, failure?.domain, failure?.retry], ['lagging', 'external', true]);
  assert.match(
    failure?.message ?? '',
    /of 1000 records\/s that come in it left 500 records\/s unread .* 5500 records behind/,
  );
});

test('a lag that grew as fast before is not the change’s fault', () => {
  const slow = vitals({ recordsIn: 5_000, lagFirst: 0, lagLast: 5_000 });
  assert.equal(codeOf([slow], [{ ...slow, lagFirst: 5_000, lagLast: 10_000 }]), null);
});

test('a lag that shrinks is healthy, however long it is', () => {
  assert.equal(codeOf([vitals()], [vitals({ recordsIn: 50_000, lagFirst: 900_000, lagLast: 860_000 })]), null);
});

test('a lag of less than a few seconds of input is healthy, though it grows', () => {
  assert.equal(codeOf([vitals()], [vitals({ recordsIn: 7_500, lagFirst: 0, lagLast: 2_500 })]), null);
});

test('a long lag that grows a little is healthy: it grows as it did', () => {
  assert.equal(codeOf([vitals()], [vitals({ lagFirst: 50_000, lagLast: 51_000 })]), null);
});

test('a lag of few records is healthy, though little comes in', () => {
  const lag = limits.healthRecordsMin;
  assert.equal(codeOf([vitals({ recordsIn: 0 })], [vitals({ recordsIn: 0, lagLast: lag })]), null);
  assert.equal(codeOf([vitals({ recordsIn: 0 })], [vitals({ recordsIn: 0, lagLast: 10 * lag })]), 'lagging');
});

test('lag is judged only where it is known how it was before', () => {
  const stuck = [vitals({ recordsIn: 0, lagLast: 900_000 })];
  assert.equal(codeOf(null, stuck), null);
  assert.equal(codeOf([vitals({ ms: 0 })], stuck), null);
  assert.equal(codeOf([], stuck), null);
});

test('tasks are judged together: one that fails all of its few records among many does not count', () => {
  const small = vitals({ recordsIn: 60, recordsFailed: 60 });
  assert.equal(codeOf([vitals(), vitals()], [vitals(), small]), null);
});

const some: fc.Arbitrary<Vitals> = fc
  .tuple(fc.nat(20_000), fc.nat(100_000), fc.nat(100_000), fc.nat(1_000_000), fc.nat(1_000_000))
  .map(([ms, recordsIn, failed, lagFirst, lagLast]) => {
    return { ms, recordsIn, recordsFailed: Math.min(recordsIn, failed), lagFirst, lagLast };
  });

test('whatever was seen, there is a judgement, and one failed record more never mends it', () => {
  fc.assert(
    fc.property(fc.option(fc.array(some)), fc.array(some, { minLength: 1 }), (before, after) => {
      const code = codeOf(before, after);
      assert.ok([null, 'error_rate', 'lagging'].includes(code));
      const [first, ...rest] = after as [Vitals, ...Vitals[]];
      const worse = { ...first, recordsFailed: Math.min(first.recordsIn, first.recordsFailed + 1) };
      if (code === 'error_rate') assert.equal(codeOf(before, [worse, ...rest]), 'error_rate');
    }),
  );
});

test('how a generation’s work is spread over its tasks does not matter', () => {
  fc.assert(
    fc.property(some, some, (before, after) => {
      const half = (v: Vitals, of: (n: number) => number): Vitals => ({
        ms: v.ms,
        recordsIn: of(v.recordsIn),
        recordsFailed: of(v.recordsFailed),
        lagFirst: of(v.lagFirst),
        lagLast: of(v.lagLast),
      });
      const spread = [half(after, (n) => Math.floor(n / 2)), half(after, (n) => Math.ceil(n / 2))];
      assert.equal(codeOf([before], spread), codeOf([before], [after]));
    }),
  );
});
