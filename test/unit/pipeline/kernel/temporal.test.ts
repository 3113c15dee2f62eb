/** Dates, times, timestamps and intervals: sums and differences, against JavaScript's dates and against bigints. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ArithmeticOperator } from '../../../../src/pipeline/sql/bound.ts';
import { decimal, plain, type SqlType, time, timestamp } from '../../../../src/pipeline/sql/types.ts';
import { type Long, narrow } from '../../../../src/pipeline/sql/values.ts';
import { bound, column, generate, type Held } from './expressions.ts';

const date = plain('DATE');
const months: SqlType = { kind: 'INTERVAL', of: 'MONTH' };
const seconds: SqlType = { kind: 'INTERVAL', of: 'SECOND' };

function compute(operator: ArithmeticOperator, left: [SqlType, Held], right: [SqlType, Held], type: SqlType): Held {
  const [a, b] = [column('a', left[0]), column('b', right[0])];
  return generate(bound('arithmetic', type, { operator, left: a, right: b }), ['a', 'b']).run(left[1], right[1]);
}

const outcome = (run: () => Held): Held | 'refused' => {
  try {
    return run();
  } catch (cause) {
    assert.equal((cause as Error).name, 'RecordError');
    return 'refused';
  }
};
const within64 = (v: bigint): Held | 'refused' => (BigInt.asIntN(64, v) === v ? narrow(v) : 'refused');

const perSecond = { 3: 1_000n, 6: 1_000_000n, 9: 1_000_000_000n } as const;
const longs = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-(10n ** 15n), 10n ** 15n));
const precisions = fc.constantFrom(3 as const, 6 as const, 9 as const);

test('a timestamp and a number of nanoseconds is exact, cut off to the precision, or beyond it', () => {
  fc.assert(
    fc.property(precisions, longs, longs, fc.boolean(), (precision, moment, nanos, minus) => {
      const type = timestamp(precision);
      const unit = 10n ** 9n / perSecond[precision];
      const [a, b]: [SqlType, Held][] = [
        [type, narrow(moment)],
        [seconds, narrow(nanos)],
      ];
      const operator = minus ? '-' : '+';
      const wanted = within64(minus ? moment - nanos / unit : moment + nanos / unit);
      assert.deepEqual(
        outcome(() => compute(operator, a!, b!, type)),
        wanted,
      );
      if (!minus)
        assert.deepEqual(
          outcome(() => compute('+', b!, a!, type)),
          wanted,
        );
    }),
    { numRuns: 1000 },
  );
});

test('months go by the calendar, to the last day of a month that is shorter', () => {
  const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const later = (ms: number, n: number): number => {
    const from = new Date(ms);
    const at = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + n, 1));
    const day = Math.min(from.getUTCDate(), lastDay(at.getUTCFullYear(), at.getUTCMonth()));
    return at.getTime() + (day - 1) * 86_400_000 + (((ms % 86_400_000) + 86_400_000) % 86_400_000);
  };
  fc.assert(
    fc.property(fc.integer({ min: -4e12, max: 8e12 }), fc.integer({ min: -1500, max: 1500 }), (ms, n) => {
      assert.equal(compute('+', [timestamp(3), ms], [months, n], timestamp(3)), later(ms, n));
      assert.equal(compute('-', [timestamp(3, true), ms], [months, -n], timestamp(3, true)), later(ms, n));
      const day = Math.floor(ms / 86_400_000);
      assert.equal(compute('+', [date, day], [months, n], date), later(day * 86_400_000, n) / 86_400_000);
    }),
    { numRuns: 1000 },
  );
});

test('a date moves by whole days, or becomes a timestamp', () => {
  assert.equal(compute('+', [date, 10], [seconds, 86_400_000_000_000 * 3], date), 13);
  assert.equal(compute('-', [date, 10], [seconds, 86_399_000_000_000], date), 10);
  assert.equal(compute('+', [date, 1], [seconds, 1_000_000_000], timestamp(3)), 86_401_000);
  assert.equal(
    outcome(() => compute('+', [date, 2_147_483_647], [seconds, 86_400_000_000_000], date)),
    'refused',
  );
  assert.equal(
    outcome(() => compute('+', [date, 0], [months, 2_147_483_647], date)),
    'refused',
  );
});

test('a time of day comes round at midnight', () => {
  assert.equal(compute('+', [time(3), 86_399_000], [seconds, 2_000_000_000], time(3)), 1000);
  assert.equal(compute('-', [time(3), 1000], [seconds, 2_000_000_000], time(3)), 86_399_000);
  assert.equal(
    compute('-', [time(6), 0], [seconds, narrow(-(2n ** 63n))], time(6)),
    Number((2n ** 63n / 1000n) % 86_400_000_000n),
  );
  assert.equal(compute('+', [seconds, 1_000_000], [time(6), 0], time(6)), 1000);
});

test('two points in time are nanoseconds apart, whatever their precisions', () => {
  fc.assert(
    fc.property(precisions, precisions, longs, longs, (p, q, a, b) => {
      const exact = a * (10n ** 9n / perSecond[p]) - b * (10n ** 9n / perSecond[q]);
      const got = outcome(() => compute('-', [timestamp(p), narrow(a)], [timestamp(q), narrow(b)], seconds));
      assert.deepEqual(got, narrow(exact));
    }),
    { numRuns: 1000 },
  );
  assert.equal(compute('-', [date, 3], [date, 1], seconds), 2 * 86_400_000_000_000);
  assert.equal(compute('-', [timestamp(3), 86_400_001], [date, 1], seconds), 1_000_000);
  assert.equal(compute('-', [time(3), 5], [time(6), 4000], seconds), 1_000_000);
});

test('intervals add up, and are multiplied and divided by numbers, cut off to whole units', () => {
  assert.equal(compute('+', [months, 5], [months, -7], months), -2);
  assert.equal(compute('-', [seconds, 5], [seconds, 7], seconds), -2);
  assert.equal(compute('*', [months, 5], [plain('INT'), 3], months), 15);
  assert.equal(compute('*', [plain('BIGINT'), 3], [seconds, 2 ** 52], seconds) as Long, narrow(3n * 2n ** 52n));
  assert.equal(compute('*', [seconds, 10], [decimal(3, 2), 125], seconds), 12);
  assert.equal(compute('*', [seconds, 10], [plain('DOUBLE'), -0.35], seconds), -3);
  assert.equal(compute('/', [seconds, -7], [plain('INT'), 2], seconds), -3);
  assert.equal(compute('/', [seconds, 7], [decimal(2, 1), 5], seconds), 14);
  assert.equal(
    outcome(() => compute('/', [seconds, 7], [plain('INT'), 0], seconds)),
    'refused',
  );
  assert.equal(
    outcome(() => compute('/', [seconds, 7], [plain('DOUBLE'), 0], seconds)),
    'refused',
  );
  assert.equal(
    outcome(() => compute('*', [seconds, 2 ** 52], [plain('INT'), 10_000], seconds)),
    2n ** 52n * 10_000n,
  );
  const longest = 2n ** 63n * 10n ** 9n - 1n;
  assert.equal(
    outcome(() => compute('+', [seconds, longest - 1n], [seconds, 1], seconds)),
    longest,
  );
  for (const beyond of [2n, longest])
    assert.equal(
      outcome(() => compute('+', [seconds, longest - 1n], [seconds, beyond], seconds)),
      'refused',
    );
  assert.equal(
    outcome(() => compute('*', [seconds, -longest], [plain('INT'), 2], seconds)),
    'refused',
  );
  assert.equal(
    outcome(() => compute('+', [months, 2_147_483_647], [months, 1], months)),
    'refused',
  );
  assert.equal(
    outcome(() => compute('*', [seconds, 1], [plain('DOUBLE'), 1e300], seconds)),
    'refused',
  );
});

test('the minus sign turns an interval round', () => {
  assert.equal(generate(bound('negate', months, { operand: column('a', months) }), ['a']).run(14), -14);
  const { run } = generate(bound('negate', seconds, { operand: column('a', seconds) }), ['a']);
  assert.equal(run(5), -5);
  assert.equal(run(-(2n ** 63n)), 2n ** 63n);
});

test('what has a NULL is NULL', () => {
  assert.equal(compute('+', [timestamp(3), null], [seconds, 5], timestamp(3)), null);
  assert.equal(compute('-', [date, 5], [months, null], date), null);
});
