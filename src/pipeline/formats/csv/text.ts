/** CSV fields by RFC 4180: quotes where a field needs them, doubled inside. Called by generated code; see writer.ts. */

import type { Format } from '../../../contracts/format.ts';

const [quote, lineFeed, carriageReturn] = [34, 10, 13];

/** What a field must not be taken for, in UTF-8, and whether all stand in quotes. */
export interface Quoting {
  readonly delimiter: Buffer;
  readonly absent: Buffer;
  readonly always: boolean;
}

export const quotingOf = (format: Format & { kind: 'csv' }): Quoting => ({
  delimiter: Buffer.from(format.delimiter),
  absent: Buffer.from(format.null),
  always: format.quoting === 'all',
});

/** `src[start, end)`, UTF-8, as a field. One that is empty, or the word for NULL, is quoted, which tells it from NULL. */
export function writeField(
  src: Buffer,
  start: number,
  end: number,
  dst: Buffer,
  at: number,
  { delimiter, absent, always }: Quoting,
): number {
  let plain = !always && end > start && !isSpace(src[start]!) && !isSpace(src[end - 1]!);
  if (plain && end - start === absent.length) plain = !standsAt(src, start, absent);
  const first = delimiter[0]!;
  for (let i = start; plain && i < end; i++) {
    const c = src[i]!;
    if (c === first) plain = !standsAt(src, i, delimiter);
    else plain = c !== quote && c !== lineFeed && c !== carriageReturn;
  }
  if (plain) {
    for (let i = start; i < end; i++) dst[at++] = src[i]!;
    return at;
  }
  dst[at++] = quote;
  for (let i = start; i < end; i++) {
    const c = src[i]!;
    if (c === quote) dst[at++] = quote;
    dst[at++] = c;
  }
  dst[at] = quote;
  return at + 1;
}

/** A character's first byte says how many follow, so that it can't end behind a field's end. */
function standsAt(src: Buffer, at: number, bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if (src[at + i] !== bytes[i]) return false;
  return true;
}

/** Blanks at a field's ends are dropped by many readers unless they stand in quotes. */
const isSpace = (c: number): boolean => c === 32 || c === 9;

export function writeTextField(dst: Buffer, at: number, text: string, quoting: Quoting): number {
  const bytes = Buffer.from(text);
  return writeField(bytes, 0, bytes.length, dst, at, quoting);
}

/** What stands in `dst[from, at)` already, as a field; it is moved where it grows. */
export function quoteInPlace(dst: Buffer, from: number, at: number, quoting: Quoting): number {
  // Beyond the end nothing was stored: the caller comes again with more room, for twice as much as the text can become.
  if (at > dst.length) return from + 2 * (at - from) + 2;
  const bytes = Buffer.from(dst.subarray(from, at));
  return writeField(bytes, 0, bytes.length, dst, from, quoting);
}

/** One line of names. */
export function headerLine(names: readonly string[], quoting: Quoting): Buffer {
  const parts = names.map((name) => {
    const dst = Buffer.alloc(2 * Buffer.byteLength(name) + 2);
    return dst.subarray(0, writeTextField(dst, 0, name, quoting));
  });
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [quoting.delimiter, part])));
}
