/** Functions between dates or times and texts, and numbers of seconds. A text that is no date or time gives NULL, as in Flink; CAST makes it an error. */
import { isInteger } from '../type-rules.ts';
import { plain, type SqlType, type Typed, timestamp, typeText } from '../types.ts';
import type { Long, Value } from '../values.ts';
import { dayOfTimestamp, daysOf, parseTimestamp, secondsPerDay, timeOfTimestamp } from './calendar.ts';
import { type ParseTime, parsing, parsingBy } from './date-parse.ts';
import { printing, printingBy } from './date-print.ts';
import { fail } from './fail.ts';
import type { Implementation, Parameter, SqlFunction } from './function.ts';
import { bigint, varchar } from './results.ts';
import { extraction } from './time-fields.ts';

const text: Parameter = { name: 'text', type: 'VARCHAR' };
const pattern: Parameter = { name: 'pattern', type: 'VARCHAR' };
const ofText = { category: 'dates and times', nulls: 'strict', nullable: true } as const;

const letters =
  "y year, M month (MMM Jan, MMMM January), d day, D day of the year, E day of the week, H hour, h hour from 1 to 12 with a for AM or PM, m minute, s second, S digits of a second, Q quarter, Y and w ISO 8601's week, X, x, Z and z the zone (UTC); text stands in single quotes";

type Known = readonly (Value | null | undefined)[];

/** Parses in milliseconds: by the pattern, which is read now where it is a literal; in SQL's or ISO 8601's form where there is none. */
function parser(types: readonly Typed[], [, literal]: Known): (text: string, pattern: string) => Long | undefined {
  if (types.length < 2) return (text) => parseTimestamp(text, 3);
  const parse: ParseTime | undefined = typeof literal === 'string' ? parsing(literal) : undefined;
  return (text, pattern) => (parse ?? parsingBy(pattern))(text, 3);
}

/** A date, with or without a time of day, as java.sql.Timestamp takes it. */
const plainTime = /^ *\d{4}-\d{1,2}-\d{1,2}(?: +\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?)? *$/;

/** A text that the pattern doesn't fit is read in SQL's own form, as in Flink: digits of a second may be more or fewer than it has letters. */
const orPlain =
  (parse: ReturnType<typeof parser>): ReturnType<typeof parser> =>
  (text, pattern) =>
    parse(text, pattern) ?? (plainTime.test(text) ? parseTimestamp(text, 3) : undefined);

/** What is printed of a value of the type, in UTC; text first has to be parsed. */
function formatter({ type }: Typed, literal: Value | null | undefined): Implementation {
  const print = typeof literal === 'string' ? printing(literal) : undefined;
  const by = (pattern: string) => print ?? printingBy(pattern);
  switch (type.kind) {
    case 'DATE':
      return (day: number, pattern: string) => by(pattern)(day, 0, 3);
    case 'TIMESTAMP': {
      const { precision } = type;
      return (v: Long, pattern: string) =>
        by(pattern)(dayOfTimestamp(v, precision), timeOfTimestamp(v, precision), precision);
    }
    default:
      return (v: string, pattern: string) => {
        const found = parseTimestamp(v, 3);
        return found === undefined ? null : by(pattern)(dayOfTimestamp(found, 3), timeOfTimestamp(found, 3), 3);
      };
  }
}

const among =
  (kinds: readonly SqlType['kind'][], shown: string) =>
  (args: readonly Typed[]): string | undefined => {
    const [first] = args;
    const fits = first === undefined || first.type.kind === 'NULL' || kinds.includes(first.type.kind);
    return fits ? undefined : `wants ${shown}, not ${typeText(first)}`;
  };

const secondsPattern = 'yyyy-MM-dd HH:mm:ss';

/** The years from 0 to 9999, which Flink's TIMESTAMP_LTZ has, in milliseconds. */
const [least, most] = [daysOf(0, 1, 1) * secondsPerDay * 1000, daysOf(10_000, 1, 1) * secondsPerDay * 1000 - 1];

/** Seconds or milliseconds since 1970, in milliseconds; NULL beyond the year 9999 and before 0. */
function instant(v: Long, precision: Long = 3): Long | null {
  if (precision !== 0 && precision !== 3)
    return fail(`TO_TIMESTAMP_LTZ with precision ${precision}: 0 is seconds, 3 is milliseconds`);
  const milliseconds = Number(v) * (precision === 0 ? 1000 : 1);
  return milliseconds >= least && milliseconds <= most ? milliseconds : null;
}

function checkInstant(args: readonly Typed[]): string | undefined {
  const [first, second] = args as readonly [Typed, Typed | undefined];
  if (first.type.kind === 'NULL' || second?.type.kind === 'NULL') return undefined;
  if (isInteger(first.type))
    return second === undefined || isInteger(second.type) ? undefined : `wants 0 or 3 second, not ${typeText(second)}`;
  if (first.type.kind !== 'VARCHAR') return `wants an integer or VARCHAR, not ${typeText(first)}`;
  return second === undefined || second.type.kind === 'VARCHAR'
    ? undefined
    : `wants a pattern second, not ${typeText(second)}`;
}

