/** Prints dates and times by a pattern. */
import { civil, dayIn, monthIn, type Precision, perSecond, yearIn } from './calendar.ts';
import { dayNames, monthNames, namesBy, piecesOf } from './date-pattern.ts';
import { memo } from './memo.ts';
import { dayField } from './time-fields.ts';
import { weekday } from './time-units.ts';

/** The day since 1970, its civil date, and the time of day with how many of its units a second has. */
type Printer = (day: number, date: number, time: number, second: number) => string;

const padded = (v: number, count: number): string => String(v).padStart(count, '0');
/** As the calendar prints years; two letters are two digits. */
function year(v: number, count: number): string {
  if (count === 2) return padded(((v % 100) + 100) % 100, 2);
  const sign = v < 0 ? '-' : v >= 10 ** count && count > 3 ? '+' : '';
  return sign + padded(Math.abs(v), count);
}
const named = (names: readonly string[], count: number): ((index: number) => string) => {
  const shown = namesBy(names, count);
  return (index) => shown[index]!;
};
const hourOf = (time: number, second: number): number => Math.floor(time / (3600 * second));
const ofField = (unit: string): ((day: number, count: number) => string) => {
  const field = dayField(unit)!;
  return (day, count) => padded(field(day), count);
};
const [dayOfYear, quarterOf, weekOf] = [ofField('DOY'), ofField('QUARTER'), ofField('WEEK')];

function printer(letter: string, count: number): Printer {
  switch (letter) {
    case 'y':
    case 'u':
      return (_, date) => year(yearIn(date), count);
    case 'Y':
      return (day) => year(dayField('ISOYEAR')!(day), count);
    case 'M':
    case 'L': {
      if (count < 3) return (_, date) => padded(monthIn(date), count);
      const name = named(monthNames, count);
      return (_, date) => name(monthIn(date) - 1);
    }
    case 'd':
      return (_, date) => padded(dayIn(date), count);
    case 'D':
      return (day) => dayOfYear(day, count);
    case 'E': {
      const name = named(dayNames, count);
      return (day) => name(weekday(day));
    }
    case 'Q':
      return (day) => quarterOf(day, count);
    case 'w':
      return (day) => weekOf(day, count);
    case 'a':
      return (_, __, time, second) => (hourOf(time, second) < 12 ? 'AM' : 'PM');
    case 'H':
      return (_, __, time, second) => padded(hourOf(time, second), count);
    case 'k':
      return (_, __, time, second) => padded(hourOf(time, second) || 24, count);
    case 'K':
      return (_, __, time, second) => padded(hourOf(time, second) % 12, count);
    case 'h':
      return (_, __, time, second) => padded(hourOf(time, second) % 12 || 12, count);
    case 'm':
      return (_, __, time, second) => padded(Math.floor(time / (60 * second)) % 60, count);
    case 's':
      return (_, __, time, second) => padded(Math.floor(time / second) % 60, count);
    case 'S':
      return (_, __, time, second) =>
        String(time % second)
          .padStart(String(second).length - 1, '0')
          .padEnd(9, '0')
          .slice(0, count);
    case 'X':
      return () => 'Z';
    case 'x':
      return () => ['+00', '+0000', '+00:00'][count - 1]!;
    case 'Z':
      return () => '+0000';
    default:
      return () => 'UTC';
  }
}

export type PrintTime = (day: number, time: number, precision: Precision) => string;

/** Throws where the pattern means nothing. */
export function printing(pattern: string): PrintTime {
  const printers = piecesOf(pattern).map((p): Printer => ('text' in p ? () => p.text : printer(p.letter, p.count)));
  return (day, time, precision) => {
    const [date, second] = [civil(day), perSecond(precision)];
    let out = '';
    for (const print of printers) out += print(day, date, time, second);
    return out;
  };
}

/** Of patterns that aren't known before the records. */
export const printingBy: (pattern: string) => PrintTime = memo(printing);
