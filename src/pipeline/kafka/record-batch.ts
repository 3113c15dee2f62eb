/**
 * The header of a record batch (message format v2): reading it in place and checking it. Owns the layout's numbers.
 * Source: Kafka documentation, "Record Batch".
 */
import { crc32c } from './crc32c.ts';

export const layout = {
  batchLength: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;
/** Bytes in front of what batchLength counts: base offset and the length itself. */
export const LOG_OVERHEAD = 12;

/** A batch that can't be what its producer wrote: damaged on disk or on the way. */
export class CorruptBatch extends Error {
  override readonly name = 'CorruptBatch';
}

/** What is told of a batch that can't be unpacked. */
export const unreadable = (e: unknown): CorruptBatch =>
  new CorruptBatch(`its records can't be decompressed: ${e instanceof Error ? e.message : String(e)}`);

/** A number of 64 bits, exact within ±2^53 (offsets, timestamps, producer ids). */
export const readLong = (buf: Buffer, at: number): number =>
  buf.readInt32BE(at) * 0x1_0000_0000 + buf.readUInt32BE(at + 4);

/** Whether buf[start, end) begins with a whole batch. */
export function wholeBatch(buf: Buffer, start: number, end: number): boolean {
  if (end - start < layout.records) return false;
  return start + LOG_OVERHEAD + buf.readInt32BE(start + layout.batchLength) <= end;
}

/** Position behind the batch at `start`. Throws for a length that no batch has. */
export function batchEnd(buf: Buffer, start: number): number {
  const length = buf.readInt32BE(start + layout.batchLength);
  if (!hasLength(buf, start)) throw new CorruptBatch(`a record batch says that it is ${length} bytes long`);
  return start + LOG_OVERHEAD + length;
}

const hasLength = (buf: Buffer, start: number): boolean =>
  buf.readInt32BE(start + layout.batchLength) >= layout.records - LOG_OVERHEAD;

/** Offset of the batch's last record (a compacted batch keeps it even where that record is gone). */
export const lastOffset = (buf: Buffer, start: number): number =>
  readLong(buf, start) + buf.readInt32BE(start + layout.lastOffsetDelta);

/** Epoch of the leader that the batch was appended by; -1 where the log's format has none. */
export const leaderEpoch = (buf: Buffer, start: number): number => buf.readInt32BE(start + layout.leaderEpoch);

/** Where somebody stands who has read so far. */
export interface ReadSoFar {
  /** The next one to read. */
  readonly offset: number;
  /** Leader epoch of the last record before it; -1: not known. */
  readonly epoch: number;
}

/**
 * Behind the whole batches of buf[start, end), or `from` where there is none. Reads headers only, and stops before one that
 * can't be: whoever processes the batches tells of it.
 */
export function behindBatches(buf: Buffer, start: number, end: number, from: ReadSoFar): ReadSoFar {
  let last = -1;
  for (let at = start; wholeBatch(buf, at, end); at = batchEnd(buf, at)) {
    if (buf[at + layout.magic] !== 2 || !hasLength(buf, at)) break;
    last = at;
  }
  return last < 0 ? from : { offset: lastOffset(buf, last) + 1, epoch: leaderEpoch(buf, last) };
}

/** Throws where the batch isn't message format v2 or its checksum is wrong. */
export function checkBatch(buf: Buffer, start: number, end: number): void {
  const magic = buf[start + layout.magic];
  if (magic !== 2) {
    throw new CorruptBatch(
      `it is in message format v${magic}, which Kafka 4 no longer has: rewrite the topic with a newer broker and producer`,
    );
  }
  const expected = buf.readUInt32BE(start + layout.crc);
  const actual = crc32c(buf.subarray(start + layout.attributes, end));
  if (actual !== expected) {
    throw new CorruptBatch(`its checksum is ${actual.toString(16)} where its header says ${expected.toString(16)}`);
  }
}

export const isTransactional = (attributes: number): boolean => (attributes & 0x10) !== 0;
export const isControl = (attributes: number): boolean => (attributes & 0x20) !== 0;
export const isLogAppendTime = (attributes: number): boolean => (attributes & 0x08) !== 0;
