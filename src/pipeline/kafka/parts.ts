/** Parts of records (keys, values, names and values of headers): bytes behind their length, in Kafka's format. A negative start is null. */
import { smallVarintSize, writeSmallVarint } from './varint.ts';

/** Bytes that a part takes with its length. */
export const partSize = (start: number, end: number): number =>
  start < 0 ? 1 : smallVarintSize(end - start) + end - start;

/** Writes src[start, end) at `dst[at]` and returns the position after it. */
export function writePart(dst: Buffer, at: number, src: Buffer, start: number, end: number): number {
  if (start < 0) {
    dst[at] = 1;
    return at + 1;
  }
  const p = writeSmallVarint(dst, at, end - start);
  return p + src.copy(dst, p, start, end);
}
