/**
 * Units of time: how long each is, and where in it a date or time lies. Three kinds: months and what is made of them; days
 * and weeks; hours and what is shorter. Weeks begin on Sunday, centuries with the year 1 of a hundred, as in Calcite.
 */
import type { SqlType } from '../types.ts';
import type { Long } from '../values.ts';
import {
  addMonths,
  civil,
  dayOfTimestamp,
  daysOf,
  monthIn,
  type Precision,
  perSecond,
  secondsPerDay,
  timeOfTimestamp,
  timestampOf,
  yearIn,
} from './calendar.ts';
import { fail } from './fail.ts';
import type { Implementation } from './function.ts';

const months: ReadonlyMap<string, number> = new Map([
  ['MONTH', 1],
  ['QUARTER', 3],
  ['YEAR', 12],
  ['DECADE', 120],
  ['CENTURY', 1200],
  ['MILLENNIUM', 12_000],
]);
const days: ReadonlyMap<string, number> = new Map([
  ['DAY', 1],
  ['WEEK', 7],
]);
/** In nanoseconds. */
const times: ReadonlyMap<string, number> = new Map([
  ['HOUR', 3600e9],
  ['MINUTE', 60e9],
  ['SECOND', 1e9],
  ['MILLISECOND', 1e6],
  ['MICROSECOND', 1e3],
  ['NANOSECOND', 1],
]);
export const monthsIn = (unit: string): number | undefined => months.get(unit);
export const daysIn = (unit: string): number | undefined => days.get(unit);
/** In units of a precision; less than one where the unit is finer. */
export const timeIn = (unit: string, precision: Precision): number | undefined => {
  const nanoseconds = times.get(unit);
  return nanoseconds === undefined ? undefined : nanoseconds / (1e9 / perSecond(precision));
};

/** Thrown while a query is compiled: the unit is a part of its text. */
export const noUnit = (name: string, type: SqlType, unit: string): never =>
  fail(`${name} by ${unit}: ${type.kind === 'INTERVAL' ? 'this INTERVAL' : type.kind} has none`);

/** 0 is Sunday. */
export const weekday = (day: number): number => (((day + 4) % 7) + 7) % 7;
/** The Thursday of the same week, from Monday to Sunday: an ISO week is of the year that its Thursday is in. */
export const thursdayOf = (day: number): number => day - ((weekday(day) + 6) % 7) + 3;

/** The first day of the unit that the day lies in. */
export function floorDay(day: number, unit: string): number {
  const date = civil(day);
  const year = yearIn(date);
  switch (unit) {
    case 'WEEK':
      return day - weekday(day);
    case 'MONTH':
      return daysOf(year, monthIn(date), 1);
    case 'QUARTER':
      return daysOf(year, monthIn(date) - ((monthIn(date) - 1) % 3), 1);
    case 'YEAR':
      return daysOf(year, 1, 1);
    case 'DECADE':
      return daysOf(Math.floor(year / 10) * 10, 1, 1);
    case 'CENTURY':
      return daysOf(Math.floor((year - 1) / 100) * 100 + 1, 1, 1);
    case 'MILLENNIUM':
      return daysOf(Math.floor((year - 1) / 1000) * 1000 + 1, 1, 1);
    default:
      return day;
  }
}

const following = (first: number, unit: string): number =>
  days.has(unit) ? first + days.get(unit)! : addMonths(first, months.get(unit)!);
/** The first day of the next unit, unless the day is a first one itself. */
export function ceilDay(day: number, unit: string): number {
  const first = floorDay(day, unit);
  return first === day ? day : following(first, unit);
}

const beyond = (name: string, type: SqlType): never => fail(`${name} goes beyond ${type.kind}`);

/** FLOOR or CEIL of values of a temporal type to a unit. Throws where the type has no such unit. */
export function temporalRounding(name: string, type: SqlType, unit: string, by: 'floor' | 'ceil'): Implementation {
  const isOfDays = months.has(unit) || days.has(unit);
  if (!isOfDays && !times.has(unit)) return noUnit(name, type, unit);
  const toDay = by === 'floor' ? floorDay : ceilDay;
  switch (type.kind) {
    case 'DATE':
      return isOfDays ? (day: number) => inDates(toDay(day, unit)) ?? beyond(name, type) : (day: number) => day;
    case 'TIME': {
      const step = timeIn(unit, type.precision) ?? noUnit(name, type, unit);
      const end = secondsPerDay * perSecond(type.precision);
      return (v: number) => {
        const rounded = by === 'floor' ? floorBy(v, step) : ceilBy(v, step);
        return rounded < end ? rounded : beyond(name, type);
      };
    }
    case 'TIMESTAMP': {
      const { precision } = type;
      const step = timeIn(unit, precision);
      return (v: Long) => {
        const [day, time] = [dayOfTimestamp(v, precision), timeOfTimestamp(v, precision)];
        if (step !== undefined)
          return (
            timestampOf(day, by === 'floor' ? floorBy(time, step) : ceilBy(time, step), precision) ?? beyond(name, type)
          );
        // A time within the last day of a unit is after that day's beginning.
        const from = by === 'ceil' && time > 0 ? day + 1 : day;
        return timestampOf(toDay(from, unit), 0, precision) ?? beyond(name, type);
      };
    }
    case 'NULL':
      return () => null;
    default:
      return noUnit(name, type, unit);
  }
}

const floorBy = (v: number, step: number): number => (step > 1 ? v - (v % step) : v);
const ceilBy = (v: number, step: number): number => (step > 1 && v % step !== 0 ? v - (v % step) + step : v);

/** The day, unless a DATE can't be it. */
export const inDates = (day: number): number | undefined => ((day | 0) === day ? day : undefined);
