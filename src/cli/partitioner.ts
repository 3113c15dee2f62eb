/** Kafka's own choice of a partition for a key, so that `millrace produce` and every Java producer put a key in the same place. */

/** 32-bit MurmurHash2 as org.apache.kafka.common.utils.Utils.murmur2 computes it. */
export function murmur2(key: Uint8Array): number {
  const seed = 0x9747b28c;
  const m = 0x5bd1e995;
  const { length } = key;
  let h = seed ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = key[i]! | (key[i + 1]! << 8) | (key[i + 2]! << 16) | (key[i + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  if ((length & 3) > 2) h ^= key[whole + 2]! << 16;
  if ((length & 3) > 1) h ^= key[whole + 1]! << 8;
  if ((length & 3) > 0) h = Math.imul(h ^ key[whole]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

export const partitionOf = (key: Uint8Array, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;
