/** JSON strings from UTF-8 bytes and from JS strings. Stores beyond `dst.length` are ignored, as typed arrays do; the caller sees it by `at`. */

import { input, isPlain, letters, output } from './words.ts';

/** 0: stands for itself in a JSON string; 1: is escaped; 2: part of a character outside ASCII. */
const classes = new Uint8Array(256);
classes.fill(1, 0, 32);
classes[34] = 1;
classes[92] = 1;
classes.fill(2, 128);

const hex = Buffer.from('0123456789abcdef');
const short: Readonly<Record<number, number>> = { 8: 98, 9: 116, 10: 110, 12: 102, 13: 114, 34: 34, 92: 92 };

/** `src[start, end)` as a JSON string with its quotes. Bytes that aren't UTF-8 become U+FFFD as Node's decoder has it. */
export function writeString(src: Buffer, start: number, end: number, dst: Buffer, at: number): number {
  dst[at] = 34;
  const shift = at + 1 - start;
  const last = end - 4;
  let i = start;
  if (i <= last && end + shift <= dst.length) {
    const from = input(src);
    const to = output(dst);
    // The last word overlaps the one before it rather than leave single bytes.
    for (; i < end; i += 4) {
      if (i > last) i = last;
      const word = from.getInt32(i, true);
      if (!isPlain(word)) return writeRest(src, i, start, end, dst, i + shift, at);
      to.setInt32(i + shift, word, true);
    }
  }
  for (; i < end; i++) {
    const c = src[i]!;
    if (classes[c] !== 0) return writeRest(src, i, start, end, dst, i + shift, at);
    dst[i + shift] = c;
  }
  dst[end + shift] = 34;
  return end + shift + 1;
}

/** The same from byte `i` on, where the first byte stands that can't be copied as it is. */
function writeRest(src: Buffer, i: number, start: number, end: number, dst: Buffer, to: number, at: number): number {
  while (i < end) {
    const c = src[i]!;
    if (c > 127) {
      const length = characterLength(src, i, end);
      if (length === 0) return writeText(dst, at, src.toString('utf8', start, end));
      for (let k = 0; k < length; k++) dst[to++] = src[i++]!;
    } else {
      to = writeAscii(c, dst, to);
      i++;
    }
  }
  dst[to] = 34;
  return to + 1;
}

function writeAscii(c: number, dst: Buffer, to: number): number {
  if (classes[c] === 0) {
    dst[to] = c;
    return to + 1;
  }
  dst[to] = 92;
  const letter = short[c];
  if (letter !== undefined) {
    dst[to + 1] = letter;
    return to + 2;
  }
  dst[to + 1] = 117;
  dst[to + 2] = 48;
  dst[to + 3] = 48;
  dst[to + 4] = hex[c >> 4]!;
  dst[to + 5] = hex[c & 15]!;
  return to + 6;
}

/** Bytes of the well-formed UTF-8 character outside ASCII at `i`, or 0 (Unicode 16, table 3-7). */
function characterLength(src: Buffer, i: number, end: number): number {
  const c = src[i]!;
  const follows = (n: number, low = 128, high = 191): boolean =>
    i + n < end && src[i + n]! >= low && src[i + n]! <= high;
  if (c >= 0xc2 && c <= 0xdf) return follows(1) ? 2 : 0;
  if (c >= 0xe0 && c <= 0xef) return follows(1, c === 0xe0 ? 0xa0 : 128, c === 0xed ? 0x9f : 191) && follows(2) ? 3 : 0;
  if (c >= 0xf0 && c <= 0xf4)
    return follows(1, c === 0xf0 ? 0x90 : 128, c === 0xf4 ? 0x8f : 191) && follows(2) && follows(3) ? 4 : 0;
  return 0;
}

/** UPPER of `src[start, end)` as a JSON string. */
export const writeUpper = (src: Buffer, start: number, end: number, dst: Buffer, at: number): number =>
  writeFolded(src, start, end, dst, at, 97);

/** LOWER, likewise. */
export const writeLower = (src: Buffer, start: number, end: number, dst: Buffer, at: number): number =>
  writeFolded(src, start, end, dst, at, 65);

/** The letters of one case, of which `first` is the first, in the other case: by words and bytes while they are ASCII. */
function writeFolded(src: Buffer, start: number, end: number, dst: Buffer, at: number, first: 97 | 65): number {
  dst[at] = 34;
  const last = end - 4;
  const shift = at + 1 - start;
  let i = start;
  if (i <= last && end + shift <= dst.length) {
    const from = input(src);
    const words = output(dst);
    for (; i < end; i += 4) {
      if (i > last) i = last;
      const word = from.getInt32(i, true);
      if (!isPlain(word)) break;
      words.setInt32(i + shift, word ^ letters(word, first), true);
    }
  }
  let to = i + shift;
  for (; i < end; i++) {
    const c = src[i]!;
    const kind = classes[c]!;
    if (kind === 2) {
      const text = src.toString('utf8', start, end);
      return writeText(dst, at, first === 97 ? text.toUpperCase() : text.toLowerCase());
    }
    if (kind === 1) to = writeAscii(c, dst, to);
    else dst[to++] = c ^ letters(c, first);
  }
  dst[to] = 34;
  return to + 1;
}

/** A JS string as a JSON string. */
export function writeText(dst: Buffer, at: number, text: string): number {
  const bytes = Buffer.from(JSON.stringify(text));
  return writeBytes(dst, at, bytes);
}

/** Bytes that are JSON already. */
export function writeBytes(dst: Buffer, at: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) dst[at + i] = bytes[i]!;
  return at + bytes.length;
}

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

/** Both characters of twelve bits in one integer, as they stand in memory (little-endian). */
const pairs = new Uint16Array(4096);
for (let i = 0; i < 4096; i++) pairs[i] = alphabet[i >> 6]! | (alphabet[i & 63]! << 8);

/** `src[start, end)` as a JSON string of base64 (RFC 4648, padded). */
export function writeBase64(src: Buffer, start: number, end: number, dst: Buffer, at: number): number {
  const length = Math.ceil((end - start) / 3) * 4 + 2;
  if (at + length > dst.length) return at + length;
  const words = output(dst);
  let to = at;
  dst[to++] = 34;
  let i = start;
  for (; i + 2 < end; i += 3) {
    const bits = (src[i]! << 16) | (src[i + 1]! << 8) | src[i + 2]!;
    words.setInt32(to, pairs[bits >> 12]! | (pairs[bits & 4095]! << 16), true);
    to += 4;
  }
  if (i < end) {
    const two = i + 1 < end;
    const bits = (src[i]! << 16) | (two ? src[i + 1]! << 8 : 0);
    dst[to] = alphabet[bits >> 18]!;
    dst[to + 1] = alphabet[(bits >> 12) & 63]!;
    dst[to + 2] = two ? alphabet[(bits >> 6) & 63]! : 61;
    dst[to + 3] = 61;
    to += 4;
  }
  dst[to] = 34;
  return to + 1;
}
