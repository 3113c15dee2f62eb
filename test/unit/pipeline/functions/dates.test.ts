/** Functions of dates and times, before 1970 and at every precision. Where Calcite has the function, the results are what it answered; of texts and zones, Flink. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import {
  formatDate,
  formatTime,
  formatTimestamp,
  parseDate,
  parseTime,
  parseTimestamp,
} from '../../../../src/pipeline/sql/functions/calendar.ts';
import { dates } from '../../../../src/pipeline/sql/functions/dates.ts';
import { numbers } from '../../../../src/pipeline/sql/functions/numbers.ts';
import { notNull, plain, type SqlType, time, timestamp } from '../../../../src/pipeline/sql/types.ts';
import type { Long } from '../../../../src/pipeline/sql/values.ts';
import { callsOf } from './call.ts';

const { call, row, unknown } = callsOf([...dates, ...numbers]);
const varchar = plain('VARCHAR');
const date = plain('DATE');
const [months, nanoseconds] = [
  { kind: 'INTERVAL', of: 'MONTH' },
  { kind: 'INTERVAL', of: 'SECOND' },
] as const;

/** A value and its type, by its text: a date, a time, or a timestamp in as many digits as it has. */
function temporal(text: string): { v: unknown; type: SqlType } {
  if (!text.includes('-'))
    return { v: parseTime(text, text.length > 12 ? 6 : 3), type: time(text.length > 12 ? 6 : 3) };
  if (text.length <= 11) return { v: parseDate(text), type: date };
  const digits = text.split('.')[1]?.length ?? 0;
  const precision = digits > 6 ? 9 : digits > 3 ? 6 : 3;
  const v = parseTimestamp(text, precision);
  assert.ok(v !== undefined, text);
  return { v, type: timestamp(precision) };
}
function shown(v: unknown, type: SqlType): string {
  if (type.kind === 'DATE') return formatDate(v as number);
  if (type.kind === 'TIME') return formatTime(v as number, type.precision);
  assert.ok(type.kind === 'TIMESTAMP');
  return formatTimestamp(v as Long, type.precision);
}

const extract = (unit: string, text: string): unknown => {
  const { v, type } = temporal(text);
  return call('EXTRACT', [unit, v], [varchar, type]);
};
const rounded = (name: string, text: string, unit: string): string => {
  const { v, type } = temporal(text);
  return shown(call(name, [v, unit], [type, varchar]), type);
};
const added = (unit: string, n: Long, text: string): string => {
  const { v, type } = temporal(text);
  return shown(call('TIMESTAMPADD', [unit, n, v], [varchar, plain('BIGINT'), type]), type);
};
const between = (unit: string, from: string, to: string): unknown => {
  const [a, b] = [temporal(from), temporal(to)];
  return call('TIMESTAMPDIFF', [unit, a.v, b.v], [varchar, a.type, b.type]);
};
const fails = (run: () => unknown, message: RegExp): void => {
  assert.throws(run, (e) => e instanceof RecordError && message.test(e.message));
};

test('EXTRACT gives the fields of times before 1970 as those after', () => {
  const moment = '1969-12-31 23:59:59.123';
  for (const [unit, expected] of [
    ['YEAR', 1969],
    ['MONTH', 12],
    ['DAY', 31],
    ['HOUR', 23],
    ['MINUTE', 59],
    ['SECOND', 59],
    ['MILLISECOND', 59_123],
    ['MICROSECOND', 59_123_000],
    ['NANOSECOND', 59_123_000_000],
    ['EPOCH', 0],
  ] as const)
    assert.equal(extract(unit, moment), expected, unit);
  assert.equal(extract('EPOCH', '1969-12-31 23:59:58.5'), -1);
  assert.equal(extract('EPOCH', '1970-01-02 00:00:01'), 86_401);
  assert.equal(extract('EPOCH', '1970-01-02'), 86_400);
});

