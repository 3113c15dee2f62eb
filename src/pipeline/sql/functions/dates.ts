/** Functions of dates and times: all rows, and those about one value's fields and units. Everything is in UTC. */
import { plain, type SqlType, type Typed, time, timestamp, typeText } from '../types.ts';
import type { Long } from '../values.ts';
import { civil, dayOfTimestamp, daysOf, monthIn, monthLength, yearIn } from './calendar.ts';
import { dateTexts } from './date-texts.ts';
import type { Example, Implementation, Parameter, SqlFunction } from './function.ts';
import { bigint } from './results.ts';
import { extraction } from './time-fields.ts';
import { addition, difference } from './time-sums.ts';
import { timeIn } from './time-units.ts';
import { zoneRows } from './zone-rows.ts';

const value: Parameter = { name: 'value', type: 'TEMPORAL' };
const unit: Parameter = { name: 'unit', type: 'UNIT' };
const ofTime = { category: 'dates and times', parameters: [value], nulls: 'strict', result: bigint } as const;
const date = (): SqlType => plain('DATE');

const field = (name: string, of: string, doc: string, example: Example): SqlFunction => ({
  ...ofTime,
  name,
  doc: `${doc} The same as EXTRACT(${of} FROM value).`,
  examples: [example],
  body: { via: 'made', make: ([given]) => extraction(name, of, given!.type) },
});

const now = (name: string, doc: string, example: Example, result: SqlType, fn: () => number): SqlFunction => ({
  ...ofTime,
  name,
  doc: `${doc} Another one for each record.`,
  examples: [example],
  parameters: [],
  result: () => result,
  volatile: true,
  body: { via: 'call', fn },
});

/** The unit is among the arguments, but the function was made for it. */
const afterUnit =
  (fn: Implementation): Implementation =>
  (_: string, v: Long, w: Long) =>
    fn(v, w);

const dayMilliseconds = 86_400_000;

/** The function of a day, for a DATE or a TIMESTAMP. */
const ofDay = (type: SqlType, fn: (day: number) => number): Implementation => {
  if (type.kind !== 'TIMESTAMP') return fn;
  const { precision } = type;
  return (v: Long) => fn(dayOfTimestamp(v, precision));
};
const hasDay = (args: readonly Typed[]): string | undefined => {
  const without = args.find((a) => a.type.kind === 'TIME');
  return without === undefined ? undefined : `wants DATE or TIMESTAMP, not ${typeText(without)}`;
};

function lastDay(day: number): number {
  const found = civil(day);
  return daysOf(yearIn(found), monthIn(found), monthLength(yearIn(found), monthIn(found)));
}

const daysBetween = (name: string): SqlFunction => ({
  ...ofTime,
  name,
  doc: 'How many days the first date is after the second; times of day do not count.',
  examples: [{ sql: `${name}(DATE '2024-03-01', DATE '2024-02-28')`, result: '2' }],
  parameters: [
    { name: 'date', type: 'TEMPORAL' },
    { name: 'other', type: 'TEMPORAL' },
  ],
  check: hasDay,
  body: {
    via: 'made',
    make: ([first, second]) => {
      const [a, b] = [ofDay(first!.type, Number), ofDay(second!.type, Number)];
      return (v: Long, w: Long) => Number(a(v)) - Number(b(w));
    },
  },
});

const isNow = { sql: 'YEAR(CURRENT_TIMESTAMP) > 2020', result: 'true' };

