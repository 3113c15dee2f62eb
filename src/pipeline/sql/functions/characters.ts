/** Characters of a text are Unicode code points, as in SQL; JavaScript counts UTF-16 units. Where a character begins, and how many there are. */

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