test('EXTRACT is the same at every precision', () => {
  fc.assert(
    fc.property(fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 }), (ms) => {
      for (const unit of ['YEAR', 'DOY', 'DOW', 'WEEK', 'HOUR', 'SECOND', 'MILLISECOND', 'NANOSECOND', 'EPOCH']) {
        const of3 = call('EXTRACT', [unit, ms], [varchar, timestamp(3)]);
        const nanos = BigInt(ms) * 1_000_000n;
        assert.equal(call('EXTRACT', [unit, ms * 1000], [varchar, timestamp(6)]), of3);
        assert.equal(
          call('EXTRACT', [unit, Number.isSafeInteger(Number(nanos)) ? Number(nanos) : nanos], [varchar, timestamp(9)]),
          of3,
        );
      }
    }),
  );
  assert.equal(extract('NANOSECOND', '2026-01-31 00:00:01.123456789'), 1_123_456_789);
  assert.equal(extract('MICROSECOND', '2026-01-31 00:00:01.123456789'), 1_123_456);
  assert.equal(extract('MILLISECOND', '1969-12-31 23:59:59.999999999'), 59_999);
});

test('EXTRACT of weeks, quarters and centuries is as the calendar has them', () => {
  for (const [unit, text, expected] of [
    ['DOW', '2026-02-01', 1],
    ['ISODOW', '2026-02-01', 7],
    ['DOW', '1969-12-27', 7],
    ['ISODOW', '1969-12-27', 6],
    ['DOY', '2024-12-31', 366],
    ['ISOYEAR', '2027-01-01', 2026],
    ['WEEK', '2027-01-01', 53],
    ['WEEK', '2026-01-01', 1],
    ['WEEK', '2024-12-30', 1],
    ['WEEK', '1970-01-01', 1],
    ['WEEK', '1969-12-28', 52],
    ['QUARTER', '2027-04-01', 2],
    ['QUARTER', '2027-12-31', 4],
    ['DECADE', '2027-04-01', 202],
    ['CENTURY', '2000-04-01', 20],
    ['CENTURY', '2001-04-01', 21],
    ['MILLENNIUM', '2000-04-01', 2],
    ['MILLENNIUM', '2001-04-01', 3],
    ['HOUR', '2001-04-01', 0],
    ['HOUR', '10:11:12', 10],
    ['MILLISECOND', '10:11:12.345678', 12_345],
  ] as const)
    assert.equal(extract(unit, text), expected, `${unit} of ${text}`);
  fails(() => extract('DAY', '10:00:00'), /TIME has none/);
});

test('EXTRACT of an interval keeps its sign', () => {
  const span = -((((24 + 2) * 60 + 3) * 60 + 4) * 1_000_000_000 + 567_000_000);
  const of = (unit: string, v: Long, type: SqlType) => call('EXTRACT', [unit, v], [varchar, type]);
  for (const [unit, expected] of [
    ['DAY', -1],
    ['HOUR', -2],
    ['MINUTE', -3],
    ['SECOND', -4],
    ['MILLISECOND', -4567],
  ] as const) {
    assert.equal(of(unit, span, nanoseconds), expected, unit);
    assert.equal(of(unit, -(2n ** 62n), nanoseconds), Number((-(2n ** 62n) / divisors[unit]!) % modulos[unit]!), unit);
  }
  assert.equal(of('YEAR', -14, months), -1);
  assert.equal(of('MONTH', -14, months), -2);
  assert.equal(of('EPOCH', 86_400_000_000_000, nanoseconds), 86_400);
  fails(() => of('DAY', 14, months), /this INTERVAL has none/);
  assert.match(row('EXTRACT').check!([notNull(varchar), notNull(plain('INT'))])!, /INTERVAL/);
});
const divisors: Readonly<Record<string, bigint>> = {
  DAY: 86_400_000_000_000n,
  HOUR: 3_600_000_000_000n,
  MINUTE: 60_000_000_000n,
  SECOND: 1_000_000_000n,
  MILLISECOND: 1_000_000n,
};
const modulos: Readonly<Record<string, bigint>> = {
  DAY: 2n ** 63n,
  HOUR: 24n,
  MINUTE: 60n,
  SECOND: 60n,
  MILLISECOND: 60_000n,
};

test('each field has a function of its own', () => {
  const text = '2026-05-31 13:14:15.678';
  const { v, type } = temporal(text);
  for (const [name, unit] of [
    ['YEAR', 'YEAR'],
    ['QUARTER', 'QUARTER'],
    ['MONTH', 'MONTH'],
    ['WEEK', 'WEEK'],
    ['DAYOFYEAR', 'DOY'],
    ['DAYOFMONTH', 'DAY'],
    ['DAYOFWEEK', 'DOW'],
    ['HOUR', 'HOUR'],
    ['MINUTE', 'MINUTE'],
    ['SECOND', 'SECOND'],
  ] as const)
    assert.equal(call(name, [v], [type]), extract(unit, text), name);
  fails(() => call('YEAR', [1], [time(3)]), /YEAR by YEAR: TIME has none/);
});

