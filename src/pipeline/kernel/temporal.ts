/**
 * Arithmetic of dates, times, timestamps and intervals: which function computes it, by types. An interval's nanoseconds are
 * cut off to the precision of what they are added to. What is beyond its type is the record's error. The calendar itself:
 * sql/functions/calendar.ts.
 */
import type { ArithmeticOperator } from '../sql/bound.ts';
import {
  addMonths,
  dayOfTimestamp,
  formatDate,
  type Precision,
  perSecond,
  secondsPerDay,
  timeOfTimestamp,
  timestampOf,
} from '../sql/functions/calendar.ts';
import { type SqlType, typeText } from '../sql/types.ts';
import { type Long, narrow } from '../sql/values.ts';
import { decimalWhole } from './decimal.ts';
import { divisionByZero, exactArithmetic, overflow } from './exact.ts';

type Calculation = (a: Long, b: Long) => Long;
type Kind<K> = SqlType & { kind: K };

const perDay = secondsPerDay * 1e9;

/** How many whole units there are in n, cut off towards zero: exact. */
function whole(n: Long, unit: number): Long {
  return typeof n === 'number' ? (n - (n % unit)) / unit + 0 : narrow(n / BigInt(unit));
}

export const isTemporal = (type: SqlType): boolean => ['DATE', 'TIME', 'TIMESTAMP', 'INTERVAL'].includes(type.kind);

/** The function that computes `left operator right`, of which at least one is temporal. */
export function temporalArithmetic(
  operator: ArithmeticOperator,
  left: SqlType,
  right: SqlType,
  result: SqlType,
): Calculation {
  if (left.kind === 'INTERVAL' && right.kind === 'INTERVAL') return ofIntervals(operator, left);
  if (left.kind === 'INTERVAL' && isNumber(right)) return scaled(operator, left, right);
  if (right.kind === 'INTERVAL' && isNumber(left)) {
    const times = scaled('*', right, left);
    return (a, b) => times(b, a);
  }
  if (right.kind === 'INTERVAL') return moved(left, right, result, operator === '-' ? -1 : 1);
  if (left.kind === 'INTERVAL') {
    const move = moved(right, left, result, 1);
    return (a, b) => move(b, a);
  }
  return difference(left, right, result);
}

const isNumber = (type: SqlType): boolean =>
  ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'DECIMAL', 'FLOAT', 'DOUBLE'].includes(type.kind);

/** Months are 32 bits, nanoseconds 64. */
const interval = (v: Long, type: Kind<'INTERVAL'>): Long =>
  type.of === 'MONTH' && (Number(v) | 0) !== Number(v) ? overflow(`${v} months are beyond INTERVAL YEAR TO MONTH`) : v;

const ofIntervals = (operator: ArithmeticOperator, type: Kind<'INTERVAL'>): Calculation => {
  const exact = exactArithmetic[operator];
  return (a, b) => interval(exact(a, b), type);
};

/** An interval times or divided by a number, cut off to whole months or nanoseconds. */
function scaled(operator: ArithmeticOperator, type: Kind<'INTERVAL'>, by: SqlType): Calculation {
  const zero = (v: Long): boolean => v === 0;
  if (by.kind === 'DECIMAL') {
    const { scale } = by;
    const unit = 10n ** BigInt(scale);
    return (a, b) => {
      if (operator === '*') return interval(beyond64(decimalWhole(narrow(BigInt(a) * BigInt(b)), scale)), type);
      if (zero(b)) return divisionByZero('/');
      return interval(beyond64(narrow((BigInt(a) * unit) / BigInt(b))), type);
    };
  }
  if (by.kind === 'FLOAT' || by.kind === 'DOUBLE')
    return (a, b) => {
      if (operator === '/' && zero(b)) return divisionByZero('/');
      const value = Math.trunc(operator === '*' ? Number(a) * Number(b) : Number(a) / Number(b));
      if (!Number.isFinite(value)) overflow(`an interval ${operator} ${b} is beyond INTERVAL`);
      return interval(beyond64(narrow(BigInt(value))), type);
    };
  const exact = exactArithmetic[operator];
  return (a, b) => (operator === '/' && zero(b) ? divisionByZero('/') : interval(exact(a, b), type));
}