const units: readonly SqlFunction[] = [
  {
    ...ofTime,
    name: 'EXTRACT',
    doc: 'A field of a date, time or interval, by its unit. MILLISECOND, MICROSECOND and NANOSECOND count from the last minute on, EPOCH in whole seconds from 1970; DOW is from 1 (Sunday) to 7, ISODOW from 1 (Monday) to 7, WEEK and ISOYEAR are of ISO 8601.',
    examples: [
      { sql: "EXTRACT(DAY FROM DATE '2026-01-31')", result: '31' },
      { sql: "EXTRACT(MILLISECOND FROM TIMESTAMP '2026-01-31 13:14:15.123')", result: '15123' },
      { sql: "EXTRACT(HOUR FROM INTERVAL '1 02' DAY TO HOUR)", result: '2' },
    ],
    parameters: [unit, { name: 'value', type: 'ANY' }],
    check: ([, given]) =>
      ['DATE', 'TIME', 'TIMESTAMP', 'INTERVAL', 'NULL'].includes(given!.type.kind)
        ? undefined
        : `wants DATE, TIME, TIMESTAMP or INTERVAL, not ${typeText(given!)}`,
    body: { via: 'made', make: ([, given], [of]) => afterUnit(extraction('EXTRACT', of as string, given!.type)) },
  },
  field('YEAR', 'YEAR', 'The year.', { sql: "YEAR(DATE '2026-01-31')", result: '2026' }),
  field('QUARTER', 'QUARTER', 'The quarter of the year, from 1 to 4.', {
    sql: "QUARTER(DATE '2026-05-01')",
    result: '2',
  }),
  field('MONTH', 'MONTH', 'The month, from 1 to 12.', { sql: "MONTH(DATE '2026-01-31')", result: '1' }),
  field('WEEK', 'WEEK', 'The week of the year by ISO 8601, from 1 to 53.', {
    sql: "WEEK(DATE '2027-01-01')",
    result: '53',
  }),
  field('DAYOFYEAR', 'DOY', 'The day of the year, from 1 to 366.', {
    sql: "DAYOFYEAR(DATE '2024-12-31')",
    result: '366',
  }),
  field('DAYOFMONTH', 'DAY', 'The day of the month, from 1 to 31.', {
    sql: "DAYOFMONTH(DATE '2026-01-31')",
    result: '31',
  }),
  field('DAYOFWEEK', 'DOW', 'The day of the week, from 1 (Sunday) to 7.', {
    sql: "DAYOFWEEK(DATE '2026-02-01')",
    result: '1',
  }),
  field('HOUR', 'HOUR', 'The hour, from 0 to 23.', { sql: "HOUR(TIME '13:14:15')", result: '13' }),
  field('MINUTE', 'MINUTE', 'The minute, from 0 to 59.', { sql: "MINUTE(TIME '13:14:15')", result: '14' }),
  field('SECOND', 'SECOND', 'The whole second, from 0 to 59.', { sql: "SECOND(TIME '13:14:15')", result: '15' }),
  {
    ...ofTime,
    name: 'TIMESTAMPADD',
    doc: 'The date or time so many units later. A month later is the same day, or the last that the month has; a TIME goes on at midnight, and an hour after a DATE is a TIMESTAMP.',
    examples: [
      { sql: "TIMESTAMPADD(MONTH, 1, DATE '2026-01-31')", result: '"2026-02-28"' },
      { sql: "TIMESTAMPADD(HOUR, -2, TIMESTAMP '2026-01-31 01:00:00')", result: '"2026-01-30T23:00:00.000"' },
    ],
    parameters: [unit, { name: 'count', type: 'INTEGER' }, value],
    // An hour after a DATE is a time of that day.
    casts: ([, , given], [of] = []) => [
      undefined,
      undefined,
      given!.type.kind === 'DATE' && timeIn(String(of), 9) !== undefined ? timestamp(3) : undefined,
    ],
    result: ([, , given]) => given!.type,
    fallible: true,
    body: { via: 'made', make: ([, , given], [of]) => afterUnit(addition(of as string, given!.type)) },
  },
  {
    ...ofTime,
    name: 'TIMESTAMPDIFF',
    doc: 'How many whole units lie between the first date or time and the second; negative where the second is earlier.',
    examples: [
      { sql: "TIMESTAMPDIFF(DAY, DATE '2024-02-28', DATE '2024-03-01')", result: '2' },
      { sql: "TIMESTAMPDIFF(MONTH, DATE '2026-01-31', DATE '2026-02-28')", result: '0' },
    ],
    parameters: [unit, { name: 'from', type: 'TEMPORAL' }, { name: 'to', type: 'TEMPORAL' }],
    check: ([, from, to]) => ([from, to].some((v) => v!.type.kind === 'TIME') ? bothTimes([from!, to!]) : undefined),
    fallible: true,
    body: { via: 'made', make: ([, from, to], [of]) => afterUnit(difference(of as string, from!.type, to!.type)) },
  },
  {
    ...ofTime,
    name: 'LAST_DAY',
    doc: 'The last day of the month.',
    examples: [{ sql: "LAST_DAY(DATE '2024-02-01')", result: '"2024-02-29"' }],
    check: hasDay,
    result: date,
    body: { via: 'made', make: ([given]) => ofDay(given!.type, lastDay) },
  },
  daysBetween('DATE_DIFF'),
  daysBetween('DATEDIFF'),
  now('CURRENT_TIMESTAMP', 'The time as it is, in milliseconds.', isNow, timestamp(3, true), Date.now),
  now(
    'NOW',
    'The time as it is, in milliseconds.',
    { sql: 'YEAR(NOW()) > 2020', result: 'true' },
    timestamp(3, true),
    Date.now,
  ),
  now(
    'CURRENT_ROW_TIMESTAMP',
    'The time as it is, in milliseconds.',
    { sql: 'YEAR(CURRENT_ROW_TIMESTAMP()) > 2020', result: 'true' },
    timestamp(3, true),
    Date.now,
  ),
  now(
    'LOCALTIMESTAMP',
    'The time as it is, in milliseconds: UTC, without a time zone.',
    { sql: 'YEAR(LOCALTIMESTAMP) > 2020', result: 'true' },
    timestamp(3),
    Date.now,
  ),
  now(
    'CURRENT_DATE',
    'The day as it is, in UTC.',
    { sql: "CURRENT_DATE > DATE '2020-01-01'", result: 'true' },
    plain('DATE'),
    () => Math.floor(Date.now() / dayMilliseconds),
  ),
  ...['CURRENT_TIME', 'LOCALTIME'].map((name) =>
    now(
      name,
      'The time of day as it is, in UTC and milliseconds.',
      { sql: `HOUR(${name}) < 24`, result: 'true' },
      time(3),
      () => Date.now() % dayMilliseconds,
    ),
  ),
];

function bothTimes(args: readonly Typed[]): string | undefined {
  const other = args.find((a) => a.type.kind !== 'TIME' && a.type.kind !== 'NULL');
  return other === undefined ? undefined : `wants a TIME with a TIME, not with ${typeText(other)}`;
}

export const dates: readonly SqlFunction[] = [...units, ...dateTexts, ...zoneRows];
