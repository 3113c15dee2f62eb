/**
 * What generated code calls to read Avro's wire format where the inlined short path doesn't do: long varints, block
 * headers, floating point. Every function here checks against `end`. A {@link Fault} says only that the body is bad;
 * diagnose.ts finds out why.
 */
import { limits } from '../../contracts/limits.ts';
import { narrow } from '../sql/values.ts';

/** Thrown for a body that can't be decoded. One object for all, without a stack: what is wrong is found afterwards. */
export class Fault {
  readonly fault = true;
}
export const fault = new Fault();

/** Where the last read ended, and what else a read has to answer: a function can return one value only. */
export const wire = { at: 0, size: -1, empty: 0 };

const two28 = 2 ** 28;

/** A varint at `p`, zigzag decoded: a number where that is exact, else a bigint. Sets `wire.at`. */
export function readLong(src: Uint8Array, p: number, end: number): number | bigint {
  let low = 0;
  let middle = 0;
  let high = 0;
  let count = 0;
  let byte: number;
  do {
    if (p >= end || count === 10) throw fault;
    byte = src[p++]!;
    if (count < 4) low |= (byte & 127) << (7 * count);
    else if (count < 8) middle |= (byte & 127) << (7 * (count - 4));
    else high |= (byte & 127) << (7 * (count - 8));
    count++;
  } while (byte > 127);
  wire.at = p;
  if (high === 0 && middle < 2 ** 25) {
    const unsigned = middle * two28 + low;
    return (low & 1) === 0 ? unsigned / 2 : -(unsigned + 1) / 2;
  }
  if (high > 255) throw fault;
  const unsigned = (BigInt(high) << 56n) | (BigInt(middle) << 28n) | BigInt(low);
  return narrow((unsigned >> 1n) ^ -(unsigned & 1n));
}

export function readInt(src: Uint8Array, p: number, end: number): number {
  const v = readLong(src, p, end);
  if (typeof v !== 'number' || (v | 0) !== v) throw fault;
  return v;
}

/** A length or an index at `p`, doubled as on the wire. */
export function readDoubled(src: Uint8Array, p: number, end: number): number {
  const v = readInt(src, p, end);
  if (v < 0 || v > 0x3fff_ffff) throw fault;
  return v * 2;
}

/** The rest of a varint of which `count` bytes have been read. */
export function skipVarint(src: Uint8Array, p: number, end: number, count: number): number {
  do {
    if (p >= end || count++ === 10) throw fault;
  } while (src[p++]! > 127);
  return p;
}

/** Behind a string or bytes at `p` whose length takes several bytes. */
export function skipLong(src: Uint8Array, p: number, end: number): number {
  const [low, high] = [src[p]!, src[p + 1]!];
  const doubled = high < 128 && p + 1 < end ? (low & 127) | (high << 7) : -1;
  if (doubled >= 0 && (doubled & 1) === 0) return p + 2 + (doubled >> 1);
  const length = readDoubled(src, p, end) / 2;
  return wire.at + length;
}

/**
 * A block's count at `p` (0 ends the array or map). Sets `wire.at`, and `wire.size` to the block's bytes where they are
 * told, else -1. A count that the bytes left can't hold, at `least` bytes an item, is a fault.
 */
export function readCount(src: Uint8Array, p: number, end: number, least: number): number {
  const first = src[p]!;
  let count: number;
  wire.size = -1;
  if (p < end && first < 128) {
    count = (first >>> 1) ^ -(first & 1);
    wire.at = p + 1;
  } else count = readInt(src, p, end);
  if (count < 0) {
    count = -count;
    const size = readLong(src, wire.at, end);
    if (size < 0 || size > end - wire.at) throw fault;
    wire.size = Number(size);
  }
  if (least > 0) {
    if (count * least > end - wire.at) throw fault;
  } else {
    wire.empty += count;
    if (wire.empty > limits.emptyItemsMax) throw fault;
  }
  return count;
}

const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);
const floats = new Float32Array(1);
const floatBytes = new Uint8Array(floats.buffer);

export function readDouble(src: Uint8Array, p: number): number {
  doubleBytes[0] = src[p]!;
  doubleBytes[1] = src[p + 1]!;
  doubleBytes[2] = src[p + 2]!;
  doubleBytes[3] = src[p + 3]!;
  doubleBytes[4] = src[p + 4]!;
  doubleBytes[5] = src[p + 5]!;
  doubleBytes[6] = src[p + 6]!;
  doubleBytes[7] = src[p + 7]!;
  return doubles[0]!;
}

export function readFloat(src: Uint8Array, p: number): number {
  floatBytes[0] = src[p]!;
  floatBytes[1] = src[p + 1]!;
  floatBytes[2] = src[p + 2]!;
  floatBytes[3] = src[p + 3]!;
  return floats[0]!;
}