const beyond64 = (v: Long): Long =>
  typeof v === 'number' || BigInt.asIntN(64, v) === v ? v : overflow(`${v} nanoseconds are beyond INTERVAL`);

/** A point in time and an interval later or earlier. */
function moved(from: SqlType, by: Kind<'INTERVAL'>, to: SqlType, sign: 1 | -1): Calculation {
  const beyond = (): never => overflow(`adding an interval leads beyond ${typeText({ type: to, nullable: true })}`);
  if (from.kind === 'TIME') {
    const { precision } = from;
    const day = secondsPerDay * perSecond(precision);
    return (time, n) => {
      const sum = Number(time) + sign * units(n, precision);
      return ((sum % day) + day) % day;
    };
  }
  if (to.kind === 'DATE') {
    const days = (v: Long): number => (from.kind === 'DATE' ? Number(v) : dayOfTimestamp(v, precisionOf(from)));
    const later =
      by.of === 'MONTH'
        ? (day: number, n: Long) => addMonths(day, sign * Number(n))
        : (day: number, n: Long) => day + sign * Number(whole(n, perDay));
    return (v, n) => {
      const day = later(days(v), n);
      return (day | 0) === day ? day : beyond();
    };
  }
  const precision = precisionOf(to);
  const convert = toPrecision(from, precision);
  if (by.of === 'MONTH')
    return (v, n) => {
      const start = convert(v);
      const day = addMonths(dayOfTimestamp(start, precision), sign * Number(n));
      return timestampOf(day, timeOfTimestamp(start, precision), precision) ?? beyond();
    };
  const unit = 1e9 / perSecond(precision);
  return (v, n) => {
    const start = convert(v);
    const more = whole(n, unit);
    const plain = typeof start === 'number' && typeof more === 'number' ? start + sign * more : Number.NaN;
    if (Number.isSafeInteger(plain)) return plain;
    const sum = BigInt(start) + BigInt(sign) * BigInt(more);
    return BigInt.asIntN(64, sum) === sum ? narrow(sum) : beyond();
  };
}

const precisionOf = (type: SqlType): Precision => (type as Kind<'TIMESTAMP'>).precision;

/** Nanoseconds, within a day, in units of a precision. */
const units = (n: Long, precision: Precision): number =>
  Number(whole(typeof n === 'number' ? n % perDay : n % BigInt(perDay), 1e9 / perSecond(precision)));

/** A DATE or TIMESTAMP as a TIMESTAMP of at least its precision. */
function toPrecision(from: SqlType, precision: Precision): (v: Long) => Long {
  const beyond = (day: number): never => overflow(`${formatDate(day)} is beyond TIMESTAMP(${precision})`);
  if (from.kind === 'DATE') return (v) => timestampOf(Number(v), 0, precision) ?? beyond(Number(v));
  const own = precisionOf(from);
  if (own === precision) return (v) => v;
  const times = perSecond(precision) / perSecond(own);
  return (v) => {
    const day = dayOfTimestamp(v, own);
    return timestampOf(day, timeOfTimestamp(v, own) * times, precision) ?? beyond(day);
  };
}

/** How far two points in time lie apart: nanoseconds, or days where the result is an INT. */
function difference(left: SqlType, right: SqlType, result: SqlType): Calculation {
  if (result.kind !== 'INTERVAL') return (a, b) => exactArithmetic['-'](a, b);
  const [from, to] = [nanosOf(left), nanosOf(right)];
  const beyond = (): never => overflow('the two lie further apart than INTERVAL DAY TO SECOND can say');
  return (a, b) => {
    const [x, y] = [from(a), to(b)];
    const plain = typeof x === 'number' && typeof y === 'number' ? x - y : Number.NaN;
    if (Number.isSafeInteger(plain)) return plain;
    const exact = BigInt(x) - BigInt(y);
    return BigInt.asIntN(64, exact) === exact ? narrow(exact) : beyond();
  };
}

/** Nanoseconds since the epoch, or since midnight; any number of bits. */
function nanosOf(type: SqlType): (v: Long) => Long {
  const unit =
    type.kind === 'DATE' ? perDay : 1e9 / perSecond(type.kind === 'TIME' ? type.precision : precisionOf(type));
  return (v) => {
    const plain = Number(v) * unit;
    return Number.isSafeInteger(plain) ? plain : BigInt(v) * BigInt(unit);
  };
}
