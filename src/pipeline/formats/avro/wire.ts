/**
 * Avro's binary encoding of single values at `dst[at]`, called by generated code and by value.ts. Stores beyond
 * `dst.length` are ignored, as typed arrays do; the caller sees it by the position that is answered.
 */
import type { Long } from '../../sql/values.ts';
import { input, output } from '../json/words.ts';

/** An int, or a length: zigzag varint of 32 bits. */
export function writeInt(dst: Buffer, at: number, v: number): number {
  let rest = ((v << 1) ^ (v >> 31)) >>> 0;
  while (rest > 127) {
    dst[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  dst[at] = rest;
  return at + 1;
}

/** A long: zigzag varint of 64 bits. */
export function writeLong(dst: Buffer, at: number, v: Long): number {
  if (typeof v === 'number' && (v | 0) === v) return writeInt(dst, at, v);
  let rest = BigInt.asUintN(64, typeof v === 'number' ? zigzag(BigInt(v)) : zigzag(v));
  while (rest > 0x0fff_ffffn) {
    const low = Number(rest & 0x0fff_ffffn);
    dst[at++] = (low & 127) | 128;
    dst[at++] = ((low >> 7) & 127) | 128;
    dst[at++] = ((low >> 14) & 127) | 128;
    dst[at++] = ((low >> 21) & 127) | 128;
    rest >>= 28n;
  }
  let low = Number(rest);
  while (low > 127) {
    dst[at++] = (low & 127) | 128;
    low >>>= 7;
  }
  dst[at] = low;
  return at + 1;
}

const zigzag = (v: bigint): bigint => (v << 1n) ^ (v >> 63n);

const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);
const floats = new Float32Array(1);
const floatBytes = new Uint8Array(floats.buffer);

export function writeDouble(dst: Buffer, at: number, v: number): number {
  doubles[0] = v;
  for (let i = 0; i < 8; i++) dst[at + i] = doubleBytes[i]!;
  return at + 8;
}

export function writeFloat(dst: Buffer, at: number, v: number): number {
  floats[0] = v;
  for (let i = 0; i < 4; i++) dst[at + i] = floatBytes[i]!;
  return at + 4;
}

/** Above this many bytes a call of the runtime is faster than a loop; it allocates. */
const loopMax = 320;

/** `src[start, end)` as it is. */
export function copyBytes(src: Buffer, start: number, end: number, dst: Buffer, at: number): number {
  const to = at + end - start;
  if (to > dst.length) return to;
  if (end - start < 8) {
    for (let i = start; i < end; i++) dst[at++] = src[i]!;
  } else if (end - start > loopMax) dst.set(src.subarray(start, end), at);
  else {
    // Eight bytes at a time: V8 keeps them in a register. The last word overlaps the one before it rather than leave single bytes.
    const from = input(src);
    const words = output(dst);
    const last = end - 8;
    for (let i = start; i < last; i += 8, at += 8) words.setBigInt64(at, from.getBigInt64(i, true), true);
    words.setBigInt64(to - 8, from.getBigInt64(last, true), true);
  }
  return to;
}

/** A string or bytes: the length, then `src[start, end)`. */
export const writeSlice = (src: Buffer, start: number, end: number, dst: Buffer, at: number): number =>
  copyBytes(src, start, end, dst, writeInt(dst, at, end - start));

export function writeText(dst: Buffer, at: number, text: string): number {
  const length = Buffer.byteLength(text);
  const from = writeInt(dst, at, length);
  if (from + length <= dst.length) dst.write(text, from, length, 'utf8');
  return from + length;
}

export const writeBytes = (dst: Buffer, at: number, bytes: Buffer): number =>
  writeSlice(bytes, 0, bytes.length, dst, at);

/** Bytes without their length: a fixed. */
export const writeFixed = (dst: Buffer, at: number, bytes: Buffer): number =>
  copyBytes(bytes, 0, bytes.length, dst, at);

/** Sixteen bytes of a uuid's text. */
export function writeUuid(dst: Buffer, at: number, text: string): number {
  return writeFixed(dst, at, Buffer.from(text.replaceAll('-', ''), 'hex'));
}

/** A decimal as bytes: the unscaled integer in two's complement, big-endian, as short as it can be. */
export function writeDecimal(dst: Buffer, at: number, v: Long): number {
  let size = 1;
  const big = BigInt(v);
  while (BigInt.asIntN(8 * size, big) !== big) size++;
  return writeDecimalFixed(dst, writeInt(dst, at, size), big, size);
}

/** The same as a fixed of `size` bytes, which hold it: its precision was checked. */
export function writeDecimalFixed(dst: Buffer, at: number, v: Long, size: number): number {
  let rest = BigInt(v);
  for (let i = size - 1; i >= 0; i--) {
    dst[at + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return at + size;
}
