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
import { isInterval, type Long, narrow } from '../sql/values.ts';
import { decimalWhole } from './decimal.ts';
import { divisionByZero, exactArithmetic, negateUnbounded, overflow } from './exact.ts';

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
  if (left.kind === 'INTERVAL' && !isTemporal(right)) return scaled(operator, left, right);
  if (right.kind === 'INTERVAL' && !isTemporal(left)) {
    const multiply = scaled('*', right, left);
    return (a, b) => multiply(b, a);
  }
  if (right.kind === 'INTERVAL') return moved(left, right, result, operator === '-' ? -1 : 1);
  if (left.kind === 'INTERVAL') {
    const move = moved(right, left, result, 1);
    return (a, b) => move(b, a);
  }
  return difference(left, right, result);
}

/** Months are 32 bits. */
function interval(v: Long, type: Kind<'INTERVAL'>): Long {
  if (type.of === 'MONTH' && (Number(v) | 0) !== Number(v))
    return overflow(`${v} months are beyond INTERVAL YEAR TO MONTH`);
  return isInterval(v) ? v : overflow(`${v} nanoseconds are beyond INTERVAL DAY TO SECOND`);
}

/** Plus or minus. */
function ofIntervals(operator: ArithmeticOperator, type: Kind<'INTERVAL'>): Calculation {
  const apart = (a: Long, b: Long): Long => interval(minus(a, b), type);
  return operator === '-' ? apart : (a, b) => apart(a, negateUnbounded(b));
}

/** Of any number of bits. */
function minus(a: Long, b: Long): Long {
  const plain = typeof a === 'number' && typeof b === 'number' ? a - b : Number.NaN;
  return Number.isSafeInteger(plain) ? plain : narrow(BigInt(a) - BigInt(b));
}

/** An interval times or divided by a number, cut off to whole months or nanoseconds. */
function scaled(operator: ArithmeticOperator, type: Kind<'INTERVAL'>, by: SqlType): Calculation {
  const compute = operator === '/' ? dividedBy(by) : times(by);
  return (a, b) => {
    if (operator === '/' && b === 0) divisionByZero('/');
    const value = compute(a, b);
    if (value === undefined || !isInterval(value))
      return overflow(`an interval ${operator} a number is beyond INTERVAL`);
    return interval(value, type);
  };
}

function times(by: SqlType): (a: Long, b: Long) => Long | undefined {
  if (isApproximate(by)) return (a, b) => wholeOf(Number(a) * Number(b));
  const scale = by.kind === 'DECIMAL' ? by.scale : 0;
  return (a, b) => decimalWhole(narrow(BigInt(a) * BigInt(b)), scale);
}

function dividedBy(by: SqlType): (a: Long, b: Long) => Long | undefined {
  if (isApproximate(by)) return (a, b) => wholeOf(Number(a) / Number(b));
  const unit = 10n ** BigInt(by.kind === 'DECIMAL' ? by.scale : 0);
  return (a, b) => narrow((BigInt(a) * unit) / BigInt(b));
}

const isApproximate = (type: SqlType): boolean => type.kind === 'FLOAT' || type.kind === 'DOUBLE';
const wholeOf = (v: number): Long | undefined => (Number.isFinite(v) ? narrow(BigInt(Math.trunc(v))) : undefined);

/** A point in time and an interval later or earlier. */
function moved(from: SqlType, by: Kind<'INTERVAL'>, to: SqlType, sign: 1 | -1): Calculation {
  const move = from.kind === 'TIME' ? movedTime(from, sign) : to.kind === 'DATE' ? movedDate(by, sign) : undefined;
  const later = move ?? movedTimestamp(from, by, precisionOf(to), sign);
  return (v, n) => later(v, n) ?? overflow(`adding an interval leads beyond ${typeText({ type: to, nullable: true })}`);
}

type Move = (v: Long, n: Long) => Long | undefined;

/** Comes round at midnight. */
function movedTime({ precision }: Kind<'TIME'>, sign: 1 | -1): Move {
  const day = secondsPerDay * perSecond(precision);
  return (time, n) => {
    const withinDay = typeof n === 'number' ? n % perDay : n % BigInt(perDay);
    const sum = Number(time) + sign * Number(whole(withinDay, 1e9 / perSecond(precision)));
    return ((sum % day) + day) % day;
  };
}

function movedDate(by: Kind<'INTERVAL'>, sign: 1 | -1): Move {
  return (v, n) => {
    const day = Number(v);
    const later = by.of === 'MONTH' ? addMonths(day, sign * Number(n)) : day + sign * Number(whole(n, perDay));
    return (later | 0) === later ? later : undefined;
  };
}

function movedTimestamp(from: SqlType, by: Kind<'INTERVAL'>, precision: Precision, sign: 1 | -1): Move {
  const timestamp = asTimestamp(from, precision);
  if (by.of === 'MONTH')
    return (v, n) => {
      const start = timestamp(v);
      const day = addMonths(dayOfTimestamp(start, precision), sign * Number(n));
      return timestampOf(day, timeOfTimestamp(start, precision), precision);
    };
  const unit = 1e9 / perSecond(precision);
  return (v, n) => {
    const [start, more] = [timestamp(v), whole(n, unit)];
    const plain = typeof start === 'number' && typeof more === 'number' ? start + sign * more : Number.NaN;
    if (Number.isSafeInteger(plain)) return plain;
    const sum = BigInt(start) + BigInt(sign) * BigInt(more);
    return BigInt.asIntN(64, sum) === sum ? narrow(sum) : undefined;
  };
}

const precisionOf = (type: SqlType): Precision => (type as Kind<'TIMESTAMP'>).precision;

/** Midnight of a DATE; a TIMESTAMP as it is. */
function asTimestamp(from: SqlType, precision: Precision): (v: Long) => Long {
  if (from.kind !== 'DATE') return (v) => v;
  return (v) =>
    timestampOf(Number(v), 0, precision) ?? overflow(`${formatDate(Number(v))} is beyond TIMESTAMP(${precision})`);
}

/** How far two points in time lie apart: nanoseconds, or days where the result is an INT. */
function difference(left: SqlType, right: SqlType, result: SqlType): Calculation {
  if (result.kind !== 'INTERVAL') return (a, b) => exactArithmetic['-'](a, b);
  const [from, to] = [nanosOf(left), nanosOf(right)];
  return (a, b) => minus(from(a), to(b));
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
