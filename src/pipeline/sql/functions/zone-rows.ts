/** CONVERT_TZ: from one time zone's local time to another's. */
import { plain, type Typed, typeText } from '../types.ts';
import type { Long, Value } from '../values.ts';
import {
  dayOfTimestamp,
  type Precision,
  parseTimestamp,
  perSecond,
  secondsPerDay,
  timeOfTimestamp,
  timestampOf,
} from './calendar.ts';
import { printing } from './date-print.ts';
import { fail } from './fail.ts';
import type { Implementation, SqlFunction } from './function.ts';
import { offsetAtLocal, type Zone, zoneOf } from './zones.ts';

/** The local time in the one zone as the other's; undefined beyond 64 bits. */
function converted(v: Long, precision: Precision, from: Zone, to: Zone): Long | undefined {
  const [day, time] = [dayOfTimestamp(v, precision), timeOfTimestamp(v, precision)];
  const local = day * secondsPerDay + Math.floor(time / perSecond(precision));
  const offset = offsetAtLocal(from, local);
  const shift = to(local - offset) - offset;
  return timestampOf(day, time + shift * perSecond(precision), precision);
}

/** Zones that are literals are found now. */
function conversion(types: readonly Typed[], [, ...zones]: readonly (Value | null | undefined)[]): Implementation {
  const [known, other] = zones.map((name) => (typeof name === 'string' ? zoneOf(name) : undefined));
  const { type } = types[0]!;
  if (type.kind === 'TIMESTAMP') {
    const { precision } = type;
    return (v: Long, from: string, to: string) =>
      converted(v, precision, known ?? zoneOf(from), other ?? zoneOf(to)) ?? fail('CONVERT_TZ goes beyond TIMESTAMP');
  }
  const print = printing('yyyy-MM-dd HH:mm:ss');
  return (text: string, from: string, to: string) => {
    const local = parseTimestamp(text, 3);
    if (local === undefined) return null;
    const v = converted(local, 3, known ?? zoneOf(from), other ?? zoneOf(to));
    return v === undefined ? null : print(dayOfTimestamp(v, 3), timeOfTimestamp(v, 3), 3);
  };
}

export const zoneRows: readonly SqlFunction[] = [
  {
    name: 'CONVERT_TZ',
    category: 'dates and times',
    doc: "A local time of one time zone as that of another: a TIMESTAMP, or a text (the result is text then, in whole seconds; NULL where it is no time). Zones are IANA's names, UTC, or offsets as GMT-08:00; another one is an error of the record. A time that comes twice is taken for the later one.",
    examples: [
      { sql: "CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles')", result: '"1969-12-31 16:00:00"' },
      {
        sql: "CONVERT_TZ(TIMESTAMP '2026-07-01 12:00:00', 'Europe/Berlin', 'UTC')",
        result: '"2026-07-01T10:00:00.000"',
      },
    ],
    parameters: [
      { name: 'value', type: 'ANY' },
      { name: 'from', type: 'VARCHAR' },
      { name: 'to', type: 'VARCHAR' },
    ],
    nulls: 'strict',
    nullable: true,
    check: ([value]) => {
      const { type } = value!;
      const fits = type.kind === 'VARCHAR' || type.kind === 'NULL' || (type.kind === 'TIMESTAMP' && !type.zoned);
      return fits ? undefined : `wants TIMESTAMP without a zone, or VARCHAR, not ${typeText(value!)}`;
    },
    result: ([value]) => (value!.type.kind === 'TIMESTAMP' ? value!.type : plain('VARCHAR')),
    fallible: true,
    body: { via: 'made', make: conversion },
  },
];
