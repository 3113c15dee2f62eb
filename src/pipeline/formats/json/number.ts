/** Numbers as JSON: integers digit by digit, doubles in their shortest form (as JSON.stringify), which NaN and infinities don't have. */

/** Both digits of 0…99, one after the other. */
const pairs = new Uint8Array(200);
for (let i = 0; i < 100; i++) {
  pairs[2 * i] = 48 + Math.floor(i / 10);
  pairs[2 * i + 1] = 48 + (i % 10);
}

/** An integer below 2^31, not negative. */
function writeSmall(dst: Buffer, at: number, v: number): number {
  if (v < 10) {
    dst[at] = 48 + v;
    return at + 1;
  }
  const width = v < 10_000 ? (v < 100 ? 2 : v < 1000 ? 3 : 4) : widthOf(v);
  return writePadded(dst, at, v, width);
}

const widthOf = (v: number): number =>
  v < 1_000_000 ? (v < 100_000 ? 5 : 6) : v < 100_000_000 ? (v < 10_000_000 ? 7 : 8) : v < 1_000_000_000 ? 9 : 10;

/** The digits of `v`, with zeros before them up to `width`. */
function writePadded(dst: Buffer, at: number, v: number, width: number): number {
  let to = at + width;
  let rest = v;
  while (to - at >= 2) {
    const quotient = (rest / 100) | 0;
    const pair = (rest - quotient * 100) << 1;
    dst[--to] = pairs[pair + 1]!;
    dst[--to] = pairs[pair]!;
    rest = quotient;
  }
  if (to > at) dst[at] = 48 + rest;
  return at + width;
}

/** An INT. */
export function writeInt(dst: Buffer, at: number, v: number): number {
  if (v >= 0) return writeSmall(dst, at, v);
  if (v === -2147483648) return writeAscii(dst, at, '-2147483648');
  dst[at] = 45;
  return writeSmall(dst, at + 1, -v);
}

/** A BIGINT: every digit. */
export function writeLong(dst: Buffer, at: number, v: number | bigint): number {
  if (typeof v === 'bigint') return writeAscii(dst, at, v.toString());
  if (v < 0) {
    dst[at] = 45;
    return writeSafe(dst, at + 1, -v);
  }
  return writeSafe(dst, at, v);
}

/** A safe integer, not negative. */
function writeSafe(dst: Buffer, at: number, v: number): number {
  if (v < 2147483648) return writeSmall(dst, at, v | 0);
  const high = Math.floor(v / 1e9);
  const to = high < 2147483648 ? writeSmall(dst, at, high | 0) : writeSafe(dst, at, high);
  return writePadded(dst, to, (v - high * 1e9) | 0, 9);
}

const nothing = Buffer.from('null');

/** A FLOAT or DOUBLE. */
export function writeDouble(dst: Buffer, at: number, v: number): number {
  if ((v | 0) === v) return writeInt(dst, at, v | 0);
  const thousandths = Math.round(v * 1000);
  // A decimal of at most 15 digits that gives exactly this double is its shortest form.
  if (thousandths / 1000 === v && thousandths < 1e12 && thousandths > -1e12)
    return writeDecimal(dst, at, thousandths, 1000, 3);
  const millionths = Math.round(v * 1e6);
  if (millionths / 1e6 === v && millionths < 1e15 && millionths > -1e15)
    return writeDecimal(dst, at, millionths, 1e6, 6);
  if (!Number.isFinite(v)) {
    for (let i = 0; i < 4; i++) dst[at + i] = nothing[i]!;
    return at + 4;
  }
  return writeAscii(dst, at, String(v));
}

/** `scaled / scale`, where scale is 10 ^ places, without zeros at the end. */
function writeDecimal(dst: Buffer, at: number, scaled: number, scale: number, places: number): number {
  let rest = scaled;
  let to = at;
  if (rest < 0) {
    dst[to++] = 45;
    rest = -rest;
  }
  const whole = Math.floor(rest / scale);
  to = writeSafe(dst, to, whole);
  let fraction = (rest - whole * scale) | 0;
  if (fraction === 0) return to;
  let width = places;
  while (fraction % 10 === 0) {
    fraction = (fraction / 10) | 0;
    width--;
  }
  dst[to] = 46;
  return writePadded(dst, to + 1, fraction, width);
}

function writeAscii(dst: Buffer, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) dst[at + i] = text.charCodeAt(i);
  return at + text.length;
}
