/** Time zones: the IANA names that this Node knows (by Intl), UTC, and fixed offsets as `+02:00` or `GMT-8`. */
import { fail } from './fail.ts';
import { memo } from './memo.ts';

/** Seconds east of UTC at an instant, in seconds since 1970. */
export type Zone = (instant: number) => number;

/** There are about 600 names. */
const zonesMax = 1024;

export const zoneOf: (name: string) => Zone = memo(
  (name) => fixed(name) ?? named(name) ?? fail(`there is no time zone ${name}`),
  zonesMax,
);

const offset = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d)(?::([0-5]\d))?)?$/;

function fixed(name: string): Zone | undefined {
  const found = /^(?:UTC|GMT|Z)$/.test(name) ? 0 : secondsOf(name);
  return found === undefined ? undefined : () => found;
}

function secondsOf(text: string): number | undefined {
  const parts = offset.exec(text);
  if (parts === null) return undefined;
  const [, sign, hours, minutes = '0', seconds = '0'] = parts;
  if (Number(hours) > 23) return undefined;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -size : size;
}

/** Offsets are asked for quarters of an hour, in seconds: all changes since 1972 are at one. */
const quarter = 900;
const quartersMax = 4096;

function named(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const asked = new Map<number, number>();
  return (instant) => {
    const at = Math.floor(instant / quarter);
    const found = asked.get(at);
    if (found !== undefined) return found;
    // Years that Date doesn't have are as its first and last.
    const date = new Date(Math.max(-8.64e15, Math.min(8.64e15, at * quarter * 1000)));
    const shown = format.formatToParts(date).find((part) => part.type === 'timeZoneName')!.value;
    const seconds = secondsOf(shown) ?? 0;
    if (asked.size >= quartersMax) asked.clear();
    asked.set(at, seconds);
    return seconds;
  };
}

const day = 86_400;

/**
 * The offset where this local time (in seconds since 1970, as if it were UTC) is in the zone. A time that comes twice is
 * the later one, and one that is left out is taken with the offset before: as java.util.Calendar has it, and so Flink.
 */
export function offsetAtLocal(zone: Zone, local: number): number {
  const [before, after] = [zone(local - day), zone(local + day)];
  if (before === after) return before;
  const holds = (seconds: number): boolean => zone(local - seconds) === seconds;
  if (holds(before) !== holds(after)) return holds(before) ? before : after;
  return Math.min(before, after);
}
