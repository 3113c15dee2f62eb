/** Characters of a text are Unicode code points, as in SQL; JavaScript counts UTF-16 units. Where a character begins, and how many there are. */

import { room, spend } from '../../budget.ts';

/** Bytes of a character that stands alone in an array, with the array's room to grow. */
const bytesOfCharacter = 40;
/** Bytes of a piece of a text and of its place. */
const bytesOfPiece = 40;

/** A text's characters one by one, for who lets go of them at once. */
export function charactersOf(text: string, maker: string): string[] {
  room(bytesOfCharacter * text.length, maker);
  return Array.from(text);
}

/** The text between separators. */
export function splitText(text: string, separator: string, maker: string): string[] {
  let count = 1;
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + separator.length)) count++;
  room(bytesOfPiece * count, maker);
  return text.split(separator);
}

/** Counts one more piece of a text before it is kept. */
export const spendPiece = (maker: string): void => spend(bytesOfPiece, maker);

/** To be called before something is done that may take each of a text's characters apart. */
export const roomForPieces = (text: string, maker: string): void => room(bytesOfPiece * text.length, maker);

/** Pieces that are put together at once: JavaScript keeps each piece of a text that grows piece by piece. */
const joinedAtOnce = 4096;

/** The text with each match of a global pattern replaced. JavaScript's own replace finds all of them before it replaces any. */
export function replaceMatches(text: string, pattern: RegExp, by: (match: RegExpMatchArray) => string): string {
  const done: string[] = [];
  let pieces: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    pieces.push(text.slice(from, match.index), by(match));
    from = match.index! + match[0].length;
    if (pieces.length < joinedAtOnce) continue;
    done.push(pieces.join(''));
    pieces = [];
  }
  if (from === 0 && pieces.length === 0 && done.length === 0) return text;
  return `${done.join('')}${pieces.join('')}${text.slice(from)}`;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
const isPairAt = (text: string, at: number): boolean => isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1));

/** Of the units before `end`. */
export function countCharacters(text: string, end = text.length): number {
  let count = end;
  for (let at = 0; at < end; at++)
    if (isPairAt(text, at)) {
      count--;
      at++;
    }
  return count;
}

/** The offset in units of the place so many characters after the offset `from`; the text's end, where it has fewer. */
export function offsetAfter(text: string, characters: number, from = 0): number {
  let at = from;
  for (let left = characters; left > 0 && at < text.length; left--) at += isPairAt(text, at) ? 2 : 1;
  return at;
}

/** The offset in units of the place so many characters before the text's end; 0, where it has fewer. */
export function offsetBefore(text: string, characters: number): number {
  let at = text.length;
  for (let left = characters; left > 0 && at > 0; left--) at -= at > 1 && isPairAt(text, at - 2) ? 2 : 1;
  return at;
}

/** Where a part found at an offset stands, counted in characters from 1; 0 for -1. */
export const positionAt = (text: string, offset: number): number =>
  offset < 0 ? 0 : countCharacters(text, offset) + 1;