test('FLOOR gives the beginning of the unit, and CEIL that of the next', () => {
  for (const [text, unit, floor, ceil] of [
    ['1969-12-31 23:59:59.123', 'SECOND', '1969-12-31 23:59:59.000', '1970-01-01 00:00:00.000'],
    ['1969-12-31 23:59:59.123', 'HOUR', '1969-12-31 23:00:00.000', '1970-01-01 00:00:00.000'],
    ['1969-12-31 23:59:59.123', 'DAY', '1969-12-31 00:00:00.000', '1970-01-01 00:00:00.000'],
    ['1969-12-31 23:59:59.123', 'MONTH', '1969-12-01 00:00:00.000', '1970-01-01 00:00:00.000'],
    ['1970-01-01 00:00:00', 'DAY', '1970-01-01 00:00:00.000', '1970-01-01 00:00:00.000'],
    ['1970-01-01 00:00:00.5', 'WEEK', '1969-12-28 00:00:00.000', '1970-01-04 00:00:00.000'],
    ['1970-01-01 00:00:00.5', 'MONTH', '1970-01-01 00:00:00.000', '1970-02-01 00:00:00.000'],
    ['1970-01-01 00:00:00.5', 'QUARTER', '1970-01-01 00:00:00.000', '1970-04-01 00:00:00.000'],
    ['2026-01-31 00:00:00.5', 'YEAR', '2026-01-01 00:00:00.000', '2027-01-01 00:00:00.000'],
    ['2026-02-01 00:00:00.123456', 'MILLISECOND', '2026-02-01 00:00:00.123000', '2026-02-01 00:00:00.124000'],
    ['2026-02-01 00:00:00.123456', 'NANOSECOND', '2026-02-01 00:00:00.123456', '2026-02-01 00:00:00.123456'],
    ['1969-12-31 23:59:59.999999999', 'MICROSECOND', '1969-12-31 23:59:59.999999000', '1970-01-01 00:00:00.000000000'],
    ['2026-01-31', 'MONTH', '2026-01-01', '2026-02-01'],
    ['2026-01-31', 'WEEK', '2026-01-25', '2026-02-01'],
    ['2026-02-01', 'WEEK', '2026-02-01', '2026-02-01'],
    ['2026-06-30', 'QUARTER', '2026-04-01', '2026-07-01'],
    ['2026-02-01', 'YEAR', '2026-01-01', '2027-01-01'],
    ['2026-02-01', 'DECADE', '2020-01-01', '2030-01-01'],
    ['2026-02-01', 'CENTURY', '2001-01-01', '2101-01-01'],
    ['2000-02-01', 'CENTURY', '1901-01-01', '2001-01-01'],
    ['2026-02-01', 'MILLENNIUM', '2001-01-01', '3001-01-01'],
    ['2000-02-01', 'MILLENNIUM', '1001-01-01', '2001-01-01'],
    ['2026-02-01', 'HOUR', '2026-02-01', '2026-02-01'],
    ['12:44:31', 'MINUTE', '12:44:00.000', '12:45:00.000'],
    ['12:00:00.000', 'HOUR', '12:00:00.000', '12:00:00.000'],
    ['12:00:00.000001', 'MILLISECOND', '12:00:00.000000', '12:00:00.001000'],
  ] as const) {
    assert.equal(rounded('FLOOR', text, unit), floor, `FLOOR(${text} TO ${unit})`);
    assert.equal(rounded('CEIL', text, unit), ceil, `CEIL(${text} TO ${unit})`);
    assert.equal(rounded('CEILING', text, unit), ceil);
  }
});

