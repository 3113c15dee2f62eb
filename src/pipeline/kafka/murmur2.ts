/**
 * The hash by which Kafka's Java client chooses a record's partition, so that records of one key meet those of every other
 * producer. Source: Kafka, `org.apache.kafka.common.utils.Utils.murmur2` and `BuiltInPartitioner.partitionForKey` (behaviour).
 */
const multiplier = 0x5bd1e995;

/** MurmurHash2, 32 bits, with Kafka's seed, of `bytes[start, end)`; signed as in Java. */
export function murmur2(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x9747b28c ^ (end - start);
  let i = start;
  for (; i + 3 < end; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    k = Math.imul(k, multiplier);
    k = Math.imul(k ^ (k >>> 24), multiplier);
    h = Math.imul(h, multiplier) ^ k;
  }
  const left = end - i;
  if (left === 3) h ^= bytes[i + 2]! << 16;
  if (left >= 2) h ^= bytes[i + 1]! << 8;
  if (left >= 1) h = Math.imul(h ^ bytes[i]!, multiplier);
  h = Math.imul(h ^ (h >>> 13), multiplier);
  return h ^ (h >>> 15);
}

/** The partition, of `partitions`, that Kafka's Java client gives records of this key. */
export const partitionOfKey = (bytes: Uint8Array, start: number, end: number, partitions: number): number =>
  (murmur2(bytes, start, end) & 0x7fff_ffff) % partitions;
