/** CSV fields by RFC 4180: quotes where a field needs them, doubled inside. Called by generated code; see writer.ts. */

const [quote, lineFeed, carriageReturn] = [34, 10, 13];

/** `src[start, end)`, UTF-8, as a field. An empty one is quoted, which tells it from NULL. `always`: quotes also where none are needed. */
export function writeField(
  src: Buffer,
  start: number,
  end: number,
  dst: Buffer,
  at: number,
  delimiter: number,
  always: boolean,
): number {
  let plain = !always && end > start && !isSpace(src[start]!) && !isSpace(src[end - 1]!);
  for (let i = start; plain && i < end; i++) {
    const c = src[i]!;
    plain = c !== quote && c !== delimiter && c !== lineFeed && c !== carriageReturn;
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

/** Blanks at a field's ends are dropped by many readers unless they stand in quotes. */
const isSpace = (c: number): boolean => c === 32 || c === 9;

export function writeTextField(dst: Buffer, at: number, text: string, delimiter: number, always: boolean): number {
  const bytes = Buffer.from(text);
  return writeField(bytes, 0, bytes.length, dst, at, delimiter, always);
}

/** What stands in `dst[from, at)` already, as a field; it is moved where it grows. */
export function quoteInPlace(dst: Buffer, from: number, at: number, delimiter: number, always: boolean): number {
  // Beyond the end nothing was stored: the caller comes again with more room, for twice as much as the text can become.
  if (at > dst.length) return from + 2 * (at - from) + 2;
  const bytes = Buffer.from(dst.subarray(from, at));
  return writeField(bytes, 0, bytes.length, dst, from, delimiter, always);
}

/** One line of names. */
export function headerLine(names: readonly string[], delimiter: string, always: boolean): Buffer {
  const parts = names.map((name) => {
    const dst = Buffer.alloc(2 * Buffer.byteLength(name) + 2);
    return dst.subarray(0, writeTextField(dst, 0, name, delimiter.charCodeAt(0), always));
  });
  const separator = Buffer.from(delimiter);
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])));
}