export const dateTexts: readonly SqlFunction[] = [
  {
    ...ofText,
    name: 'DATE_FORMAT',
    doc: `A date or time as text, by a pattern with Java's letters: ${letters}. Of a text that is no date or time it is NULL.`,
    examples: [
      { sql: "DATE_FORMAT(TIMESTAMP '2026-01-31 13:04:05', 'yyyy/MM/dd HH:mm')", result: '"2026/01/31 13:04"' },
      { sql: "DATE_FORMAT(DATE '2026-01-31', 'EEEE, d MMMM yyyy')", result: '"Saturday, 31 January 2026"' },
    ],
    parameters: [{ name: 'value', type: 'ANY' }, pattern],
    check: among(['DATE', 'TIMESTAMP', 'VARCHAR'], 'DATE, TIMESTAMP or VARCHAR'),
    result: varchar,
    fallible: true,
    body: { via: 'made', make: ([value], [, literal]) => formatter(value!, literal) },
  },
  {
    ...ofText,
    name: 'TO_TIMESTAMP',
    doc: "The time that a text says, without a time zone: by a pattern (letters as for DATE_FORMAT), or in SQL's or ISO 8601's form. A text that the pattern doesn't fit may still have SQL's form, as in Flink. NULL where the text is no time.",
    examples: [
      { sql: "TO_TIMESTAMP('2026-01-31 13:04:05')", result: '"2026-01-31T13:04:05.000"' },
      { sql: "TO_TIMESTAMP('31 Jan 2026', 'dd MMM yyyy')", result: '"2026-01-31T00:00:00.000"' },
      { sql: "TO_TIMESTAMP('yesterday')", result: 'null' },
    ],
    parameters: [text, pattern],
    optional: 1,
    result: () => timestamp(3),
    fallible: true,
    body: {
      via: 'made',
      make: (types, known) => {
        const parse = orPlain(parser(types, known));
        return (whole: string, by: string) => parse(whole, by) ?? null;
      },
    },
  },
  {
    ...ofText,
    name: 'TO_DATE',
    doc: 'The date that a text says, by a pattern (letters as for DATE_FORMAT) or as 2026-01-31. NULL where the text is no date.',
    examples: [
      { sql: "TO_DATE('31.01.2026', 'dd.MM.yyyy')", result: '"2026-01-31"' },
      { sql: "TO_DATE('2026-02-30')", result: 'null' },
    ],
    parameters: [text, pattern],
    optional: 1,
    result: () => plain('DATE'),
    fallible: true,
    body: {
      via: 'made',
      make: (types, known) => {
        const parse = parser(types, known);
        return (whole: string, by: string) => {
          const found = parse(whole, by);
          return found === undefined ? null : dayOfTimestamp(found, 3);
        };
      },
    },
  },
  {
    ...ofText,
    name: 'TO_TIMESTAMP_LTZ',
    doc: 'The instant so many seconds (precision 0) or milliseconds (3, also where not given) after 1970; or the one that a text says, as TO_TIMESTAMP reads it, in UTC. NULL where that is beyond the year 9999 or before 0.',
    examples: [
      { sql: 'TO_TIMESTAMP_LTZ(1000, 0)', result: '"1970-01-01T00:16:40.000Z"' },
      { sql: "TO_TIMESTAMP_LTZ('2026-01-31 13:04:05')", result: '"2026-01-31T13:04:05.000Z"' },
    ],
    parameters: [
      { name: 'value', type: 'ANY' },
      { name: 'precision_or_pattern', type: 'ANY' },
    ],
    optional: 1,
    check: checkInstant,
    result: () => timestamp(3, true),
    fallible: true,
    body: {
      via: 'made',
      make: (types, known) => {
        if (isInteger(types[0]!.type)) return instant;
        const parse = parser(types, known);
        return (whole: string, by: string) => parse(whole, by) ?? null;
      },
    },
  },
  {
    ...ofText,
    name: 'FROM_UNIXTIME',
    doc: `So many seconds after 1970 as text in UTC, by a pattern (letters as for DATE_FORMAT) or ${secondsPattern}.`,
    examples: [
      { sql: 'FROM_UNIXTIME(44)', result: '"1970-01-01 00:00:44"' },
      { sql: "FROM_UNIXTIME(-1, 'yyyy')", result: '"1969"' },
    ],
    parameters: [{ name: 'seconds', type: 'INTEGER' }, pattern],
    optional: 1,
    nullable: false,
    result: varchar,
    fallible: true,
    body: {
      via: 'made',
      make: (types, [, literal]) => {
        const given = types.length < 2 ? secondsPattern : literal;
        const print = typeof given === 'string' ? printing(given) : undefined;
        return (seconds: Long, by: string) => {
          const v = Number(seconds);
          const day = Math.floor(v / secondsPerDay);
          return (print ?? printingBy(by))(day, (v - day * secondsPerDay) * 1000, 3);
        };
      },
    },
  },
  {
    ...ofText,
    name: 'UNIX_TIMESTAMP',
    doc: 'The whole seconds from 1970 to a date or time, or to one that a text says (by a pattern where there is one), in UTC; to now where there is none. NULL where the text is no time.',
    examples: [
      { sql: "UNIX_TIMESTAMP('1970-01-01 00:00:44')", result: '44' },
      { sql: "UNIX_TIMESTAMP(TIMESTAMP '1970-01-02 00:00:00')", result: '86400' },
    ],
    parameters: [{ name: 'value', type: 'ANY' }, pattern],
    optional: 2,
    check: among(['DATE', 'TIMESTAMP', 'VARCHAR'], 'DATE, TIMESTAMP or VARCHAR'),
    result: bigint,
    fallible: true,
    volatile: true,
    body: {
      via: 'made',
      make: (types, known) => {
        if (types.length === 0) return () => Math.floor(Date.now() / 1000);
        const { type } = types[0]!;
        if (type.kind === 'DATE' || type.kind === 'TIMESTAMP') return extraction('UNIX_TIMESTAMP', 'EPOCH', type);
        const parse = parser(types, known);
        const seconds = extraction('UNIX_TIMESTAMP', 'EPOCH', timestamp(3));
        return (whole: string, by: string) => {
          const found = parse(whole, by);
          return found === undefined ? null : seconds(found);
        };
      },
    },
  },
];
