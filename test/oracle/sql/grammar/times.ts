/** Dates, timestamps and times: intervals, rounding to units, casts. */
import type { ExpressionMaker, Production } from '../maker.ts';

const months = ["'1' MONTH", "'13' MONTH", "'1' YEAR", "'99' YEAR", "'1-2' YEAR TO MONTH", "'0' MONTH"] as const;
const days = ["'1' DAY", "'25' DAY", "'0' DAY", "'99' DAY"] as const;
const clock = [
  "'1' HOUR",
  "'25' HOUR",
  "'90' MINUTE",
  "'1' SECOND",
  "'10:20' MINUTE TO SECOND",
  "'01:02:03' HOUR TO SECOND",
] as const;
const both = ["'1 02:03:04' DAY TO SECOND", "'3 04' DAY TO HOUR", "'1.5' SECOND"] as const;

const interval = (m: ExpressionMaker, texts: readonly string[]): string =>
  `INTERVAL ${m.chance(20) ? '-' : ''}${m.pick(texts)}`;

const moved =
  (kind: 'DATE' | 'TIMESTAMP' | 'TIME', texts: readonly string[]): Production =>
  (m, d) =>
    `(${m.of(kind, d)} ${m.pick(['+', '-'])} ${interval(m, texts)})`;

const units = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE'] as const;

export const dates: readonly Production[] = [
  moved('DATE', [...days, ...months]),
  (m, d) => `(${m.of('DATE', d)} + ${m.pick(['2', '-3', 'j'])} * INTERVAL '1' ${m.pick(['DAY', 'MONTH'])})`,
  (m, d) => `CAST(${m.of('TIMESTAMP', d)} AS DATE)`,
  (m, d) => `LAST_DAY(${m.of('DATE', d)})`,
  (m) => `TRY_CAST(${m.pick(['s', 'u'])} AS DATE)`,
  (m, d) => `FLOOR(${m.of('DATE', d)} TO ${m.pick(['YEAR', 'MONTH', 'QUARTER', 'WEEK'])})`,
  (m, d) => `CEIL(${m.of('DATE', d)} TO ${m.pick(['YEAR', 'MONTH', 'QUARTER'])})`,
];

export const timestamps: readonly Production[] = [
  moved('TIMESTAMP', [...days, ...months, ...clock, ...both]),
  moved('TIMESTAMP', [...days, ...months, ...clock, ...both]),
  (m, d) =>
    `(${m.of('TIMESTAMP', d)} + ${m.pick(['2', '-3', 'j'])} * INTERVAL '1' ${m.pick(['DAY', 'HOUR', 'MONTH'])})`,
  (m, d) => `CAST(${m.of('DATE', d)} AS TIMESTAMP(3))`,
  (m) => `CAST(${m.pick(["'2024-02-29 12:34:56'", "'1969-12-31 00:00:01'", "'2024-02-29'"])} AS TIMESTAMP(3))`,
  (m, d) => `FLOOR(${m.of('TIMESTAMP', d)} TO ${m.pick([...units, 'SECOND', 'QUARTER', 'WEEK'])})`,
  (m, d) => `CEIL(${m.of('TIMESTAMP', d)} TO ${m.pick(units)})`,
  (m, d) =>
    `TIMESTAMPADD(${m.pick([...units, 'SECOND', 'WEEK'])}, ${m.pick(['1', '-1', '13', '400'])}, ${m.of('TIMESTAMP', d)})`,
];

export const times: readonly Production[] = [
  moved('TIME', clock),
  (m, d) => `CAST(${m.of('TIMESTAMP', d)} AS TIME(3))`,
  (m, d) => `FLOOR(${m.of('TIME', d)} TO ${m.pick(['HOUR', 'MINUTE', 'SECOND'])})`,
];
