/**
 * Walks the records of one batch in place, or in the window that it is unpacked into piece by piece. One cursor is reused
 * for all batches: nothing is allocated per record, what was read stands in the cursor's own fields until the next call.
 * Owns the record's layout; values are not looked at.
 */
import { limits } from '../../contracts/limits.ts';
import { codecOf, decompress } from './codec.ts';
import { CorruptBatch, isLogAppendTime, layout, readLong, unreadable } from './record-batch.ts';
import type { Unpacking } from './unpack/unpacking.ts';

/** Bytes of the longest length of a record. The shortest record is longer. */
const LENGTH_BYTES = 5;

export class RecordCursor {
  /** The bytes that the positions below point into: the response itself, or what was unpacked. */
  buf: Buffer = Buffer.alloc(0);
  /** Where the batches come from; set by who opens them. */
  topic: string | null = null;
  partition: number | null = null;
  offset = 0;
  timestamp = 0;
  /** -1 where the key is null. */
  keyStart = -1;
  keyEnd = -1;
  /** -1 where the value is null (a tombstone). */
  valueStart = -1;
  valueEnd = -1;
  headerCount = 0;
  headersStart = 0;
  /** Behind the record; where the first begins, before that is read. */
  recordEnd = 0;
  #pos = 0;
  #end = 0;
  #left = 0;
  #baseOffset = 0;
  #baseTimestamp = 0;
  #appendTime = -1;
  #unpacking: Unpacking | null = null;
  #starved = false;

  /** Begins the batch at buf[start, end), whose header has been checked; a packed one is unpacked as a whole. Throws {@link CorruptBatch}. */
  open(buf: Buffer, start: number, end: number): void {
    const attributes = this.#begin(buf, start);
    this.#unpacking = null;
    if ((attributes & 7) === 0) {
      this.#use(buf, start + layout.records, end);
      return;
    }
    try {
      const records = decompress(codecOf(attributes), buf.subarray(start + layout.records, end));
      this.#use(records, 0, records.length);
    } catch (e) {
      throw unreadable(e);
    }
  }

  /** The same for a packed batch, piece by piece: {@link refill} is to be called when {@link next} is starved. Closing it is the caller's. */
  openPacked(buf: Buffer, start: number, unpacking: Unpacking): void {
    this.#begin(buf, start);
    this.#unpacking = unpacking;
    const { window } = unpacking;
    this.#use(window.buf, window.floor, window.end);
  }