test('FLOOR and CEIL beyond what the type holds are errors, as are units that it has not', () => {
  fails(() => call('CEIL', [2 ** 31 - 1, 'YEAR'], [date, varchar]), /beyond DATE/);
  fails(() => call('FLOOR', [-(2 ** 31), 'MILLENNIUM'], [date, varchar]), /beyond DATE/);
  fails(() => call('CEIL', [2n ** 63n - 1n, 'SECOND'], [timestamp(9), varchar]), /beyond TIMESTAMP/);
  fails(() => call('FLOOR', [-(2n ** 63n), 'YEAR'], [timestamp(9), varchar]), /beyond TIMESTAMP/);
  fails(() => rounded('CEIL', '23:44:31', 'HOUR'), /beyond TIME/);
  fails(() => rounded('FLOOR', '23:44:31', 'DAY'), /FLOOR by DAY: TIME has none/);
  fails(() => rounded('FLOOR', '2026-01-31', 'DOW'), /FLOOR by DOW: DATE has none/);
});

test('TIMESTAMPADD adds months to the last day of the month', () => {
  for (const [unit, n, text, expected] of [
    ['MONTH', 1, '2026-01-31', '2026-02-28'],
    ['YEAR', 1, '2024-02-29', '2025-02-28'],
    ['QUARTER', -1, '2026-01-31 10:00:00', '2025-10-31 10:00:00.000'],
    ['CENTURY', 1, '2000-02-29', '2100-02-28'],
    ['WEEK', 1, '2026-01-31 10:00:00', '2026-02-07 10:00:00.000'],
    ['DAY', -1, '1970-01-01', '1969-12-31'],
    ['HOUR', 25, '2026-01-31 10:00:00', '2026-02-01 11:00:00.000'],
    ['SECOND', -1, '1970-01-01 00:00:00.5', '1969-12-31 23:59:59.500'],
    ['MICROSECOND', 1500, '2026-01-31 10:00:00.000', '2026-01-31 10:00:00.001'],
    ['MICROSECOND', -1, '2026-01-31 10:00:00.000', '2026-01-31 10:00:00.000'],
    ['NANOSECOND', 1, '2026-01-31 23:59:59.999999999', '2026-02-01 00:00:00.000000000'],
    ['MONTH', 1, '2026-01-31 10:00:00.123456789', '2026-02-28 10:00:00.123456789'],
    ['HOUR', 25, '10:00:00', '11:00:00.000'],
    ['MINUTE', -601, '10:00:00', '23:59:00.000'],
    ['MICROSECOND', 1, '23:59:59.999999', '00:00:00.000000'],
  ] as const)
    assert.equal(added(unit, n, text), expected, `${text} and ${n} ${unit}`);
  fails(() => added('HOUR', 1, '2026-01-31'), /cast it to TIMESTAMP/);
  fails(() => added('MONTH', 1, '10:00:00'), /TIME has none/);
  fails(() => added('DAY', 2n ** 62n, '2026-01-31'), /beyond DATE/);
  fails(() => added('YEAR', 2 ** 40, '2026-01-31 10:00:00'), /beyond TIMESTAMP/);
  fails(() => added('DAY', 300_000, '2026-01-31 10:00:00.123456789'), /beyond TIMESTAMP/);
  fails(() => added('SECOND', 2n ** 62n, '2026-01-31 10:00:00'), /beyond TIMESTAMP/);
});

