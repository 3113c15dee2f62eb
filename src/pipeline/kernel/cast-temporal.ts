/**
 * Casts to dates, times, timestamps, intervals and Avro's durations. What is cut off is cut off towards the past; a local
 * timestamp and an instant are the same number, since instants are shown in UTC. Undefined: no such value.
 */
import {
  dayOfTimestamp,
  formatTime,
  type Precision,
  parseDate,
  parseTime,
  parseTimestamp,
  perSecond,
  secondsPerDay,
  timeOfTimestamp,
  timestampOf,
} from '../sql/functions/calendar.ts';
import type { SqlType } from '../sql/types.ts';
import { type Long, narrow } from '../sql/values.ts';
import { type Caster, unchanged } from './casters.ts';

type Kind<K> = SqlType & { kind: K };

export function toDate(from: SqlType): Caster | undefined {
  if (from.kind === 'VARCHAR') return dateOfText;
  if (from.kind !== 'TIMESTAMP') return undefined;
  const { precision } = from;
  return (v: Long) => {
    const day = dayOfTimestamp(v, precision);
    return (day | 0) === day ? day : undefined;
  };
}

/** `2026`, `2026-01`: the first of them, as in Flink. */
const yearOrMonth = /^ *(\d{4})(?:-(\d{1,2}))? *$/;

/** A date, with or without a time of day behind a space: that is left out. */
function dateOfText(text: string): number | undefined {
  const short = yearOrMonth.exec(text);
  if (short !== null) return parseDate(`${short[1]}-${short[2] ?? '1'}-1`);
  const day = parseDate(text);
  if (day !== undefined || !/\d +\d/.test(text)) return day;
  const at = parseTimestamp(text, 3);
  return at === undefined || hasOffset.test(text) ? undefined : dayOfTimestamp(at, 3);
}

const hasOffset = /[Zz]|:.*[+-]/;

export function toTime(from: SqlType, { precision }: Kind<'TIME'>): Caster | undefined {
  if (from.kind === 'VARCHAR') return (v: string) => parseTime(v, precision);
  if (from.kind !== 'TIME' && from.kind !== 'TIMESTAMP') return undefined;
  const own = from.precision;
  if (from.kind === 'TIME') return own === precision ? unchanged : (v: number) => inUnits(v, own, precision);
  return (v: Long) => inUnits(timeOfTimestamp(v, own), own, precision);
}

/** A time of day of one precision in another. */
const inUnits = (time: number, own: Precision, precision: Precision): number =>
  precision > own
    ? time * (perSecond(precision) / perSecond(own))
    : Math.floor(time / (perSecond(own) / perSecond(precision)));

export function toTimestamp(from: SqlType, { precision }: Kind<'TIMESTAMP'>): Caster | undefined {
  switch (from.kind) {
    case 'VARCHAR':
      return (v: string) => parseTimestamp(v, precision);
    case 'DATE':
      return (v: number) => timestampOf(v, 0, precision);
    case 'TIME': {
      // On the first of January 1970, as Flink has it.
      const own = from.precision;
      return (v: number) => inPrecision(v, own, precision);
    }
    case 'TIMESTAMP': {
      const own = from.precision;
      return own === precision ? unchanged : (v: Long) => inPrecision(v, own, precision);
    }
    default:
      return undefined;
  }
}

const inPrecision = (v: Long, own: Precision, precision: Precision): Long | undefined =>
  timestampOf(dayOfTimestamp(v, own), inUnits(timeOfTimestamp(v, own), own, precision), precision);

/** Units since 1970, however many bits that takes: no date or timestamp is beyond them. */
export function toEpoch(from: SqlType, precision: 6 | 9): Caster | undefined {
  if (from.kind === 'DATE') return multiplied(secondsPerDay * perSecond(precision));
  if (from.kind !== 'TIMESTAMP') return undefined;
  return from.precision === precision ? unchanged : multiplied(perSecond(precision) / perSecond(from.precision));
}

function multiplied(times: number): Caster {
  return (v: Long) => {
    const plain = typeof v === 'number' ? v * times : Number.NaN;
    return Number.isSafeInteger(plain) ? plain : narrow(BigInt(v) * BigInt(times));
  };
}

export function toInterval(from: SqlType, to: Kind<'INTERVAL'>): Caster | undefined {
  if (from.kind === 'INTERVAL') return from.of === to.of ? unchanged : undefined;
  if (from.kind === 'VARCHAR') return to.of === 'MONTH' ? parseMonths : parseNanos;
  if (from.kind !== 'DURATION') return undefined;
  // Months have no fixed length: a duration that has both parts is no interval.
  return (v: Buffer) => {
    const [months, days, millis] = [v.readUInt32LE(0), v.readUInt32LE(4), v.readUInt32LE(8)];
    if (to.of === 'MONTH') return days === 0 && millis === 0 && (months | 0) === months ? months : undefined;
    return months === 0 ? fromDays(1, days, BigInt(millis) * 1_000_000n) : undefined;
  };
}

const nanosPerDay = BigInt(secondsPerDay) * 1_000_000_000n;

/** Days of 32 bits: no interval is longer than there are. */
const fromDays = (sign: number, days: number, nanos: bigint): Long =>
  narrow(BigInt(sign) * (BigInt(days) * nanosPerDay + nanos));

/** `1-02`, `-14`: years and months, or months. */
const monthsText = /^\s*([+-]?)(?:(\d{1,9})-)?(\d{1,9})\s*$/;
/** `1 02:03:04.5`, `02:03:04`: days and a time of day. */
const nanosText = /^\s*([+-]?)(?:(\d{1,9}) +)?(\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?)\s*$/;

function parseMonths(text: string): number | undefined {
  const match = monthsText.exec(text);
  if (match === null) return undefined;
  const [, sign, years, months] = match;
  if (years !== undefined && Number(months) > 11) return undefined;
  const value = (sign === '-' ? -1 : 1) * (Number(years ?? 0) * 12 + Number(months)) + 0;
  return (value | 0) === value ? value : undefined;
}

function parseNanos(text: string): Long | undefined {
  const match = nanosText.exec(text);
  if (match === null) return undefined;
  const [, sign, days, clock] = match;
  const time = parseTimestamp(`1970-01-01 ${clock}`, 9);
  return time === undefined ? undefined : fromDays(sign === '-' ? -1 : 1, Number(days ?? 0), BigInt(time));
}

/** `+1-02`: years and months, as Calcite and Flink write them. */
export function monthsToText(v: number): string {
  const months = Math.abs(v);
  return `${v < 0 ? '-' : '+'}${Math.floor(months / 12)}-${String(months % 12).padStart(2, '0')}`;
}

/** `+1 02:03:04.500`: days and a time of day, to the millisecond as Flink has it, or with all the digits that there are. */
export function nanosToText(v: Long): string {
  const nanos = v < 0 ? -BigInt(v) : BigInt(v);
  const time = formatTime(Number(nanos % nanosPerDay), 9).replace(/0{1,6}$/, '');
  return `${v < 0 ? '-' : '+'}${nanos / nanosPerDay} ${time}`;
}
