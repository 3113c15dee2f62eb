/** Sums and differences of dates and times, in a unit: TIMESTAMPADD and TIMESTAMPDIFF. */
import type { SqlType } from '../types.ts';
import { type Long, narrow } from '../values.ts';
import {
  addMonths,
  civil,
  dayIn,
  dayOfTimestamp,
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
import { quotient } from './time-fields.ts';
import { daysIn, inDates, monthsIn, noUnit, timeIn } from './time-units.ts';

const beyond = (kind: string): never => fail(`TIMESTAMPADD goes beyond ${kind}`);

/** `n` of the unit later; a month later is the same day, or the last that the month has. A TIME begins anew at midnight. Throws where the type has no such unit. */
export function addition(unit: string, type: SqlType): Implementation {
  const [months, days] = [monthsIn(unit), daysIn(unit)];
  /** The day so many units later; NaN where that is far beyond any date. */
  const later = (day: number, n: Long): number => {
    const count = Number(n) * (months ?? days!);
    if (!Number.isSafeInteger(count)) return Number.NaN;
    return months === undefined ? day + count : addMonths(day, count);
  };
  const isOfDays = months !== undefined || days !== undefined;
  switch (type.kind) {
    case 'DATE':
      if (!isOfDays) return fail(`TIMESTAMPADD of ${unit} to a DATE: cast it to TIMESTAMP first`);
      return (n: Long, v: number) => inDates(later(v, n)) ?? beyond('DATE');
    case 'TIMESTAMP': {
      const { precision } = type;
      if (isOfDays)
        return (n: Long, v: Long) =>
          timestampOf(later(dayOfTimestamp(v, precision), n), timeOfTimestamp(v, precision), precision) ??
          beyond('TIMESTAMP');
      const step = timeIn(unit, precision) ?? noUnit('TIMESTAMPADD', type, unit);
      return (n: Long, v: Long) => {
        const sum = BigInt(v) + inUnits(n, step);
        return BigInt.asIntN(64, sum) === sum ? narrow(sum) : beyond('TIMESTAMP');
      };
    }
    case 'TIME': {
      const step = timeIn(unit, type.precision) ?? noUnit('TIMESTAMPADD', type, unit);
      const day = BigInt(secondsPerDay * perSecond(type.precision));
      return (n: Long, v: number) => Number((((BigInt(v) + inUnits(n, step)) % day) + day) % day);
    }
    case 'NULL':
      return () => null;
    default:
      return noUnit('TIMESTAMPADD', type, unit);
  }
}

/** What is finer than the precision is cut off towards zero. */
const inUnits = (n: Long, step: number): bigint =>
  step >= 1 ? BigInt(n) * BigInt(step) : BigInt(n) / BigInt(Math.round(1 / step));

interface Split {
  readonly day: (v: Long) => number;
  /** In units of the precision that the difference is taken in. */
  readonly time: (v: Long) => number;
}

function split(type: SqlType, precision: Precision): Split {
  switch (type.kind) {
    case 'TIME': {
      const times = perSecond(precision) / perSecond(type.precision);
      return { day: () => 0, time: (v) => Number(v) * times };
    }
    case 'TIMESTAMP': {
      const own = type.precision;
      const times = perSecond(precision) / perSecond(own);
      return {
        day: (v) => dayOfTimestamp(v, own),
        time: (v) => timeOfTimestamp(v, own) * times,
      };
    }
    default:
      return { day: Number, time: () => 0 };
  }
}

const precisionOf = (type: SqlType): Precision =>
  type.kind === 'TIME' || type.kind === 'TIMESTAMP' ? type.precision : 3;

/** How many whole units lie between two values, from the first to the second; towards zero. Throws where the types have no such unit. */
export function difference(unit: string, from: SqlType, to: SqlType): Implementation {
  const precision = Math.max(precisionOf(from), precisionOf(to)) as Precision;
  const [a, b] = [split(from, precision), split(to, precision)];
  const [months, days] = [monthsIn(unit), daysIn(unit)];
  if (months !== undefined) {
    if (from.kind === 'TIME' || to.kind === 'TIME') return noUnit('TIMESTAMPDIFF', from, unit);
    return (v: Long, w: Long) => {
      const whole = wholeMonths(a.day(v), b.day(w), b.time(w) - a.time(v));
      return Math.trunc(whole / months) + 0;
    };
  }
  const second = perSecond(precision);
  const perDay = secondsPerDay * second;
  const step = days === undefined ? (timeIn(unit, precision) ?? noUnit('TIMESTAMPDIFF', from, unit)) : days * perDay;
  return (v: Long, w: Long) => {
    const [day, time] = [b.day(w) - a.day(v), b.time(w) - a.time(v)];
    const units = day * perDay + time;
    const exact = Number.isSafeInteger(units) ? units : BigInt(day) * BigInt(perDay) + BigInt(time);
    const count = step >= 1 ? quotient(exact, step) : narrow(BigInt(exact) * BigInt(Math.round(1 / step)));
    return typeof count === 'number' || BigInt.asIntN(64, count) === count
      ? count
      : fail(`TIMESTAMPDIFF in ${unit} goes beyond BIGINT`);
  };
}

/** A month is over when its day and time of day have come again. */
function wholeMonths(from: number, to: number, time: number): number {
  const [a, b] = [civil(from), civil(to)];
  const months = (yearIn(b) - yearIn(a)) * 12 + monthIn(b) - monthIn(a);
  const missing = dayIn(b) - dayIn(a) || time;
  if (months > 0 && missing < 0) return months - 1;
  return months < 0 && missing > 0 ? months + 1 : months;
}