test('TIMESTAMPDIFF counts whole units, towards zero', () => {
  for (const [unit, from, to, expected] of [
    ['MONTH', '2026-01-31', '2026-02-28', 0],
    ['MONTH', '2026-02-28', '2026-01-31', 0],
    ['MONTH', '2026-03-30', '2026-02-28', -1],
    ['MONTH', '2026-01-15 12:00:00', '2026-02-15 11:00:00', 0],
    ['MONTH', '2026-01-15 12:00:00', '2026-02-15 12:00:00', 1],
    ['MONTH', '2026-02-15 11:00:00', '2026-01-15 12:00:00', 0],
    ['YEAR', '2024-02-29', '2025-02-28', 0],
    ['QUARTER', '2024-01-01', '2024-12-31', 3],
    ['DECADE', '2024-02-29', '2044-02-28', 1],
    ['DAY', '2026-01-31 12:00:00', '2026-02-01 11:00:00', 0],
    ['DAY', '2026-02-01 11:00:00', '2026-01-31 12:00:00', 0],
    ['DAY', '2026-01-31', '2026-02-01 11:00:00', 1],
    ['DAY', '1969-12-30', '1970-01-02', 3],
    ['WEEK', '2024-02-28', '2024-03-14', 2],
    ['HOUR', '2024-02-28', '2024-03-01', 48],
    ['SECOND', '2026-01-31 12:00:00.9', '2026-01-31 12:00:01.1', 0],
    ['SECOND', '1969-12-31 23:59:59', '1970-01-01 00:00:01', 2],
    ['MINUTE', '10:00:00', '10:30:30', 30],
    ['MINUTE', '10:30:30.000001', '10:00:00', -30],
    ['MICROSECOND', '2026-01-15 12:00:00', '2026-01-15 12:00:01', 1_000_000],
    ['NANOSECOND', '1970-01-01', '2026-01-01', 1_767_225_600_000_000_000n],
    ['NANOSECOND', '2026-01-01 00:00:00.000000001', '2026-01-01 00:00:00.000', -1],
    ['DAY', '1700-01-01 00:00:00.000000001', '2200-01-01', 182_620],
  ] as const)
    assert.equal(between(unit, from, to), expected, `${unit} from ${from} to ${to}`);
  fails(() => between('MONTH', '10:00:00', '11:00:00'), /TIME has none/);
  fails(() => between('NANOSECOND', '0001-01-01', '9999-01-01'), /beyond BIGINT/);
  assert.match(row('TIMESTAMPDIFF').check!([notNull(varchar), notNull(date), notNull(time(3))])!, /TIME with a TIME/);
});

test('adding the months of a difference never goes beyond the other time', () => {
  const span = fc.integer({ min: -4_000_000_000_000, max: 4_000_000_000_000 });
  fc.assert(
    fc.property(span, span, (x, y) => {
      const [a, b] = [Math.min(x, y), Math.max(x, y)];
      const types = [varchar, timestamp(3), timestamp(3)];
      const n = call('TIMESTAMPDIFF', ['MONTH', a, b], types) as number;
      const later = (count: number) =>
        call('TIMESTAMPADD', ['MONTH', count, a], [varchar, plain('BIGINT'), timestamp(3)]) as number;
      assert.ok(later(n) <= b, `${n} months`);
      assert.ok(later(n + 2) > b);
    }),
  );
});

test('LAST_DAY and DATE_DIFF are of days alone', () => {
  const last = (text: string): string => {
    const { v, type } = temporal(text);
    return formatDate(call('LAST_DAY', [v], [type]) as number);
  };
  assert.equal(last('2024-02-01'), '2024-02-29');
  assert.equal(last('1900-02-01'), '1900-02-28');
  assert.equal(last('2024-12-31'), '2024-12-31');
  assert.equal(last('1969-11-30 10:00:00.123456'), '1969-11-30');
  const days = (a: string, b: string): unknown => {
    const [first, second] = [temporal(a), temporal(b)];
    return call('DATE_DIFF', [first.v, second.v], [first.type, second.type]);
  };
  assert.equal(days('2024-02-01', '2024-01-01'), 31);
  assert.equal(days('2024-02-01 00:00:00.000001', '2024-01-31 23:59:59'), 1);
  assert.equal(days('1969-12-31 23:59:59.999999999', '1970-01-01'), -1);
  assert.match(row('LAST_DAY').check!([notNull(time(3))])!, /DATE or TIMESTAMP/);
});

test('the time as it is is in UTC, and of the right type', () => {
  const before = Date.now();
  for (const name of ['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIMESTAMP']) {
    const v = call(name, []) as number;
    assert.ok(v >= before && v <= Date.now());
    assert.ok(row(name).volatile);
    assert.deepEqual(row(name).result([]), timestamp(3, name !== 'LOCALTIMESTAMP'));
  }
  const day = call('CURRENT_DATE', []) as number;
  assert.ok(day === Math.floor(before / 86_400_000) || day === Math.floor(Date.now() / 86_400_000));
  for (const name of ['CURRENT_TIME', 'LOCALTIME']) {
    const v = call(name, []) as number;
    assert.ok(v >= 0 && v < 86_400_000);
  }
});

const format = (text: string, pattern: string): unknown => {
  const { v, type } = temporal(text);
  const known = call('DATE_FORMAT', [v, pattern], [type, varchar]);
  assert.equal(unknown('DATE_FORMAT', [v, pattern], [type, varchar]), known);
  return known;
};

