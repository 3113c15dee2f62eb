/** A set of byte strings that a piece of the record is looked up in as it stands, without being decoded or copied. */
export class SliceSet {
  readonly #items: readonly Buffer[];
  /** Open addressing: an item's index plus one, or 0. At least half of the places are free. */
  readonly #places: Int32Array;
  readonly #lengthMax: number;
  constructor(items: readonly Buffer[]) {
    this.#items = items;
    this.#lengthMax = Math.max(0, ...items.map((item) => item.length));
    let size = 4;
    while (size < items.length * 2) size *= 2;
    this.#places = new Int32Array(size);
    for (const [i, item] of items.entries()) {
      let at = hash(item, 0, item.length) & (size - 1);
      while (this.#places[at] !== 0) at = (at + 1) & (size - 1);
      this.#places[at] = i + 1;
    }
  }

  has(src: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    // Also keeps long texts from being read only to be hashed.
    if (length > this.#lengthMax) return false;
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = hash(src, start, end) & mask; ; at = (at + 1) & mask) {
      const place = places[at]!;
      if (place === 0) return false;
      const item = this.#items[place - 1]!;
      if (item.length !== length) continue;
      let i = 0;
      while (i < length && item[i] === src[start + i]) i++;
      if (i === length) return true;
    }
  }
}

/** FNV-1a over 32 bits. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return h ^ (h >>> 15);
}
