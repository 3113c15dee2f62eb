/**
 * Patterns of dates and times, with the letters of Java's DateTimeFormatter in English: the pieces that date-print.ts prints
 * and date-parse.ts parses by. Weeks, and the year that a week is of, are those of ISO 8601.
 */
import { fail } from './fail.ts';

export type Piece = { readonly text: string } | { readonly letter: string; readonly count: number };

export const monthNames = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const dayNames = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
/** Letters → the most of them in a row. */
const letters: Readonly<Record<string, number>> = {
  y: 9,
  u: 9,
  Y: 9,
  M: 4,
  L: 4,
  d: 2,
  D: 3,
  E: 4,
  Q: 2,
  w: 2,
  a: 1,
  H: 2,
  k: 2,
  K: 2,
  h: 2,
  m: 2,
  s: 2,
  S: 9,
  X: 3,
  x: 3,
  Z: 3,
  z: 3,
};
const piece = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/gy;

/** Throws where the pattern means nothing. */
export function piecesOf(pattern: string): readonly Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const [whole, quoted, letter] of pattern.matchAll(piece)) {
    end += whole.length;
    if (quoted !== undefined) found.push({ text: quoted === '' ? "'" : quoted.replaceAll("''", "'") });
    else if (letter === undefined) found.push({ text: whole });
    else if (whole.length <= (letters[letter] ?? 0)) found.push({ letter, count: whole.length });
    else fail(`in the pattern ${pattern}, ${whole} means nothing: text stands in single quotes`);
  }
  if (end < pattern.length) fail(`in the pattern ${pattern}, a single quote is not closed`);
  return found;
}

/** Four letters stand for the whole name, fewer for its first three characters. */
export const namesBy = (names: readonly string[], count: number): readonly string[] =>
  count === 4 ? names : names.map((name) => name.slice(0, 3));
