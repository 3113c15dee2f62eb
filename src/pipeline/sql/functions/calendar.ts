/**
 * The proleptic Gregorian calendar in UTC: days ↔ year, month, day; timestamps ↔ day and time of day; and the texts of
 * DATE, TIME and TIMESTAMP in SQL's and in ISO 8601's form. Values are held as sql/values.ts says. Nothing here throws:
 * a text or a result that isn't one is undefined. Owns no unit of time: floors, fields and differences are in time-units.ts.
 */
import { type Long, narrow } from '../values.ts';

/** Digits of a second. */
export type Precision = 3 | 6 | 9;

export const secondsPerDay = 86_400;
export const perSecond = (precision: Precision): number => (precision === 3 ? 1e3 : precision === 6 ? 1e6 : 1e9);
const perDay = (precision: Precision): number => secondsPerDay * perSecond(precision);
/** 2^63 units in days, rounded up: a sum within it may be beyond BIGINT, and is looked at again. */
const daysMax = (precision: Precision): number => 2 ** 63 / perDay(precision) + 1;

/** A year from March to February ends with its leap day, so months have one pattern: 153 days in five of them. */
const daysBeforeMonth = (fromMarch: number): number => Math.floor((153 * fromMarch + 2) / 5);
const [daysPerEra, yearsPerEra, marchOfYear0] = [146_097, 400, -719_468];

/** Days since 1970-01-01. The month is from 1 to 12; the day may lie outside of it, and counts on. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / yearsPerEra);
  const inEra = y - era * yearsPerEra;
  const leapDays = Math.floor(inEra / 4) - Math.floor(inEra / 100);
  return (
    marchOfYear0 +
    era * daysPerEra +
    inEra * 365 +
    leapDays +
    daysBeforeMonth(month > 2 ? month - 3 : month + 9) +
    day -
    1
  );
}

/** Year, month and day in one number, so that a date makes no object: see {@link yearIn}, {@link monthIn}, {@link dayIn}. */
export function civil(days: number): number {
  const since = days - marchOfYear0;
  const era = Math.floor(since / daysPerEra);
  const inEra = since - era * daysPerEra;
  const leapDays = Math.floor(inEra / 1460) - Math.floor(inEra / 36_524) + Math.floor(inEra / 146_096);
  const year = Math.floor((inEra - leapDays) / 365);
  const inYear = inEra - (year * 365 + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = inYear - daysBeforeMonth(fromMarch) + 1;
  return (era * yearsPerEra + year + (month > 2 ? 0 : 1)) * 512 + month * 32 + day;
}
export const yearIn = (date: number): number => Math.floor(date / 512);
export const monthIn = (date: number): number => (date >> 5) & 15;
export const dayIn = (date: number): number => date & 31;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const monthLengths: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
export const monthLength = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : monthLengths[month - 1]!;

/** The date n months later (or earlier); a day that the month doesn't have is its last: January 31 and a month is February 28 or 29. */
export function addMonths(days: number, n: number): number {
  const date = civil(days);
  const months = yearIn(date) * 12 + monthIn(date) - 1 + n;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  return daysOf(year, month, Math.min(dayIn(date), monthLength(year, month)));
}

/** The day of a timestamp, in days since 1970. */
export function dayOfTimestamp(v: Long, precision: Precision): number {
  if (typeof v === 'number') return Math.floor(v / perDay(precision));
  const day = BigInt(perDay(precision));
  return Number(v >= 0n ? v / day : (v + 1n) / day - 1n);
}

/** The time of day of a timestamp, in its own units: from 0 to under a day. */
export function timeOfTimestamp(v: Long, precision: Precision): number {
  const day = perDay(precision);
  const rest = typeof v === 'number' ? v % day : Number(v % BigInt(day));
  return rest < 0 ? rest + day : rest + 0;
}

/** The timestamp at this time (in its units, and not only of one day) of this day; undefined where it is beyond 64 bits. */
export function timestampOf(days: number, time: number, precision: Precision): Long | undefined {
  const sum = days * perDay(precision) + time;
  if (Number.isSafeInteger(sum)) return sum + 0;
  if (!(Math.abs(days) <= daysMax(precision))) return undefined;
  const exact = BigInt(days) * BigInt(perDay(precision)) + BigInt(time);
  return BigInt.asIntN(64, exact) === exact ? narrow(exact) : undefined;
}

/** Reads a text from left to right. There is one for all texts, since nothing reads two at a time. */
const reader = {
  text: '',
  at: 0,
  start(text: string): void {
    this.text = text;
    this.at = 0;
    this.skipSpaces();
  },
  skipSpaces(): void {
    while (this.text.charCodeAt(this.at) === 0x20) this.at++;
  },
  /** Whether nothing but spaces is left. */
  ends(): boolean {
    this.skipSpaces();
    return this.at === this.text.length;
  },
  take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  },
  atDigit(): boolean {
    const digit = this.text.charCodeAt(this.at) - 0x30;
    return digit >= 0 && digit <= 9;
  },
  /** So many digits as a number; -1 where there are fewer. */
  digits(least: number, most: number): number {
    const from = this.at;
    let value = 0;
    while (this.at - from < most && this.atDigit()) value = value * 10 + this.text.charCodeAt(this.at++) - 0x30;
    return this.at - from < least ? -1 : value;
  },
  /** Two digits (or one) up to a bound; -1 where there are none or they are beyond it. */
  upTo(most: number): number {
    const value = this.digits(1, 2);
    return value > most ? -1 : value;
  },
};

