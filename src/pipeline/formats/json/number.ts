/** Numbers as JSON: integers digit by digit, doubles in their shortest form (as JSON.stringify), which NaN and infinities don't have. */

import { output } from './words.ts';

/** Both digits of 0…99 in one integer, as they stand in memory (little-endian). */
const pairs = new Uint16Array(100);
for (let i = 0; i < 100; i++) pairs[i] = (48 + Math.floor(i / 10)) | ((48 + (i % 10)) << 8);

/** Room for the longest number that is written by words; nearer to the end of `dst` it is written by bytes. */
const room = 20;

/** The four digits of 0…9999. */
function fourDigits(v: number): number {
  const high = (v / 100) | 0;
  return pairs[high]! | (pairs[v - high * 100]! << 16);
}

/** An integer below 2^31, not negative; `room` bytes are there. */
function writeSmall(to: DataView, at: number, v: number): number {
  if (v < 10_000) return writeHead(to, at, v);
  if (v >= 100_000_000) {
    const high = (v / 100_000_000) | 0;
    return writeEight(to, writeHead(to, at, high), v - high * 100_000_000);
  }
  const high = (v / 10_000) | 0;
  const next = writeHead(to, at, high);
  to.setInt32(next, fourDigits(v - high * 10_000), true);
  return next + 4;
}

/** 0…9999 without zeros before it. */
function writeHead(to: DataView, at: number, v: number): number {
  if (v < 10) {
    to.setInt8(at, 48 + v);
    return at + 1;
  }
  if (v < 100) {
    to.setInt16(at, pairs[v]!, true);
    return at + 2;
  }
  const digits = fourDigits(v);
  if (v < 1000) {
    to.setInt32(at, digits >>> 8, true);
    return at + 3;
  }
  to.setInt32(at, digits, true);
  return at + 4;
}

/** 0…99999999 with zeros before it. */
function writeEight(to: DataView, at: number, v: number): number {
  const high = (v / 10_000) | 0;
  to.setInt32(at, fourDigits(high), true);
  to.setInt32(at + 4, fourDigits(v - high * 10_000), true);
  return at + 8;
}

/** An INT. */
export function writeInt(dst: Buffer, at: number, v: number): number {
  if (v === -2147483648 || at + room > dst.length) return writeAscii(dst, at, String(v));
  if (v >= 0) return writeSmall(output(dst), at, v);
  dst[at] = 45;
  return writeSmall(output(dst), at + 1, -v);
}

/** A BIGINT: every digit. */
export function writeLong(dst: Buffer, at: number, v: number | bigint): number {
  if (typeof v === 'bigint') return writeAscii(dst, at, v.toString());
  if (v >= 0) return writeSafe(dst, at, v);
  dst[at] = 45;
  return writeSafe(dst, at + 1, -v);
}

/** A safe integer, not negative. */
function writeSafe(dst: Buffer, at: number, v: number): number {
  if (at + room > dst.length) return writeAscii(dst, at, String(v));
  const to = output(dst);
  if (v < 2147483648) return writeSmall(to, at, v | 0);
  const high = (v / 1e8) | 0;
  return writeEight(to, writeSmall(to, at, high), (v - high * 1e8) | 0);
}

const nothing = Buffer.from('null');

/** A FLOAT or DOUBLE. */
export function writeDouble(dst: Buffer, at: number, v: number): number {
  if ((v | 0) === v) return writeInt(dst, at, v | 0);
  const thousandths = Math.round(v * 1000);
  // A decimal of at most 15 digits that gives exactly this double is its shortest form.
  if (thousandths / 1000 === v && thousandths < 1e12 && thousandths > -1e12)
    return writeFraction(dst, at, thousandths, 1000);
  const millionths = Math.round(v * 1e6);
  if (millionths / 1e6 === v && millionths < 1e15 && millionths > -1e15) return writeFraction(dst, at, millionths, 1e6);
  if (!Number.isFinite(v)) {
    for (let i = 0; i < 4; i++) dst[at + i] = nothing[i]!;
    return at + 4;
  }
  return writeAscii(dst, at, String(v));
}

/** `scaled / scale`, where scale is a power of ten, without zeros at the end. */
function writeFraction(dst: Buffer, at: number, scaled: number, scale: number): number {
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
  dst[to++] = 46;
  for (let unit = scale / 10; fraction > 0; unit /= 10) {
    const digit = (fraction / unit) | 0;
    dst[to++] = 48 + digit;
    fraction -= digit * unit;
  }
  return to;
}

export function writeAscii(dst: Buffer, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) dst[at + i] = text.charCodeAt(i);
  return at + text.length;
}
