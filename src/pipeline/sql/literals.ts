/** Literals of SQL text → values: numbers, dates and times, intervals. Answers undefined (or what is wrong) instead of throwing. */
import type { IntervalUnit } from './ast.ts';
import { parseDate, parseTime, parseTimestamp } from './functions/calendar.ts';
import { precisionMax } from './type-rules.ts';
import { decimal, plain, type SqlType, time, timestamp, withDigits } from './types.ts';
import { isInterval, type Long, narrow, type Value } from './values.ts';

export interface Literal {
  readonly type: SqlType;
  readonly value: Value;
}
export type Read = Literal | { readonly wrong: string; readonly remedy?: string };

/** `12` is INT or BIGINT, `1.5` DECIMAL, `1e9` DOUBLE. */
export function numberLiteral(text: string, negative = false): Read {
  if (/^\d+$/.test(text)) return integerLiteral(text, negative);
  if (/[eE]/.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) return { wrong: `${text} is beyond DOUBLE` };
    return { type: plain('DOUBLE'), value: negative ? -value : value };
  }
  const [whole = '', fraction = ''] = text.split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const precision = Math.max(digits.length, fraction.length, 1);
  if (precision > precisionMax)
    return {
      wrong: `the number has more than ${precisionMax} digits`,
      remedy: 'write it with an exponent for a DOUBLE',
    };
  const unscaled = BigInt(digits === '' ? '0' : digits);
  return { type: decimal(precision, fraction.length), value: narrow(negative ? -unscaled : unscaled) };
}

function integerLiteral(text: string, negative: boolean): Read {
  const digits = text.replace(/^0+(?=\d)/, '');
  const value = digits.length > 30 ? 10n ** 30n : BigInt(negative ? `-${digits}` : digits);
  if (BigInt.asIntN(64, value) !== value)
    return {
      wrong: 'the number is beyond BIGINT',
      remedy: 'write it with a point for a DECIMAL, or an exponent for a DOUBLE',
    };
  return { type: plain(BigInt.asIntN(32, value) === value ? 'INT' : 'BIGINT'), value: narrow(value) };
}

/** The text after DATE, TIME or TIMESTAMP; as many digits of a second as are written decide the precision. */
export function datetimeLiteral(kind: 'DATE' | 'TIME' | 'TIMESTAMP', text: string): Read {
  const fraction = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  const example = { DATE: '2026-01-31', TIME: '13:00:00', TIMESTAMP: '2026-01-31 13:00:00.5' }[kind];
  const wrong = { wrong: `'${text.slice(0, 40)}' is no ${kind}`, remedy: `write it as ${kind} '${example}'` };
  if (kind === 'DATE') {
    const value = parseDate(text);
    return value === undefined ? wrong : { type: plain('DATE'), value };
  }
  if (kind === 'TIME') {
    const precision = fraction > 3 ? 6 : 3;
    const value = parseTime(text, precision);
    return value === undefined ? wrong : { type: withDigits(time(precision), fraction), value };
  }
  const precision = fraction > 6 ? 9 : fraction > 3 ? 6 : 3;
  const value = parseTimestamp(text, precision);
  return value === undefined ? wrong : { type: withDigits(timestamp(precision), fraction), value };
}

const order: readonly IntervalUnit[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
/** In months or nanoseconds. */
const unitOf: Readonly<Record<string, bigint>> = {
  YEAR: 12n,
  MONTH: 1n,
  DAY: 86_400_000_000_000n,
  HOUR: 3_600_000_000_000n,
  MINUTE: 60_000_000_000n,
  SECOND: 1_000_000_000n,
};
/** What a field that isn't the first may be, at most. */
const fieldMax: Readonly<Record<string, number>> = { MONTH: 11, HOUR: 23, MINUTE: 59, SECOND: 59 };

const isMonthly = (unit: IntervalUnit): boolean => unit === 'YEAR' || unit === 'MONTH';
/** YEAR TO MONTH, or from a unit of DAY … SECOND to the same or a smaller one. */
export const isIntervalOf = (from: IntervalUnit, to: IntervalUnit): boolean =>
  order.indexOf(from) <= order.indexOf(to) && isMonthly(from) === isMonthly(to);

/** `'1-2' YEAR TO MONTH`, `'3 04:05:06.7' DAY TO SECOND`, `'90' MINUTE`. */
export function intervalLiteral(
  text: string,
  from: IntervalUnit,
  to: IntervalUnit | undefined,
  negated: boolean,
  times = 1,
): Read {
  const last = to ?? from;
  if (!isIntervalOf(from, last)) return { wrong: `an INTERVAL can't go from ${from} to ${last}` };
  const one = intervalReader(from, last)(text, negated);
  const value =
    typeof one === 'string' || times === 1 ? one : (intervalOf(BigInt(one) * BigInt(times), from) ?? tooLong);
  if (typeof value === 'string') return { wrong: value };
  const wholeDays = last === 'DAY' ? { wholeDays: true as const } : {};
  return { type: { kind: 'INTERVAL', of: isMonthly(from) ? 'MONTH' : 'SECOND', ...wholeDays }, value };
}

const tooLong = 'the interval is too long';

/** Reads texts of these fields: months or nanoseconds, or what is wrong. */
export function intervalReader(
  from: IntervalUnit,
  last: IntervalUnit,
): (text: string, negated: boolean) => Long | string {
  const units = order.slice(order.indexOf(from), order.indexOf(last) + 1);
  const separators: Readonly<Record<string, string>> = { MONTH: '-', HOUR: ' +', MINUTE: ':', SECOND: ':' };
  const pattern = units.map((unit, i) => {
    const digits = unit === 'SECOND' ? '(\\d+(?:\\.\\d{1,9})?)' : '(\\d+)';
    return i === 0 ? digits : `${separators[unit]}${digits}`;
  });
  const whole = new RegExp(`^\\s*([+-]?)\\s*${pattern.join('')}\\s*$`);
  return (text, negated) => {
    const wrong = `'${text.slice(0, 40)}' is no interval of ${from === last ? from : `${from} TO ${last}`}`;
    const found = whole.exec(text);
    if (found === null) return wrong;
    const sign = (found[1] === '-') === negated ? 1n : -1n;
    let sum = 0n;
    for (const [i, unit] of units.entries()) {
      const written = found[i + 2]!;
      if (written.length > 20) return wrong;
      if (i > 0 && Number(written) >= (fieldMax[unit] ?? 0) + 1)
        return `${written} ${unit}s are more than an interval's field holds`;
      sum += unit === 'SECOND' ? nanosOf(written) : BigInt(written) * unitOf[unit]!;
    }
    return intervalOf(sum * sign, from) ?? tooLong;
  };
}

/** So many whole units. */
export const intervalOfUnits = (count: Long, unit: IntervalUnit): Long | undefined =>
  intervalOf(BigInt(count) * unitOf[unit]!, unit);

/** Undefined: longer than there are. */
function intervalOf(value: bigint, unit: IntervalUnit): Long | undefined {
  const fits = isMonthly(unit) ? BigInt.asIntN(32, value) === value : isInterval(value);
  return fits ? narrow(value) : undefined;
}

function nanosOf(seconds: string): bigint {
  const [whole, fraction = ''] = seconds.split('.');
  return BigInt(whole!) * unitOf['SECOND']! + BigInt(fraction.padEnd(9, '0'));
}
