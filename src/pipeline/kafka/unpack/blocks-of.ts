/**
 * How LZ4 and Snappy lie in a Kafka batch: one after the other the blocks that have to be decoded. Their checksums aren't
 * looked at, for the batch's own covers the same bytes.
 * Sources: "LZ4 Frame Format Description" (Kafka: KIP-57); snappy-java's stream format, which Kafka's Java client writes;
 * librdkafka and others write one Snappy block without a frame.
 */
import { limits } from '../../../contracts/limits.ts';
import { PIECE_BYTES, tooLarge } from './unpacking.ts';

/** A block is data[from, to). */
export interface Block {
  readonly from: number;
  readonly to: number;
  /** Its plain bytes as it says itself; null where it doesn't. */
  readonly plainBytes: number | null;
  /** It lies there as it is. */
  readonly stored: boolean;
}

export interface Blocks {
  readonly decoder: 'lz4' | 'snappy';
  /** Bytes of the largest block. */
  readonly bytesMax: number;
  /** How far back a block may read, and whether into the blocks before it. */
  readonly history: number;
  readonly linked: boolean;
  /** Plain bytes for which there is best room at once; 0 where the least there is will do. */
  readonly plainBytes: number;
  readonly each: Iterator<Block, undefined>;
}

const LZ4_MAGIC = 0x184d2204;
const LZ4_HISTORY = 64 * 1024;
/** By the descriptor's three bits. */
const LZ4_BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };

/** Throws for what is no frame, or one with a dictionary. */
export function lz4Blocks(data: Buffer): Blocks {
  if (data.length < 7 || data.readUInt32LE(0) !== LZ4_MAGIC) throw new Error('they are no LZ4 frame');
  const flags = data[4]!;
  const blockBytes = LZ4_BLOCK_BYTES[(data[5]! >>> 4) & 7];
  if (flags >>> 6 !== 1 || blockBytes === undefined) throw new Error('the descriptor of their LZ4 frame is damaged');
  if ((flags & 1) !== 0) throw new Error('their LZ4 frame needs a dictionary');
  const contentSize = (flags & 8) !== 0;
  const first = contentSize ? 15 : 7;
  if (contentSize && data.length >= first && data.readBigUInt64LE(6) > BigInt(limits.batchBytesMax))
    throw new Error(tooLarge);
  const checksum = (flags & 16) !== 0 ? 4 : 0;
  return {
    decoder: 'lz4',
    bytesMax: Math.min(blockBytes, data.length),
    history: LZ4_HISTORY,
    linked: (flags & 32) === 0,
    plainBytes: 0,
    each: lz4Each(data, first, blockBytes, checksum),
  };
}

function* lz4Each(data: Buffer, first: number, bytesMax: number, checksum: number): Generator<Block, undefined> {
  for (let from = first; ; ) {
    if (from + 4 > data.length) throw new Error('their LZ4 frame is cut off');
    const size = data.readUInt32LE(from);
    if (size === 0) return;
    from += 4;
    const to = from + (size & 0x7fff_ffff);
    if (to - from > bytesMax || to > data.length) throw new Error('a block of their LZ4 frame is too long');
    yield { from, to, plainBytes: null, stored: size >>> 31 === 1 };
    from = to + checksum;
  }
}

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER_BYTES = 16;
/**
 * The format allows any distance. Encoders cut what they get into pieces of 64 KB and don't look back farther, but for S2
 * (franz-go), whose pieces are of 4 MB.
 */
const SNAPPY_HISTORY = 4 * 1024 * 1024;

/** Throws where a block says that it is larger than limits.batchBytesMax. */
export function snappyBlocks(data: Buffer): Blocks {
  const framed = data.length >= XERIAL_HEADER_BYTES && data.subarray(0, XERIAL.length).equals(XERIAL);
  const format = { decoder: 'snappy', bytesMax: data.length, history: SNAPPY_HISTORY, linked: false } as const;
  if (framed) return { ...format, plainBytes: 0, each: xerialEach(data) };
  const block = snappyBlock(data, 0, data.length);
  const plainBytes = Math.min(block.plainBytes ?? 0, SNAPPY_HISTORY) + PIECE_BYTES;
  return { ...format, plainBytes, each: [block].values() };
}

function* xerialEach(data: Buffer): Generator<Block, undefined> {
  for (let from = XERIAL_HEADER_BYTES; from < data.length; ) {
    if (from + 4 > data.length) throw new Error('their Snappy frame is cut off');
    const to = from + 4 + data.readUInt32BE(from);
    if (to > data.length) throw new Error('a block of their Snappy frame is too long');
    yield snappyBlock(data, from + 4, to);
    from = to;
  }
}

function snappyBlock(data: Buffer, at: number, to: number): Block {
  let plainBytes = 0;
  let from = at;
  for (let scale = 1; ; scale *= 128) {
    const b = data[from++];
    if (b === undefined || from > to || scale > 2 ** 28) throw new Error('the length of their Snappy block is damaged');
    plainBytes += (b & 127) * scale;
    if (b < 128) break;
  }
  if (plainBytes > limits.batchBytesMax) throw new Error(tooLarge);
  return { from, to, plainBytes, stored: false };
}
