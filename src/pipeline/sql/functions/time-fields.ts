/** Fields of dates, times and intervals: what EXTRACT gives, as BIGINT. */
import type { SqlType } from '../types.ts';
import { type Long, narrow } from '../values.ts';
import {
  civil,
  dayIn,
  dayOfTimestamp,
  daysOf,
  monthIn,
  perSecond,
  secondsPerDay,
  timeOfTimestamp,
  yearIn,
} from './calendar.ts';
import type { Implementation } from './function.ts';
import { noUnit, thursdayOf, weekday } from './time-units.ts';

type OfDay = (day: number) => number;

const yearOf: OfDay = (day) => yearIn(civil(day));
const monthOf: OfDay = (day) => monthIn(civil(day));
/** Away from zero: the year 2000 is of the 20th century, the year -1 of the one before the first. */
const yearsBy =
  (years: number): OfDay =>
  (day) => {
    const year = yearOf(day);
    return Math.trunc((year > 0 ? year + years - 1 : year - years + 1) / years) + 0;
  };

const ofDay: ReadonlyMap<string, OfDay> = new Map<string, OfDay>([
  ['MILLENNIUM', yearsBy(1000)],
  ['CENTURY', yearsBy(100)],
  ['DECADE', (day) => Math.floor(yearOf(day) / 10)],
  ['YEAR', yearOf],
  ['QUARTER', (day) => Math.ceil(monthOf(day) / 3)],
  ['MONTH', monthOf],
  ['DAY', (day) => dayIn(civil(day))],
  ['DOY', (day) => day - daysOf(yearOf(day), 1, 1) + 1],
  ['DOW', (day) => weekday(day) + 1],
  ['ISODOW', (day) => weekday(day) || 7],
  ['ISOYEAR', (day) => yearOf(thursdayOf(day))],
  [
    'WEEK',
    (day) => {
      const thursday = thursdayOf(day);
      return Math.floor((thursday - daysOf(yearOf(thursday), 1, 1)) / 7) + 1;
    },
  ],
]);
/** A field of the day, in days since 1970. */
export const dayField = (unit: string): OfDay | undefined => ofDay.get(unit);

/** Of a time of day, by how many of its units a second has. */
const ofTime: ReadonlyMap<string, (time: number, second: number) => number> = new Map([
  ['HOUR', (time, second) => Math.floor(time / (3600 * second))],
  ['MINUTE', (time, second) => Math.floor(time / (60 * second)) % 60],
  ['SECOND', (time, second) => Math.floor(time / second) % 60],
  ['MILLISECOND', (time, second) => fine(time % (60 * second), 1e3, second)],
  ['MICROSECOND', (time, second) => fine(time % (60 * second), 1e6, second)],
  ['NANOSECOND', (time, second) => fine(time % (60 * second), 1e9, second)],
]);
/** From parts of a second to others, without a product that a double doesn't hold. */
const fine = (time: number, to: number, from: number): number =>
  to >= from ? time * (to / from) : Math.floor(time / (from / to));

const none: OfDay = () => 0;

/** The function that gives a field of values of the type. Throws where they have no such field. */
export function extraction(name: string, unit: string, type: SqlType): Implementation {
  const missing = (): never => noUnit(name, type, unit);
  const [day, time] = [ofDay.get(unit), ofTime.get(unit)];
  switch (type.kind) {
    case 'DATE':
      if (unit === 'EPOCH') return (v: number) => v * secondsPerDay;
      return day ?? (time === undefined || unit === 'NANOSECOND' || unit === 'MICROSECOND' ? missing() : none);
    case 'TIME': {
      const second = perSecond(type.precision);
      return time === undefined ? missing() : (v: number) => time(v, second);
    }
    case 'TIMESTAMP': {
      const { precision } = type;
      const second = perSecond(precision);
      if (unit === 'EPOCH') return (v: Long) => quotient(v, second);
      if (day !== undefined) return (v: Long) => day(dayOfTimestamp(v, precision));
      return time === undefined ? missing() : (v: Long) => time(timeOfTimestamp(v, precision), second);
    }
    case 'INTERVAL': {
      const [by, modulo] = (type.of === 'MONTH' ? ofMonths : ofNanoseconds).get(unit) ?? missing();
      return (v: Long) => rest(quotient(v, by), modulo);
    }
    case 'NULL':
      return () => null;
    default:
      return missing();
  }
}

/** Field → what it is a multiple of, and where it begins anew; both keep the interval's sign. */
type Divisions = ReadonlyMap<string, readonly [by: number, modulo: number]>;
const ofMonths: Divisions = new Map([
  ['YEAR', [12, Number.POSITIVE_INFINITY]],
  ['MONTH', [1, 12]],
]);
const ofNanoseconds: Divisions = new Map([
  ['EPOCH', [1e9, Number.POSITIVE_INFINITY]],
  ['DAY', [86_400e9, Number.POSITIVE_INFINITY]],
  ['HOUR', [3600e9, 24]],
  ['MINUTE', [60e9, 60]],
  ['SECOND', [1e9, 60]],
  ['MILLISECOND', [1e6, 60_000]],
  ['MICROSECOND', [1e3, 60_000_000]],
  ['NANOSECOND', [1, 60e9]],
]);

/** Towards zero. */
export const quotient = (v: Long, by: number): Long =>
  typeof v === 'number' ? Math.trunc(v / by) + 0 : narrow(v / BigInt(by));
const rest = (v: Long, modulo: number): Long => {
  if (modulo === Number.POSITIVE_INFINITY) return v;
  return typeof v === 'number' ? (v % modulo) + 0 : narrow(v % BigInt(modulo));
};
