/** Parses texts of dates and times by a pattern. */
import type { Long } from '../values.ts';
import { daysOf, monthLength, type Precision, perSecond, timestampOf } from './calendar.ts';
import { dayNames, monthNames, namesBy, piecesOf } from './date-pattern.ts';
import { fail } from './fail.ts';
import { memo } from './memo.ts';
import { weekday } from './time-units.ts';

/** What a text has said so far. */
class Said {
  year = 1970;
  month = 1;
  day = 1;
  /** 0 is Sunday. */
  weekday: number | undefined;
  hour = 0;
  /** From 0 to 11: where it is there, the hour is this one before or after noon. */
  halfDayHour: number | undefined;
  afternoon = false;
  minute = 0;
  second = 0;
  nanosecond = 0;
  /** Seconds east of UTC. */
  offset = 0;
}

/** Reads from a place on: the place behind what it read; -1 where that isn't there. */
type Reader = (text: string, at: number, said: Said) => number;

/** So many digits, or from one to nine where only one letter stands. */
const number = (count: number, least: number, most: number, set: (said: Said, v: number) => void): Reader => {
  const digits = count === 1 ? /\d{1,9}/y : new RegExp(`\\d{${count}}`, 'y');
  return (text, at, said) => {
    digits.lastIndex = at;
    const value = digits.test(text) ? Number(text.slice(at, digits.lastIndex)) : -1;
    if (value < least || value > most) return -1;
    set(said, value);
    return digits.lastIndex;
  };
};

const oneOf = (names: readonly string[], set: (said: Said, index: number) => void): Reader => {
  const upper = names.map((name) => name.toUpperCase());
  return (text, at, said) => {
    const index = upper.findIndex((name) => text.slice(at, at + name.length).toUpperCase() === name);
    if (index < 0) return -1;
    set(said, index);
    return at + names[index]!.length;
  };
};

const offsets = /(?:Z|UTC|GMT)|([+-])(\d\d)(?::?(\d\d))?/y;
const offset: Reader = (text, at, said) => {
  offsets.lastIndex = at;
  const found = offsets.exec(text);
  if (found === null) return -1;
  const [whole, sign, hours = '0', minutes = '0'] = found;
  said.offset = (Number(hours) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1);
  return at + whole.length;
};

function reader(letter: string, count: number, pattern: string): Reader {
  switch (letter) {
    case 'y':
    case 'u':
      return number(count, 0, 999_999_999, (said, v) => {
        said.year = count === 2 ? 2000 + v : v;
      });
    case 'M':
    case 'L':
      if (count > 2)
        return oneOf(namesBy(monthNames, count), (said, index) => {
          said.month = index + 1;
        });
      return number(count, 1, 12, (said, v) => {
        said.month = v;
      });
    case 'd':
      return number(count, 1, 31, (said, v) => {
        said.day = v;
      });
    case 'E':
      return oneOf(namesBy(dayNames, count), (said, index) => {
        said.weekday = index;
      });
    case 'a':
      return oneOf(['AM', 'PM'], (said, index) => {
        said.afternoon = index === 1;
      });
    case 'H':
    case 'k':
      return number(count, letter === 'H' ? 0 : 1, letter === 'H' ? 23 : 24, (said, v) => {
        said.hour = v % 24;
      });
    case 'K':
    case 'h':
      return number(count, letter === 'K' ? 0 : 1, letter === 'K' ? 11 : 12, (said, v) => {
        said.halfDayHour = v % 12;
      });
    case 'm':
      return number(count, 0, 59, (said, v) => {
        said.minute = v;
      });
    case 's':
      return number(count, 0, 59, (said, v) => {
        said.second = v;
      });
    case 'S':
      return fraction(count);
    case 'X':
    case 'x':
    case 'Z':
    case 'z':
      return offset;
    default:
      return fail(`by the pattern ${pattern} nothing can be read: ${letter} is for printing alone`);
  }
}

const fraction = (count: number): Reader => {
  const digits = new RegExp(`\\d{${count}}`, 'y');
  return (text, at, said) => {
    digits.lastIndex = at;
    if (!digits.test(text)) return -1;
    said.nanosecond = Number(text.slice(at, at + count).padEnd(9, '0'));
    return at + count;
  };
};

const literal =
  (wanted: string): Reader =>
  (text, at) =>
    text.startsWith(wanted, at) ? at + wanted.length : -1;

/** In units of the precision since 1970, in UTC; undefined where the text is not of the pattern, or there is no such time. */
export type ParseTime = (text: string, precision: Precision) => Long | undefined;

/** Throws where the pattern means nothing, or has letters that nothing can be read by. What it has no letter for is as in 1970-01-01 00:00:00. */
export function parsing(pattern: string): ParseTime {
  const readers = piecesOf(pattern).map((p) => ('text' in p ? literal(p.text) : reader(p.letter, p.count, pattern)));
  return (text, precision) => {
    const said = new Said();
    let at = 0;
    for (const read of readers) {
      at = read(text, at, said);
      if (at < 0) return undefined;
    }
    return at === text.length ? meaning(said, precision) : undefined;
  };
}

function meaning(said: Said, precision: Precision): Long | undefined {
  if (said.day > monthLength(said.year, said.month)) return undefined;
  const day = daysOf(said.year, said.month, said.day);
  if (said.weekday !== undefined && said.weekday !== weekday(day)) return undefined;
  const hour = said.halfDayHour === undefined ? said.hour : said.halfDayHour + (said.afternoon ? 12 : 0);
  const seconds = hour * 3600 + said.minute * 60 + said.second - said.offset;
  const second = perSecond(precision);
  return timestampOf(day, seconds * second + Math.floor(said.nanosecond / (1e9 / second)), precision);
}

/** Of patterns that aren't known before the records. */
export const parsingBy: (pattern: string) => ParseTime = memo(parsing);