test('DATE_FORMAT knows the letters of Java', () => {
  const moment = '2026-01-31 13:04:05.678';
  for (const [pattern, expected] of [
    ['yyyy-MM-dd HH:mm:ss.SSS', '2026-01-31 13:04:05.678'],
    ['yy M d h a E EEEE MMM MMMM D w u Q', '26 1 31 1 PM Sat Saturday Jan January 31 5 2026 1'],
    ["yyyy'Q'Q ''", "2026Q1 '"],
    ["'o''clock'", "o'clock"],
    ['y yyy S SS SSSSSS k K H m s', '2026 2026 6 67 678000 13 1 13 4 5'],
    ['YYYY-ww DDD', '2026-05 031'],
    ["yyyy-MM-dd'T'HH:mm:ssX", '2026-01-31T13:04:05Z'],
    ['x xx xxx Z z', '+00 +0000 +00:00 +0000 UTC'],
    ['%yyyy', '%2026'],
    ['', ''],
  ] as const)
    assert.equal(format(moment, pattern), expected, pattern);
  assert.equal(format('2027-01-01', 'YYYY ww EEE HH:mm:ss.SSS'), '2026 53 Fri 00:00:00.000');
  assert.equal(format('2026-01-31 00:30:00', 'h K k a'), '12 0 24 AM');
  assert.equal(format('2026-01-31 12:30:00', 'hh KK kk a'), '12 00 12 PM');
  assert.equal(format('1969-12-31 23:59:59.987654321', 'ss.SSSSSSSSS'), '59.987654321');
  assert.equal(format('+12345-01-31', 'yyyy yy y'), '+12345 45 12345');
  assert.equal(format('-0044-03-15', 'yyyy'), '-0044');
  assert.equal(call('DATE_FORMAT', ['2026-01-31 13:04:05', 'yyyy']), '2026');
  assert.equal(call('DATE_FORMAT', ['nope', 'yyyy']), null);
});

test('a pattern that means nothing is found when it is read', () => {
  for (const [pattern, message] of [
    ['b', /b means nothing/],
    ['MMMMM', /MMMMM means nothing/],
    ["yyyy 'x", /quote is not closed/],
  ] as const) {
    fails(() => format('2026-01-31', pattern), message);
    fails(() => call('TO_TIMESTAMP', ['x', pattern]), message);
  }
  fails(() => call('TO_TIMESTAMP', ['2026', 'YYYY']), /nothing can be read: Y/);
});

const parsed = (name: string, args: readonly string[]): string | null => {
  const v = call(name, args);
  assert.deepEqual(unknown(name, args), v);
  return v === null ? null : name === 'TO_DATE' ? formatDate(v as number) : formatTimestamp(v as number, 3);
};

test('TO_TIMESTAMP reads what it is told to, and is NULL for anything else', () => {
  for (const [text, pattern, expected] of [
    ['31/01/2026 13.04', 'dd/MM/yyyy HH.mm', '2026-01-31 13:04:00.000'],
    ['2026-01-31 01:04 PM', 'yyyy-MM-dd hh:mm a', '2026-01-31 13:04:00.000'],
    ['2026-01-31 12:04 am', 'yyyy-MM-dd hh:mm a', '2026-01-31 00:04:00.000'],
    ['31 Jan 2026', 'dd MMM yyyy', '2026-01-31 00:00:00.000'],
    ['31 jANUARY 2026', 'd MMMM yyyy', '2026-01-31 00:00:00.000'],
    ['Sat, 31 Jan 2026', 'EEE, dd MMM yyyy', '2026-01-31 00:00:00.000'],
    ['Sun, 31 Jan 2026', 'EEE, dd MMM yyyy', null],
    ['31 Jan 2026 x', 'dd MMM yyyy', null],
    ['2026-02-30', 'yyyy-MM-dd', null],
    ['2026-1-5', 'yyyy-MM-dd', '2026-01-05 00:00:00.000'],
    ['2026/1/5', 'yyyy-MM-dd', null],
    ['2026-1-5', 'yyyy-M-d', '2026-01-05 00:00:00.000'],
    ['20260131130405', 'yyyyMMddHHmmss', '2026-01-31 13:04:05.000'],
    ['31.1.26', 'd.M.yy', '2026-01-31 00:00:00.000'],
    ['2026-01-31 13:04:05.123456789', 'yyyy-MM-dd HH:mm:ss.SSSSSSSSS', '2026-01-31 13:04:05.123'],
    ['1970-01-01 08:00:01.5 +0800', 'yyyy-MM-dd HH:mm:ss.S X', '1970-01-01 00:00:01.500'],
    ['1970-01-01 00:00 -0830', 'yyyy-MM-dd HH:mm Z', '1970-01-01 08:30:00.000'],
    ['2026-01-31T00:00:00Z', "yyyy-MM-dd'T'HH:mm:ssX", '2026-01-31 00:00:00.000'],
    ['24:30', 'kk:mm', '1970-01-01 00:30:00.000'],
    ['25:30', 'HH:mm', null],
    ['13:30', 'hh:mm', null],
    ['00:60', 'HH:mm', null],
    ['', 'yyyy', null],
  ] as const)
    assert.equal(parsed('TO_TIMESTAMP', [text, pattern]), expected, `${text} by ${pattern}`);
  assert.equal(parsed('TO_TIMESTAMP', ['2026-01-31 13:04:05.678']), '2026-01-31 13:04:05.678');
  assert.equal(parsed('TO_TIMESTAMP', ['2026-01-31']), '2026-01-31 00:00:00.000');
  assert.equal(parsed('TO_TIMESTAMP', ['nope']), null);
  assert.equal(parsed('TO_DATE', ['2026-01-31']), '2026-01-31');
  assert.equal(parsed('TO_DATE', ['31.12.1969', 'dd.MM.yyyy']), '1969-12-31');
  assert.equal(parsed('TO_DATE', ['2026-02-30']), null);
});

