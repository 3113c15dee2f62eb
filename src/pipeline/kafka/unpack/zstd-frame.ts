/** What a Zstandard frame's header says that it needs, and where the frame ends. Source: RFC 8878, 3.1.1. */

export interface ZstdFrame {
  /** Memory that its decoder needs for what copies read from. */
  readonly windowBytes: number;
  /** Plain bytes; 0 where the header doesn't tell. */
  readonly contentBytes: number;
  /** Bytes of the header, and of the checksum at the end. */
  readonly headerBytes: number;
  readonly checksumBytes: number;
}

const MAGIC = 0xfd2fb528;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

/** Null where the data begins with no whole header: the decoder will say what is wrong with it. */
export function zstdFrame(data: Buffer): ZstdFrame | null {
  // The longest header; it is shorter than the shortest frame with content that is worth the question.
  if (data.length < 18 || data.readUInt32LE(0) !== MAGIC) return null;
  const descriptor = data[4]!;
  const single = (descriptor & 0x20) !== 0;
  let at = 5;
  let windowBytes = 0;
  if (!single) {
    const window = data[at++]!;
    const base = 2 ** (10 + (window >>> 3));
    windowBytes = base + (base / 8) * (window & 7);
  }
  at += DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  const sizeBytes = CONTENT_SIZE_BYTES[(descriptor >>> 6) as 0 | 1 | 2 | 3] || (single ? 1 : 0);
  let contentBytes = 0;
  if (sizeBytes === 1) contentBytes = data[at]!;
  else if (sizeBytes === 2) contentBytes = data.readUInt16LE(at) + 256;
  else if (sizeBytes === 4) contentBytes = data.readUInt32LE(at);
  else if (sizeBytes === 8) contentBytes = Number(data.readBigUInt64LE(at));
  return {
    windowBytes: single ? contentBytes : windowBytes,
    contentBytes,
    headerBytes: at + sizeBytes,
    checksumBytes: descriptor & 4,
  };
}

const BLOCK_HEADER_BYTES = 3;
const RLE = 1;

/** Whether the data are one frame from its first to its last byte, by what its blocks say of their lengths. */
export function isWholeZstdFrame(data: Buffer): boolean {
  const frame = zstdFrame(data);
  if (frame === null) return false;
  for (let at = frame.headerBytes; at + BLOCK_HEADER_BYTES <= data.length; ) {
    const block = data.readUIntLE(at, BLOCK_HEADER_BYTES);
    at += BLOCK_HEADER_BYTES + (((block >>> 1) & 3) === RLE ? 1 : block >>> 3);
    if ((block & 1) === 1) return at + frame.checksumBytes === data.length;
  }
  return false;
}
