/**
 * Four bytes at a time: views of the buffers that are read and written, and tests on four bytes held in one integer
 * (little-endian). Who reads or writes words makes sure first that they lie inside: a view throws where a Buffer ignores.
 */

/**
 * A function that answers a view of a Buffer's bytes and makes a new one only when the Buffer is another than the last:
 * one batch is one Buffer for thousands of records. The last Buffer stays in memory until another takes its place.
 */
function views(): (bytes: Buffer) => DataView {
  let last: Buffer = Buffer.alloc(0);
  let view: DataView = new DataView(last.buffer, last.byteOffset, last.byteLength);
  return (bytes) => {
    if (bytes !== last) {
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      last = bytes;
    }
    return view;
  };
}

/** The view of the Buffer that is read, or written: one cache for each, since they alternate. */
export const input = views();
export const output = views();

const highs = 0x80808080 | 0;

/** Whether all four bytes stand for themselves in a JSON string: ASCII, no control character, quote or backslash. */
export function isPlain(word: number): boolean {
  // With bytes below 128, a sum's high bit says: at least 0x20; not 0x22; not 0x5c. No sum carries into the next byte.
  const printable = word + 0x60606060;
  const noQuote = (word ^ 0x22222222) + 0x7f7f7f7f;
  const noBackslash = (word ^ 0x5c5c5c5c) + 0x7f7f7f7f;
  return (printable & noQuote & noBackslash & ~word & highs) === highs;
}

/** 0x20, the bit in which upper and lower case differ, for every byte of ASCII from `first` to the 25th after it. */
export const letters = (word: number, first: 97 | 65): number =>
  ((word + (0x80 - first) * 0x01010101) & ~(word + (0x80 - first - 26) * 0x01010101) & highs) >>> 2;