test('what is printed by a pattern is read by it', () => {
  const patterns = ['yyyy-MM-dd HH:mm:ss.SSS', 'EEEE, d MMMM yyyy hh:mm:ss.SSS a', 'yyyyMMddkkmmssSSSX'];
  fc.assert(
    fc.property(
      fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }),
      fc.constantFrom(...patterns),
      (ms, pattern) => {
        const text = call('DATE_FORMAT', [ms, pattern], [timestamp(3), varchar]);
        assert.equal(call('TO_TIMESTAMP', [text, pattern]), ms, String(text));
      },
    ),
  );
});

test('seconds since 1970 and texts are each other', () => {
  assert.equal(call('FROM_UNIXTIME', [44]), '1970-01-01 00:00:44');
  assert.equal(call('FROM_UNIXTIME', [-1]), '1969-12-31 23:59:59');
  assert.equal(call('FROM_UNIXTIME', [44, 'yyyy']), '1970');
  assert.equal(unknown('FROM_UNIXTIME', [44, 'yyyy']), '1970');
  assert.equal(call('UNIX_TIMESTAMP', ['1970-01-01 00:00:44']), 44);
  assert.equal(call('UNIX_TIMESTAMP', ['1970-01-01 00:00:44.9', 'yyyy-MM-dd HH:mm:ss.S']), 44);
  assert.equal(call('UNIX_TIMESTAMP', ['nope']), null);
  assert.equal(call('UNIX_TIMESTAMP', [44_000_000n], [timestamp(6)]), 44);
  assert.equal(call('UNIX_TIMESTAMP', [1], [date]), 86_400);
  const now = call('UNIX_TIMESTAMP', []) as number;
  assert.ok(Math.abs(now - Date.now() / 1000) < 60);
});

test('TO_TIMESTAMP_LTZ takes seconds, milliseconds or text', () => {
  const bigint = plain('BIGINT');
  assert.equal(call('TO_TIMESTAMP_LTZ', [1000, 0]), 1_000_000);
  assert.equal(call('TO_TIMESTAMP_LTZ', [1000, 3]), 1000);
  assert.equal(call('TO_TIMESTAMP_LTZ', [-1]), -1);
  assert.equal(call('TO_TIMESTAMP_LTZ', ['1970-01-01 00:00:01']), 1000);
  assert.equal(call('TO_TIMESTAMP_LTZ', ['02.01.1970', 'dd.MM.yyyy']), 86_400_000);
  assert.equal(call('TO_TIMESTAMP_LTZ', ['nope']), null);
  fails(() => call('TO_TIMESTAMP_LTZ', [1000, 6]), /precision 6/);
  assert.equal(call('TO_TIMESTAMP_LTZ', [2n ** 60n, 0], [bigint]), null);
  const { check } = row('TO_TIMESTAMP_LTZ');
  assert.match(check!([notNull(bigint), notNull(varchar)])!, /0 or 3/);
  assert.match(check!([notNull(varchar), notNull(bigint)])!, /pattern/);
  assert.match(check!([notNull(plain('DOUBLE'))])!, /integer or VARCHAR/);
});