const none = Number.NaN;

/** NaN where there is no date. Years beyond 9999 and before 0 have a sign, as in ISO 8601. */
function readDate(): number {
  const negative = reader.take('-');
  const year = negative || reader.take('+') ? reader.digits(4, 9) : reader.digits(4, 4);
  if (year < 0 || !reader.take('-')) return none;
  const month = reader.upTo(12);
  if (month < 1 || !reader.take('-')) return none;
  const day = reader.upTo(31);
  const signed = negative ? -year : year;
  return day < 1 || day > monthLength(signed, month) ? none : daysOf(signed, month, day);
}

/** NaN where there is no time of day. Seconds may be left out; digits beyond the precision are cut off. */
function readTime(precision: Precision): number {
  const hour = reader.upTo(23);
  if (hour < 0 || !reader.take(':')) return none;
  const minute = reader.upTo(59);
  if (minute < 0) return none;
  const second = reader.take(':') ? reader.upTo(59) : 0;
  if (second < 0) return none;
  return (hour * 3600 + minute * 60 + second) * perSecond(precision) + readFraction(precision);
}

function readFraction(precision: Precision): number {
  if (!reader.take('.')) return 0;
  const from = reader.at;
  const value = reader.digits(1, precision);
  if (value < 0) return none;
  const missing = precision - (reader.at - from);
  while (reader.digits(1, 9) >= 0);
  return value * 10 ** missing;
}

/** Seconds east of UTC: `Z`, `+02`, `+02:00`, `-0530`; 0 where there is none, NaN where it isn't one. */
function readOffset(): number {
  if (reader.take('Z') || reader.take('z')) return 0;
  const sign = reader.take('+') ? 1 : reader.take('-') ? -1 : 0;
  if (sign === 0) return 0;
  const hours = reader.digits(2, 2);
  const minutes = reader.take(':') || reader.atDigit() ? reader.digits(2, 2) : 0;
  return hours < 0 || hours > 23 || minutes < 0 || minutes > 59 ? none : sign * (hours * 3600 + minutes * 60);
}

/** `2026-01-31` as days since 1970; spaces around it don't count. Undefined: no such date, or beyond 32 bits. */
export function parseDate(text: string): number | undefined {
  reader.start(text);
  const days = readDate();
  return reader.ends() && (days | 0) === days ? days : undefined;
}

/** `13:00`, `13:00:00`, `13:00:00.123` in units of the precision since midnight. */
export function parseTime(text: string, precision: 3 | 6): number | undefined {
  reader.start(text);
  const time = readTime(precision);
  return reader.ends() && !Number.isNaN(time) ? time : undefined;
}

/**
 * `2026-01-31`, `2026-01-31 13:00:00.123`, `2026-01-31T13:00:00.123Z`, `2026-01-31 13:00+02:00`: in units of the precision
 * since 1970, brought to UTC where an offset stands. Undefined: no such time, or beyond 64 bits.
 */
export function parseTimestamp(text: string, precision: Precision): Long | undefined {
  reader.start(text);
  const days = readDate();
  if (Number.isNaN(days)) return undefined;
  if (reader.ends()) return timestampOf(days, 0, precision);
  // The spaces before the time of day have been read by then.
  if (!reader.take('T') && !reader.take('t') && reader.text[reader.at - 1] !== ' ') return undefined;
  const time = readTime(precision);
  reader.skipSpaces();
  const offset = readOffset();
  if (Number.isNaN(time) || Number.isNaN(offset) || !reader.ends()) return undefined;
  return timestampOf(days, time - offset * perSecond(precision), precision);
}

const pairs: readonly string[] = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/** `2026-01-31`; years beyond 9999 and before 0 have a sign: `+10000-01-01`, `-0001-12-31`. */
export function formatDate(days: number): string {
  const date = civil(days);
  const year = yearIn(date);
  const digits = String(Math.abs(year)).padStart(4, '0');
  return `${year < 0 ? '-' : year > 9999 ? '+' : ''}${digits}-${pairs[monthIn(date)]!}-${pairs[dayIn(date)]!}`;
}

/** `13:00:00.123`: as many digits of a second as are asked for, else as the precision has. The time is in its units since midnight. */
export function formatTime(time: number, precision: Precision, digits: number = precision): string {
  const second = Math.floor(time / perSecond(precision));
  const minute = Math.floor(second / 60);
  const clock = `${pairs[Math.floor(minute / 60)]!}:${pairs[minute % 60]!}:${pairs[second % 60]!}`;
  if (digits === 0) return clock;
  const fraction = String(time - second * perSecond(precision)).padStart(precision, '0');
  return `${clock}.${digits === precision ? fraction : fraction.slice(0, digits)}`;
}

/** SQL's form: `2026-01-31 13:00:00.123`. */
export const formatTimestamp = (v: Long, precision: Precision, digits?: number): string =>
  `${formatDate(dayOfTimestamp(v, precision))} ${formatTime(timeOfTimestamp(v, precision), precision, digits)}`;

/** ISO 8601's form: `2026-01-31T13:00:00.123`, with a Z for an instant. */
export const isoTimestamp = (v: Long, precision: Precision, zoned: boolean): string =>
  `${formatDate(dayOfTimestamp(v, precision))}T${formatTime(timeOfTimestamp(v, precision), precision)}${zoned ? 'Z' : ''}`;
