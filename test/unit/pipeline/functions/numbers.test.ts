/** Functions of numbers are exact for integers and decimals of any size. Where Calcite has the function, the results are what it answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { numbers } from '../../../../src/pipeline/sql/functions/numbers.ts';
import {
  decimal,
  notNull,
  nullable,
  plain,
  type SqlType,
  timestamp,
  typeText,
} from '../../../../src/pipeline/sql/types.ts';
import { narrow } from '../../../../src/pipeline/sql/values.ts';
import { callsOf } from './call.ts';

const { row, unknown } = callsOf(numbers);
const [tinyint, smallint, int, bigint, float, double] = (
  ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE'] as const
).map((kind) => plain(kind)) as [SqlType, SqlType, SqlType, SqlType, SqlType, SqlType];
const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];

type Case = readonly [args: readonly unknown[], types: readonly SqlType[], result: unknown];
function cases(name: string, list: readonly Case[]): void {
  for (const [args, types, expected] of list)
    assert.deepEqual(unknown(name, args, types), expected, `${name}(${args.join(', ')})`);
}
const fails = (name: string, args: readonly unknown[], types: readonly SqlType[]): void => {
  assert.throws(() => unknown(name, args, types), RecordError, `${name}(${args.join(', ')})`);
  assert.ok(row(name).fallible, `${name} says that it never fails`);
};
const resultOf = (name: string, ...types: readonly SqlType[]): string =>
  typeText(nullable(row(name).result(types.map((type) => notNull(type)))));

test('ABS is exact, and an error where the type has no such number', () => {
  cases('ABS', [
    [[-5], [int], 5],
    [[-150], [decimal(3, 2)], 150],
    [[-(2n ** 60n)], [bigint], 2n ** 60n],
    [[-9_007_199_254_740_993n], [decimal(20, 0)], 9_007_199_254_740_993n],
    [[least], [decimal(30, 0)], 2n ** 63n],
    [[-1.5], [double], 1.5],
    [[-0], [double], 0],
  ]);
  fails('ABS', [-(2 ** 31)], [int]);
  fails('ABS', [-128], [tinyint]);
  fails('ABS', [-32_768], [smallint]);
  fails('ABS', [least], [bigint]);
  assert.equal(resultOf('ABS', decimal(3, 2)), 'DECIMAL(3, 2)');
  assert.equal(resultOf('ABS', { kind: 'NULL' }), 'INT');
});

test('MOD has the sign of the dividend and the type of the divisor', () => {
  cases('MOD', [
    [[7, 3], [int, int], 1],
    [[-7, 3], [int, int], -1],
    [[7, -3], [int, int], 1],
    [[-6, 3], [int, int], 0],
    [[most, 10], [bigint, int], 7],
    [[least, -1], [bigint, bigint], 0],
    [[5, most], [bigint, bigint], 5],
    [[725, 25], [decimal(3, 2), decimal(2, 1)], 225],
    [[-75, 2], [decimal(2, 1), int], -15],
    [[7.5, 2], [double, double], 1.5],
    [[1, 0], [double, double], Number.NaN],
  ]);
  fails('MOD', [7, 0], [int, int]);
  fails('MOD', [most, 0], [bigint, bigint]);
  fails('MOD', [75, 0], [decimal(2, 1), decimal(2, 1)]);
  assert.equal(resultOf('MOD', bigint, int), 'INT');
  assert.equal(resultOf('MOD', int, bigint), 'BIGINT');
  assert.equal(resultOf('MOD', decimal(3, 2), decimal(2, 1)), 'DECIMAL(3, 2)');
  assert.equal(resultOf('MOD', decimal(2, 1), int), 'DECIMAL(2, 1)');
  assert.equal(resultOf('MOD', decimal(2, 1), double), 'DOUBLE');
  const casts = row('MOD').casts!([notNull(decimal(2, 1)), notNull(double)]);
  assert.deepEqual(casts, [double, double]);
});

test('FLOOR and CEIL of a DECIMAL have no digit after the point', () => {
  cases('FLOOR', [
    [[1234], [decimal(4, 2)], 12],
    [[-5], [decimal(2, 1)], -1],
    [[-1200], [decimal(4, 2)], -12],
    [[5], [int], 5],
    [[most], [bigint], most],
    [[-0.5], [double], -1],
    [[-12_345_678_901_234_567_890n], [decimal(20, 2)], -123_456_789_012_345_679n],
  ]);
  cases('CEIL', [
    [[1234], [decimal(4, 2)], 13],
    [[9999], [decimal(4, 2)], 100],
    [[-5], [decimal(2, 1)], 0],
    [[1.5], [float], 2],
    [[12_345_678_901_234_567_890n], [decimal(20, 2)], 123_456_789_012_345_679n],
  ]);
  cases('CEILING', [[[1201], [decimal(4, 2)], 13]]);
  assert.equal(resultOf('CEIL', decimal(4, 2)), 'DECIMAL(4, 0)');
  assert.equal(resultOf('CEIL', decimal(2, 2)), 'DECIMAL(2, 0)');
  assert.match(row('FLOOR').check!([notNull(plain('VARCHAR'))])!, /number/);
  assert.match(row('FLOOR').check!([notNull(int), notNull(plain('VARCHAR'))])!, /TIMESTAMP/);
  assert.equal(row('FLOOR').check!([notNull(timestamp(3)), notNull(plain('VARCHAR'))]), undefined);
});

test('ROUND takes halves away from zero', () => {
  cases('ROUND', [
    [[2345], [decimal(4, 3)], 2],
    [[25], [decimal(2, 1)], 3],
    [[-25], [decimal(2, 1)], -3],
    [[2345, 1], [decimal(4, 3), int], 2300],
    [[999, 1], [decimal(3, 2), int], 1000],
    [[2345, 5], [decimal(4, 3), int], 2345],
    [[2345, -1], [decimal(4, 3), int], 0],
    [[125, -1], [int, int], 130],
    [[-125, -1], [int, int], -130],
    [[125, -2], [int, int], 100],
    [[125, -3], [int, int], 0],
    [[500, -3], [int, int], 1000],
    [[125, -400], [int, int], 0],
    [[9_007_199_254_740_995n, -1], [bigint, int], 9_007_199_254_741_000n],
    [[9_007_199_254_740_991, -16], [bigint, int], 10_000_000_000_000_000n],
    [[12_345_678_901_234_567_895n, 1], [decimal(20, 2), int], 12_345_678_901_234_567_900n],
    [[125, -9_223_372_036_854_775_808n], [int, bigint], 0],
    [[-4, -1], [int, int], 0],
  ]);
  fails('ROUND', [2_147_483_647, -1], [int, int]);
  fails('ROUND', [most, -1], [bigint, int]);
  fails('ROUND', [most, -19], [bigint, int]);
  fails('ROUND', [10n ** 38n - 1n, 1], [decimal(38, 2), int]);
  assert.equal(resultOf('ROUND', decimal(4, 3)), 'DECIMAL(2, 0)');
  assert.equal(resultOf('ROUND', decimal(3, 2), int), 'DECIMAL(4, 2)');
  assert.equal(resultOf('ROUND', decimal(38, 2), int), 'DECIMAL(38, 2)');
  assert.equal(resultOf('ROUND', int, int), 'INT');
});

test('a DOUBLE is rounded by the digits that it is shown with', () => {
  cases('ROUND', [
    [[1.005, 2], [double, int], 1.01],
    [[2.345, 2], [double, int], 2.35],
    [[-2.5], [double], -3],
    [[0.49999999999999994], [double], 0],
    [[0.5], [double], 1],
    [[-0.4], [double], 0],
    [[0.05, 1], [double, int], 0.1],
    [[0.04, 1], [double, int], 0],
    [[0.004, 1], [double, int], 0],
    [[0.0096, 1], [double, int], 0],
    [[1e300, 2], [double, int], 1e300],
    [[123456, -2], [double, int], 123500],
    [[1.5e-7, 7], [double, int], 2e-7],
    [[5e-324, 400], [double, int], 5e-324],
    [[Number.NaN, 1], [double, int], Number.NaN],
    [[Number.NEGATIVE_INFINITY, 1], [double, int], Number.NEGATIVE_INFINITY],
    [[9.995, 2], [double, int], 10],
    [[Math.fround(2.345), 2], [float, int], Math.fround(2.35)],
  ]);
  cases('TRUNCATE', [
    [[2.349, 2], [double, int], 2.34],
    [[4.35, 2], [double, int], 4.35],
    [[-2.349, 1], [double, int], -2.3],
    [[-0.9], [double], 0],
  ]);
});

test('rounding off is what division by the unit says, whatever the size', () => {
  const magnitude = (v: bigint): bigint => (v < 0n ? -v : v);
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -40, max: 3 }), (v, digits) => {
      const unit = 10n ** BigInt(Math.max(0, -digits));
      const away = ((magnitude(v) * 2n + unit) / (2n * unit)) * unit;
      const rounded = unit === 1n ? v : v < 0n ? -away : away;
      const type = decimal(60, 0);
      assert.equal(unknown('ROUND', [narrow(v), digits], [type, int]), narrow(rounded));
      assert.equal(unknown('TRUNC', [narrow(v), digits], [type, int]), narrow(unit === 1n ? v : (v / unit) * unit));
    }),
  );
});

test('TRUNCATE cuts digits off', () => {
  cases('TRUNCATE', [
    [[2349, 2], [decimal(4, 3), int], 2340],
    [[-2349, 1], [decimal(4, 3), int], -2300],
    [[129, -1], [int, int], 120],
    [[42_324], [decimal(5, 3)], 42],
    [[42_324, -1], [decimal(5, 3), int], 40_000],
    [[most, -18], [bigint, int], 9_000_000_000_000_000_000n],
  ]);
  assert.equal(resultOf('TRUNC', decimal(5, 3)), 'DECIMAL(3, 0)');
  assert.equal(resultOf('TRUNCATE', decimal(2, 2)), 'DECIMAL(1, 0)');
});

test('SIGN is in the type of the number', () => {
  cases('SIGN', [
    [[-5], [int], -1],
    [[0], [int], 0],
    [[most], [bigint], 1],
    [[-525], [decimal(3, 2)], -100],
    [[10n ** 20n], [decimal(30, 20)], 10n ** 20n],
    [[-5.5], [double], -1],
  ]);
  assert.equal(resultOf('SIGN', decimal(2, 2)), 'DECIMAL(3, 2)');
});

test('bits are those of 64-bit integers', () => {
  cases('BITAND', [
    [[12, 10], [int, int], 8],
    [[-1, 5], [bigint, int], 5],
    [[most, least], [bigint, bigint], 0],
    [[2 ** 40, 2 ** 40 + 1], [bigint, bigint], 2 ** 40],
    [[-1, most], [bigint, bigint], most],
  ]);
  cases('BITOR', [
    [[12, 10], [int, int], 14],
    [[least, most], [bigint, bigint], -1],
    [[2 ** 40, 1], [bigint, bigint], 2 ** 40 + 1],
  ]);
  cases('BITXOR', [
    [[12, 10], [int, int], 6],
    [[most, -1], [bigint, bigint], least],
  ]);
  cases('BITNOT', [
    [[12], [int], -13],
    [[most], [bigint], least],
    [[2 ** 40], [bigint], -(2 ** 40) - 1],
  ]);
  cases('BIN', [
    [[4], [int], '100'],
    [[0], [int], '0'],
    [[-4], [int], `${'1'.repeat(62)}00`],
    [[least], [bigint], `1${'0'.repeat(63)}`],
    [[most], [bigint], '1'.repeat(63)],
  ]);
  assert.equal(resultOf('BITAND', smallint, tinyint), 'SMALLINT');
  assert.equal(resultOf('BITOR', int, bigint), 'BIGINT');
  assert.equal(resultOf('BITXOR', { kind: 'NULL' }, { kind: 'NULL' }), 'INT');
});

test('functions of DOUBLE follow IEEE 754, and logarithms that do not exist are errors', () => {
  const close = (name: string, args: readonly number[], expected: number): void => {
    const result = unknown(name, args) as number;
    assert.ok(
      Object.is(result, expected) || Math.abs(result - expected) <= Math.abs(expected) * 1e-15,
      `${name}: ${result}`,
    );
  };
  close('POWER', [2, 62], 4.6116860184273879e18);
  close('POWER', [0, -1], Number.POSITIVE_INFINITY);
  close('POWER', [-8, 0.5], Number.NaN);
  close('SQRT', [2.25], 1.5);
  close('SQRT', [-1], Number.NaN);
  close('CBRT', [-27], -3);
  close('EXP', [1], Math.E);
  close('EXP', [1000], Number.POSITIVE_INFINITY);
  close('LN', [2], Math.LN2);
  close('LOG', [8], 2.0794415416798357);
  close('LOG', [2, 8], 3);
  close('LOG', [0.5, 8], -3);
  close('LOG10', [1000], 3);
  close('LOG2', [8], 3);
  close('SIN', [1], 0.8414709848078965);
  close('COS', [1], 0.5403023058681398);
  close('TAN', [1], 1.5574077246549023);
  close('COT', [1], 0.6420926159343306);
  close('COT', [0], Number.POSITIVE_INFINITY);
  close('ASIN', [1], Math.PI / 2);
  close('ASIN', [2], Number.NaN);
  close('ACOS', [1], 0);
  close('ATAN', [1], Math.PI / 4);
  close('ATAN2', [1, 2], 0.4636476090008061);
  close('SINH', [1], 1.1752011936438014);
  close('COSH', [1], 1.543080634815244);
  close('TANH', [1], 0.7615941559557649);
  close('DEGREES', [3], 171.88733853924697);
  close('RADIANS', [180], Math.PI);
  close('PI', [], Math.PI);
  close('E', [], Math.E);
  for (const name of ['LN', 'LOG', 'LOG2', 'LOG10']) for (const v of [0, -0, -1]) fails(name, [v], [double]);
  fails('LOG', [1, 8], [double, double]);
  fails('LOG', [-2, 8], [double, double]);
  fails('LOG', [2, 0], [double, double]);
});

test('random numbers with a seed are those of Java, one after the other', () => {
  const fractions = made('RAND', [1]);
  // new Random(1).nextDouble(), as Flink answered RAND(1), and the next of it.
  assert.deepEqual([fractions(1), fractions(1)], [0.7308781907032909, 0.41008081149220166]);
  const integers = made('RAND_INTEGER', [1, 10]);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => integers(1, 10)),
    [5, 8, 7, 3, 4],
  );
  assert.deepEqual(
    [1, 2, 3].map(() => made('RAND_INTEGER', [42, 16])(42, 16)),
    [11, 11, 11],
  );
  assert.equal(unknown('RAND', [1]), 0.7308781907032909);
  assert.equal(unknown('RAND_INTEGER', [1, 10]), 5);
});

test('random numbers lie from 0 to under the bound', () => {
  for (let i = 0; i < 1000; i++) {
    const fraction = unknown('RAND', []) as number;
    assert.ok(fraction >= 0 && fraction < 1);
    for (const args of [[7], [i, 7], [i, 2 ** 30 + 1]]) {
      const integer = unknown('RAND_INTEGER', args) as number;
      assert.ok(Number.isInteger(integer) && integer >= 0 && integer < args.at(-1)!);
    }
  }
  fails('RAND_INTEGER', [0], [int]);
  fails('RAND_INTEGER', [1, -1], [int, int]);
  assert.ok(row('RAND').volatile && row('RAND_INTEGER').volatile);
});

function made(name: string, known: readonly number[]): (...args: readonly number[]) => unknown {
  const { body } = row(name);
  assert.ok(body.via === 'made');
  return body.make(
    known.map(() => notNull(int)),
    known,
  );
}
