/**
 * Zigzag varints of Kafka's record format, written into a buffer at a position. Owns the encoding only; reading is in
 * record-cursor.ts, where it has to be fast. Numbers are exact up to 2^53.
 * Source: Kafka documentation, "Message Format" (varint and varlong as in Protocol Buffers).
 */

/** Bytes that `value` takes as a zigzag varint. */
export function varintSize(value: number): number {
  let z = value >= 0 ? value * 2 : -value * 2 - 1;
  let size = 1;
  while (z >= 0x80) {
    z = Math.floor(z / 128);
    size++;
  }
  return size;
}

/** Writes `value` at `dst[at]` and returns the position after it. The caller has made room (10 bytes at most). */
export function writeVarint(dst: Uint8Array, at: number, value: number): number {
  let p = at;
  let z = value >= 0 ? value * 2 : -value * 2 - 1;
  while (z >= 0x80) {
    dst[p++] = (z % 128) | 0x80;
    z = Math.floor(z / 128);
  }
  dst[p++] = z;
  return p;
}

/** As {@link writeVarint}, for 0 ≤ value < 2^30: integer arithmetic, for the path that runs per record. */
export function writeSmallVarint(dst: Uint8Array, at: number, value: number): number {
  let p = at;
  let z = value << 1;
  while (z >= 0x80) {
    dst[p++] = (z & 0x7f) | 0x80;
    z >>>= 7;
  }
  dst[p++] = z;
  return p;
}

/** Bytes that 0 ≤ value < 2^30 takes as a zigzag varint. */
export function smallVarintSize(value: number): number {
  return value < 0x40 ? 1 : value < 0x2000 ? 2 : value < 0x100000 ? 3 : value < 0x8000000 ? 4 : 5;
}