test('CONVERT_TZ goes from one zone to another, summer time and gaps included', () => {
  for (const [text, from, to, expected] of [
    ['1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles', '1969-12-31 16:00:00'],
    ['2026-07-01 12:00:00', 'Europe/Berlin', 'UTC', '2026-07-01 10:00:00'],
    ['2026-01-01 12:00:00', 'Europe/Berlin', 'America/New_York', '2026-01-01 06:00:00'],
    // The other zone's offset is that of the instant: summer time begins there later that day.
    ['2026-03-29 07:30:00', 'Asia/Tokyo', 'Europe/Berlin', '2026-03-28 23:30:00'],
    // The gap, and the hour that comes twice.
    ['2021-03-28 02:30:00', 'Europe/Berlin', 'UTC', '2021-03-28 01:30:00'],
    ['2021-10-31 02:30:00', 'Europe/Berlin', 'UTC', '2021-10-31 01:30:00'],
    ['2021-10-31 01:30:00', 'Europe/Berlin', 'UTC', '2021-10-30 23:30:00'],
    ['2021-10-31 03:30:00', 'Europe/Berlin', 'UTC', '2021-10-31 02:30:00'],
    ['2021-10-31 02:30:00', 'GMT-08:00', 'UTC', '2021-10-31 10:30:00'],
    ['2021-10-31 02:30:00.123', 'UTC', '+05:45', '2021-10-31 08:15:00'],
    ['2021-10-31 02:30:00', 'UTC', 'Asia/Kathmandu', '2021-10-31 08:15:00'],
    ['1969-12-31 23:59:59', 'GMT', 'Z', '1969-12-31 23:59:59'],
    ['nope', 'UTC', 'UTC', null],
  ] as const) {
    assert.equal(call('CONVERT_TZ', [text, from, to]), expected, text);
    assert.equal(unknown('CONVERT_TZ', [text, from, to]), expected);
  }
  const { v, type } = temporal('1969-12-31 23:59:59.123456789');
  const result = unknown('CONVERT_TZ', [v, 'UTC', 'Asia/Tokyo'], [type]) as Long;
  assert.equal(formatTimestamp(result, 9), '1970-01-01 08:59:59.123456789');
  fails(() => call('CONVERT_TZ', ['2021-10-31 02:30:00', 'Nowhere/None', 'UTC']), /no time zone Nowhere\/None/);
  fails(() => unknown('CONVERT_TZ', ['2021-10-31 02:30:00', 'UTC', '+99:00']), /no time zone/);
  fails(() => call('CONVERT_TZ', [2n ** 63n - 1n, 'UTC', 'Asia/Tokyo'], [timestamp(9)]), /beyond TIMESTAMP/);
  assert.match(
    row('CONVERT_TZ').check!([notNull(timestamp(3, true)), notNull(varchar), notNull(varchar)])!,
    /without a zone/,
  );
});

test('an argument of the type of NULL is no mistake', () => {
  const none = { kind: 'NULL' } as const;
  for (const name of ['YEAR', 'LAST_DAY', 'TO_DATE', 'UNIX_TIMESTAMP']) assert.equal(call(name, [null]), null);
  for (const [name, types, known] of [
    ['EXTRACT', [varchar, none], ['DAY', null]],
    ['FLOOR', [none, varchar], [null, 'DAY']],
    ['TIMESTAMPADD', [varchar, plain('INT'), none], ['DAY', 1, null]],
    ['TIMESTAMPDIFF', [varchar, none, date], ['DAY', null, 1]],
    ['CONVERT_TZ', [none, varchar, varchar], [null, 'UTC', 'UTC']],
  ] as const) {
    const { body, check } = row(name);
    const typed = types.map((type) => notNull(type));
    assert.ok(body.via === 'made');
    assert.equal(check?.(typed), undefined);
    assert.equal(typeof body.make(typed, known), 'function');
  }
});