  #begin(buf: Buffer, start: number): number {
    const attributes = buf.readInt16BE(start + layout.attributes);
    this.#baseOffset = readLong(buf, start);
    this.#baseTimestamp = readLong(buf, start + layout.baseTimestamp);
    this.#appendTime = isLogAppendTime(attributes) ? readLong(buf, start + layout.maxTimestamp) : -1;
    this.#left = buf.readInt32BE(start + layout.recordCount);
    return attributes;
  }

  #use(buf: Buffer, pos: number, end: number): void {
    this.buf = buf;
    this.#pos = pos;
    this.recordEnd = pos;
    this.#end = end;
    this.#starved = false;
  }

  /** Whether {@link next} answered false only because the record isn't unpacked yet. */
  get starved(): boolean {
    return this.#starved;
  }

  /** Unpacks more; what was read isn't valid any more. False where the next piece isn't ready yet. Throws {@link CorruptBatch}. */
  refill(): boolean {
    const unpacking = this.#unpacking!;
    let pulled: ReturnType<Unpacking['pull']>;
    try {
      pulled = unpacking.pull(this.#pos);
    } catch (e) {
      throw unreadable(e);
    }
    if (pulled === 'end') throw new CorruptBatch(behindBatch);
    if (pulled === 'later') return false;
    const { window } = unpacking;
    this.#use(window.buf, this.#pos - unpacking.moved, window.end);
    return true;
  }

  /**
   * Reads the next record; false behind the last one, or where it is {@link starved}. Throws {@link CorruptBatch}. This runs
   * for every record there is, so numbers of one or two bytes, as nearly all are, are read in place. A byte beyond the
   * buffer's end reads as 0, which ends a number; positions are compared with the record's end.
   */
  next(): boolean {
    if (this.#left <= 0) return false;
    const buf = this.buf;
    const start = this.#pos;
    let p = start;
    if (p + LENGTH_BYTES > this.#end) return this.#short(start, 0);
    let v = buf[p++]!;
    if (v > 127) {
      v = (v & 127) | (buf[p++]! << 7);
      if (v > 16383) {
        v = this.#longer(p - 2);
        p = this.#pos;
      }
    }
    const length = (v >>> 1) ^ -(v & 1);
    const end = p + length;
    if (!(length > 0 && end <= this.#end)) return this.#short(start, length);
    this.#left--;
    // Attributes, of which there are none.
    p++;
    v = buf[p++]!;
    if (v > 127) v = (v & 127) | (buf[p++]! << 7);
    let delta = (v >>> 1) ^ -(v & 1);
    if (v > 16383) {
      delta = this.#varlong(p - 2);
      p = this.#pos;
    }
    this.timestamp = this.#appendTime >= 0 ? this.#appendTime : this.#baseTimestamp + delta;
    v = buf[p++]!;
    if (v > 127) {
      v = (v & 127) | (buf[p++]! << 7);
      if (v > 16383) {
        v = this.#longer(p - 2);
        p = this.#pos;
      }
    }
    this.offset = this.#baseOffset + ((v >>> 1) ^ -(v & 1));
    v = buf[p++]!;
    if (v > 127) {
      v = this.#longer(p - 1);
      p = this.#pos;
    }
    const keyLength = (v >>> 1) ^ -(v & 1);
    this.keyStart = keyLength < 0 ? -1 : p;
    if (keyLength > 0) p += keyLength;
    this.keyEnd = keyLength < 0 ? -1 : p;
    if (p >= end) throw new CorruptBatch('a key ends behind its record');
    v = buf[p++]!;
    if (v > 127) {
      v = (v & 127) | (buf[p++]! << 7);
      if (v > 16383) {
        v = this.#longer(p - 2);
        p = this.#pos;
      }
    }
    const valueLength = (v >>> 1) ^ -(v & 1);
    this.valueStart = valueLength < 0 ? -1 : p;
    if (valueLength > 0) p += valueLength;
    this.valueEnd = valueLength < 0 ? -1 : p;
    if (p >= end) throw new CorruptBatch('a value ends behind its record');
    v = buf[p++]!;
    if (v > 127) {
      v = this.#longer(p - 1);
      p = this.#pos;
    }
    this.headerCount = (v >>> 1) ^ -(v & 1);
    this.headersStart = p;
    if (this.headerCount < 0 || p > end) throw new CorruptBatch('the headers of a record end behind it');
    if (this.headerCount === 0 && p !== end) throw new CorruptBatch('a record is longer than its fields');
    this.recordEnd = end;
    this.#pos = end;
    return true;
  }

  /** The bytes at hand end before the next record does: it is begun again at its start. */
  #short(start: number, length: number): false {
    this.#pos = start;
    if (this.#unpacking === null || length < 0) throw new CorruptBatch(behindBatch);
    if (length > limits.recordBytesMax)
      throw new CorruptBatch(
        `a record of it takes ${length} bytes once unpacked; ${limits.recordBytesMax} are allowed`,
      );
    this.#starved = true;
    return false;
  }

  /**
   * The place of the header named `name` (first one): start and end of its value in `buf`, or null. Only called for records that have headers.
   */
  findHeader(name: Buffer): { readonly start: number; readonly end: number } | null {
    let found: { start: number; end: number } | null = null;
    this.eachHeader((keyStart, keyEnd, start, end) => {
      if (found === null && start >= 0 && name.compare(this.buf, keyStart, keyEnd) === 0) found = { start, end };
    });
    return found;
  }

  /** Behind the last header. Throws {@link CorruptBatch} for headers that aren't what their count says. */
  headersEnd(): number {
    let end = this.headersStart;
    if (this.headerCount > 0)
      this.eachHeader(() => {
        end = this.#pos;
      });
    return end;
  }

  /** Calls `see` with the places of each header's key and value (-1, -1 for a null value). */
  eachHeader(see: (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void): void {
    const behind = this.#pos;
    this.#pos = this.headersStart;
    try {
      for (let i = 0; i < this.headerCount; i++) {
        const keyLength = this.#varint();
        const keyStart = this.#pos;
        if (keyLength < 0 || keyStart + keyLength > this.recordEnd)
          throw new CorruptBatch('a header ends behind its record');
        this.#pos += keyLength;
        const valueLength = this.#varint();
        const valueStart = this.#pos;
        if (valueLength > 0) this.#pos += valueLength;
        if (this.#pos > this.recordEnd) throw new CorruptBatch('a header ends behind its record');
        see(keyStart, keyStart + keyLength, valueLength < 0 ? -1 : valueStart, valueLength < 0 ? -1 : this.#pos);
      }
    } finally {
      this.#pos = behind;
    }
  }

  /** The number at the cursor's own position. */
  #varint(): number {
    const v = this.#longer(this.#pos);
    return (v >>> 1) ^ -(v & 1);
  }

  /** The bits of a number of any length at `p`, still in zigzag. Moves the position behind it. */
  #longer(p: number): number {
    const buf = this.buf;
    let v = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const b = buf[p++]!;
      v |= (b & 0x7f) << shift;
      if (!(b >= 0x80)) {
        this.#pos = p;
        return v;
      }
    }
    throw new CorruptBatch('a number in a record is longer than 5 bytes');
  }

  /** The number of up to 64 bits at `p`, decoded. Moves the position behind it. */
  #varlong(p: number): number {
    const buf = this.buf;
    let v = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const b = buf[p++]!;
      v += (b & 0x7f) * scale;
      if (!(b >= 0x80)) {
        this.#pos = p;
        return v % 2 === 0 ? v / 2 : -(v + 1) / 2;
      }
      scale *= 128;
    }
    throw new CorruptBatch('a number in a record is longer than 10 bytes');
  }
}

const behindBatch = 'a record ends behind its batch';
