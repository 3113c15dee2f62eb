/**
 * DECIMALs, exact: arithmetic, other scales, texts and doubles. A value is the unscaled integer, a number where that is
 * exact, else a bigint (sql/values.ts). What has more digits than the scale is rounded half up, that is away from zero, as
 * Calcite and Flink do; what has more digits than the precision is undefined here, or the record's error in arithmetic.
 */

import type { ArithmeticOperator } from '../sql/bound.ts';
import type { SqlType } from '../sql/types.ts';
import { decimalText } from '../sql/value-text.ts';
import { type Long, narrow } from '../sql/values.ts';
import { divisionByZero, overflow } from './exact.ts';

export interface DecimalType {
  readonly precision: number;
  readonly scale: number;
}

const powers: bigint[] = [];
const power = (n: number): bigint => {
  for (let i = powers.length; i <= n; i++) powers.push(10n ** BigInt(i));
  return powers[n]!;
};

const isSafe = (v: number): boolean => v >= -9007199254740991 && v <= 9007199254740991;

/** n / d rounded half up; of safe integers it is exact, since the remainder is. */
function divided(n: number, d: number): number {
  const rest = n % d;
  const quotient = (n - rest) / d;
  return 2 * Math.abs(rest) < Math.abs(d) ? quotient + 0 : quotient + (n < 0 === d < 0 ? 1 : -1);
}

function dividedExactly(n: bigint, d: bigint): bigint {
  const [quotient, rest] = [n / d, n % d];
  const [twice, whole] = [2n * (rest < 0n ? -rest : rest), d < 0n ? -d : d];
  return twice < whole ? quotient : quotient + (n < 0n === d < 0n ? 1n : -1n);
}

/** Safe integers have at most 16 digits. */
const fits = (v: Long, precision: number): boolean =>
  typeof v === 'number'
    ? precision > 15 || Math.abs(v) < 10 ** precision
    : v < power(precision) && v > -power(precision);

/** Changes values of one scale to another type; undefined where they have too many digits for it. */
export function rescale(from: number, { precision, scale }: DecimalType): (v: Long) => Long | undefined {
  const [up, down] = [power(Math.max(0, scale - from)), power(Math.max(0, from - scale))];
  const [timesUp, byDown] = [Number(up), Number(down)];
  return (v) => {
    let result: Long;
    const times = typeof v === 'number' ? v * timesUp : Number.NaN;
    if (isSafe(times) && isSafe(byDown)) result = divided(times, byDown);
    else result = narrow(dividedExactly(BigInt(v) * up, down));
    return fits(result, precision) ? result : undefined;
  };
}

const scaleOf = (type: SqlType): number => (type.kind === 'DECIMAL' ? type.scale : 0);

/** The function that computes `left operator right` of DECIMALs and integers, as `result`. */
export function decimalArithmetic(
  operator: ArithmeticOperator,
  left: SqlType,
  right: SqlType,
  result: SqlType,
): (a: Long, b: Long) => Long {
  const to = result as SqlType & { kind: 'DECIMAL' };
  const [l, r] = [scaleOf(left), scaleOf(right)];
  const compute = operations(operator, l, r, to.scale);
  return (a, b) => {
    const value = compute(a, b);
    if (!fits(value, to.precision))
      overflow(`${decimalText(a, l)} ${operator} ${decimalText(b, r)} is beyond DECIMAL(${to.precision}, ${to.scale})`);
    return value;
  };
}

function operations(operator: ArithmeticOperator, l: number, r: number, scale: number): (a: Long, b: Long) => Long {
  const aligned = Math.max(l, r);
  switch (operator) {
    case '+':
      return inScale(aligned - l, aligned - r, aligned, scale, {
        plain: (a, b) => a + b,
        exact: (a, b) => a + b,
      });
    case '-':
      return inScale(aligned - l, aligned - r, aligned, scale, {
        plain: (a, b) => a - b,
        exact: (a, b) => a - b,
      });
    case '*':
      return inScale(0, 0, l + r, scale, { plain: (a, b) => a * b, exact: (a, b) => a * b });
    case '/': {
      // a / b at the result's scale is (a · 10^(scale + r - l)) / b.
      const more = scale + r - l;
      return inScale(Math.max(0, more), Math.max(0, -more), scale, scale, {
        plain: (a, b) => (b === 0 ? divisionByZero('/') : divided(a, b)),
        exact: (a, b) => (b === 0n ? divisionByZero('/') : dividedExactly(a, b)),
      });
    }
    case '%':
      return inScale(aligned - l, aligned - r, aligned, scale, {
        plain: (a, b) => (b === 0 ? divisionByZero('%') : (a % b) + 0),
        exact: (a, b) => (b === 0n ? divisionByZero('%') : a % b),
      });
  }
}

interface Operation {
  /** Of safe integers; its answer counts where it is safe. */
  readonly plain: (a: number, b: number) => number;
  readonly exact: (a: bigint, b: bigint) => bigint;
}

/** Takes both operands times powers of ten, and the outcome from one scale to another. */
function inScale(
  leftMore: number,
  rightMore: number,
  from: number,
  to: number,
  { plain, exact }: Operation,
): (a: Long, b: Long) => Long {
  const [bigL, bigR, up, down] = [
    power(leftMore),
    power(rightMore),
    power(Math.max(0, to - from)),
    power(Math.max(0, from - to)),
  ];
  const [timesL, timesR, timesUp, byDown] = [Number(bigL), Number(bigR), Number(up), Number(down)];
  return (a, b) => {
    if (typeof a === 'number' && typeof b === 'number' && isSafe(byDown)) {
      const [x, y] = [a * timesL, b * timesR];
      if (isSafe(x) && isSafe(y)) {
        const outcome = plain(x, y);
        const scaled = outcome * timesUp;
        if (isSafe(outcome) && isSafe(scaled)) return byDown === 1 ? scaled + 0 : divided(scaled, byDown);
      }
    }
    return narrow(dividedExactly(exact(BigInt(a) * bigL, BigInt(b) * bigR) * up, down));
  };
}

/** Powers of ten that a double holds exactly. */
const exactPowersMax = 22;

/** The double that is nearest. */
export const decimalNumber = (v: Long, scale: number): number =>
  typeof v === 'number' && scale <= exactPowersMax ? v / 10 ** scale : Number(decimalText(v, scale));

/** The whole part, cut off towards zero. */
export function decimalWhole(v: Long, scale: number): Long {
  if (scale === 0) return v;
  if (typeof v !== 'number') return narrow(v / power(scale));
  const unit = 10 ** scale;
  return (v - (v % unit)) / unit + 0;
}

const numeral = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?\s*$/;

/** `12.30`, `-1.5e3` as a value of the type; undefined: no number, or too many digits before the point. */
export function parseDecimal(text: string, { precision, scale }: DecimalType): Long | undefined {
  const match = numeral.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  // The value is 0.digits · 10^point.
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  const point = whole.length + Number(exponent) - (whole.length + fraction.length - significant.length);
  if (significant === '') return 0;
  const kept = point + scale;
  if (kept > precision) return undefined;
  if (kept < 0) return 0;
  // One digit more than is kept tells how to round half up, whatever follows.
  const digits = BigInt(significant.slice(0, kept).padEnd(kept, '0') || '0');
  const rounded = (significant[kept] ?? '0') >= '5' ? digits + 1n : digits;
  const value = narrow(sign === '-' ? -rounded : rounded);
  return fits(value, precision) ? value : undefined;
}
