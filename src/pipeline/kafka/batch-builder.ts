/**
 * Writes record batches for one partition, in place: a value is written by its producer (a kernel) straight behind room
 * kept for the lengths in front of it, and moved by a byte or two only where a length took another size than the last
 * record's. Owns framing and splitting; producer id, sequence and checksum come when the batch is sent (finish-batch.ts).
 */
import { RecordError } from '../ports.ts';
import { isTime } from '../record-time.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Packed } from './finish-batch.ts';
import { type EncodedHeaders, encodeHeaders, noHeaders, type RecordHeader } from './headers.ts';
import { partSize, writePart } from './parts.ts';
import { layout } from './record-batch.ts';
import type { RecordCursor } from './record-cursor.ts';
import { type Origin, Trace } from './trace.ts';
import { smallVarintSize, varintSize, writeSmallVarint, writeVarint } from './varint.ts';

/** A batch whose records are written and whose header isn't. */
export interface OpenBatch {
  readonly topic: string;
  readonly partition: number;
  readonly buf: Buffer;
  readonly length: number;
  readonly records: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  /** Where its records come from, one by one; null: they were not traced. */
  readonly origins: readonly Origin[] | null;
  /** Its records as they are sent, where the output is packed; null where that makes them no smaller. */
  readonly packed?: Promise<Packed | null>;
}

export interface BatchBounds {
  /** Bytes at which a batch is full. */
  readonly batchBytes: number;
  /** Bytes of the largest batch that the topic takes: one record alone may fill it. */
  readonly topicBytes: number;
}

/** Where the parts of a record lie in a buffer; a negative start: null. */
export type PlacedRecord = Pick<
  RecordCursor,
  'buf' | 'keyStart' | 'keyEnd' | 'valueStart' | 'valueEnd' | 'headerCount' | 'headersStart'
>;

const nothing = Buffer.alloc(0);

/** Room behind what a kernel may use, for lengths that grow and the count of headers. */
const SLACK = 16;
/** Bytes of a record besides key, value and headers, at most. */
const FRAME_MAX = 40;

function checkTime(timestamp: number): void {
  if (!isTime(timestamp))
    throw new RecordError('sink', `Its timestamp is ${timestamp}, which no date has.`, 'bad_record');
}

export class BatchBuilder {
  readonly topic: string;
  readonly partition: number;
  /** Where a value may be written: up to its length. */
  dst: Buffer = nothing;
  /** None while nothing is written: who is idle holds no memory. */
  #buf: Buffer = nothing;
  /** The next batch is likely to become as large as the last one. */
  #likely = 0;
  #at: number = layout.records;
  #count = 0;
  #baseTimestamp = 0;
  #maxTimestamp = 0;
  #recordStart = 0;
  #valueStart = 0;
  #recordLengthSize = 2;
  #valueLengthSize = 2;
  readonly #bounds: BatchBounds;
  readonly #headers: EncodedHeaders;
  /** Room that is kept behind `dst`. */
  readonly #slack: number;
  readonly #pool: BufferPool;
  readonly #onFull: (batch: OpenBatch) => void;
  readonly #trace: Trace;
  #origins: Origin[] = [];

  constructor(
    topic: string,
    partition: number,
    bounds: BatchBounds,
    pool: BufferPool,
    onFull: (batch: OpenBatch) => void,
    headers: EncodedHeaders = noHeaders,
    trace = new Trace(),
  ) {
    this.topic = topic;
    this.partition = partition;
    this.#bounds = bounds;
    this.#pool = pool;
    this.#onFull = onFull;
    this.#headers = headers;
    this.#trace = trace;
    this.#slack = SLACK + headers.bytes.length;
  }

  /** Bytes written and not yet handed on. */
  get bytes(): number {
    return this.#count === 0 ? 0 : this.#at;
  }

  /**
   * Begins a record with this key (src[keyStart, keyEnd), -1 for null) and returns where its value is to be written in
   * `dst`. Without a {@link commit} nothing has happened. Throws {@link RecordError} `sink` for a key that is too large.
   */
  begin(timestamp: number, src: Buffer, keyStart: number, keyEnd: number): number {
    checkTime(timestamp);
    const keyLength = keyEnd - keyStart;
    while (this.#at + FRAME_MAX + keyLength > this.dst.length) this.#makeRoom();
    if (this.#count === 0) {
      this.#baseTimestamp = timestamp;
      this.#maxTimestamp = timestamp;
    }
    const buf = this.#buf;
    this.#recordStart = this.#at;
    let p = this.#at + this.#recordLengthSize;
    buf[p++] = 0;
    const delta = timestamp - this.#baseTimestamp;
    p = delta >= 0 && delta < 0x2000_0000 ? writeSmallVarint(buf, p, delta) : writeVarint(buf, p, delta);
    p = writeSmallVarint(buf, p, this.#count);
    if (keyStart < 0) buf[p++] = 1;
    else {
      p = writeSmallVarint(buf, p, keyLength);
      p += src.copy(buf, p, keyStart, keyEnd);
    }
    this.#valueStart = p + this.#valueLengthSize;
    return this.#valueStart;
  }

  /** After a value that did not fit: the same record again, with more room. Throws {@link RecordError} `sink` where there is none. */
  again(timestamp: number, src: Buffer, keyStart: number, keyEnd: number): number {
    this.#makeRoom();
    return this.begin(timestamp, src, keyStart, keyEnd);
  }

  /** Finishes the record begun, whose value ends at `valueEnd`. */
  commit(timestamp: number, valueEnd: number): void {
    const buf = this.#buf;
    let end = valueEnd;
    const valueLength = end - this.#valueStart;
    const valueSize = smallVarintSize(valueLength);
    if (valueSize !== this.#valueLengthSize) {
      const shift = valueSize - this.#valueLengthSize;
      buf.copyWithin(this.#valueStart + shift, this.#valueStart, end);
      this.#valueStart += shift;
      end += shift;
      this.#valueLengthSize = valueSize;
    }
    writeSmallVarint(buf, this.#valueStart - valueSize, valueLength);
    const { count: headers, bytes: headerBytes } = this.#headers;
    buf[end++] = headers << 1;
    if (headers > 0) end += headerBytes.copy(buf, end);
    let bodyStart = this.#recordStart + this.#recordLengthSize;
    const length = end - bodyStart;
    const size = smallVarintSize(length);
    if (size !== this.#recordLengthSize) {
      const shift = size - this.#recordLengthSize;
      buf.copyWithin(bodyStart + shift, bodyStart, end);
      bodyStart += shift;
      end += shift;
      this.#recordLengthSize = size;
    }
    writeSmallVarint(buf, this.#recordStart, length);
    this.#at = end;
    this.#count++;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    if (this.#trace.isOn) this.#remember();
  }

  /**
   * One whole record of parts that lie in buffers: the key in `keys[keyStart, keyEnd)`, value and headers in `parts` where
   * `places` says from `first` on, two numbers each (a negative start: null). Throws {@link RecordError} `sink` for one
   * that is too large.
   */
  put(
    timestamp: number,
    keys: Buffer,
    keyStart: number,
    keyEnd: number,
    parts: Buffer,
    places: Int32Array,
    first: number,
    headerNames: readonly Buffer[],
  ): void {
    const { count: constant, bytes: constantBytes } = this.#headers;
    const valueStart = places[first]!;
    const valueEnd = places[first + 1]!;
    let body = 1 + partSize(keyStart, keyEnd) + partSize(valueStart, valueEnd);
    body += smallVarintSize(constant + headerNames.length) + constantBytes.length;
    for (let i = 0; i < headerNames.length; i++) {
      body += partSize(0, headerNames[i]!.length);
      body += partSize(places[first + 2 + 2 * i]!, places[first + 3 + 2 * i]!);
    }
    checkTime(timestamp);
    while (this.#at + FRAME_MAX + body > this.dst.length) this.#makeRoom();
    if (this.#count === 0) {
      this.#baseTimestamp = timestamp;
      this.#maxTimestamp = timestamp;
    }
    const delta = timestamp - this.#baseTimestamp;
    body += varintSize(delta) + smallVarintSize(this.#count);
    const buf = this.#buf;
    let p = writeSmallVarint(buf, this.#at, body);
    buf[p++] = 0;
    p = writeVarint(buf, p, delta);
    p = writeSmallVarint(buf, p, this.#count);
    p = writePart(buf, p, keys, keyStart, keyEnd);
    p = writePart(buf, p, parts, valueStart, valueEnd);
    p = writeSmallVarint(buf, p, constant + headerNames.length);
    p += constantBytes.copy(buf, p);
    for (let i = 0; i < headerNames.length; i++) {
      p = writePart(buf, p, headerNames[i]!, 0, headerNames[i]!.length);
      p = writePart(buf, p, parts, places[first + 2 + 2 * i]!, places[first + 3 + 2 * i]!);
    }
    this.#at = p;
    this.#count++;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    if (this.#trace.isOn) this.#remember();
  }

  /** Whether the topic takes a record with so many bytes of key, value and headers. */
  takes(bytes: number): boolean {
    return layout.records + FRAME_MAX + this.#slack + bytes <= this.#bounds.topicBytes;
  }

  /** One whole record with headers. Throws {@link RecordError} `sink` where the topic takes none so large. */
  append(timestamp: number, key: Buffer | null, value: Buffer | null, headers: readonly RecordHeader[]): void {
    const src = value === null ? (key ?? nothing) : key === null ? value : Buffer.concat([key, value]);
    const keyEnd = key?.length ?? 0;
    const valueStart = value === null ? -1 : keyEnd;
    const places = { keyStart: key === null ? -1 : 0, keyEnd, valueStart, valueEnd: src.length };
    this.copy(timestamp, { ...places, buf: src, headerCount: 0, headersStart: 0 }, 0, encodeHeaders(headers));
  }

  /**
   * One whole record that lies in a buffer, its headers up to `headersEnd` as they are, with more of them behind. Throws
   * {@link RecordError} `sink` where the topic takes none so large, before anything is made of it.
   */
  copy(timestamp: number, record: PlacedRecord, headersEnd: number, more: EncodedHeaders): void {
    const { buf: src, keyStart, keyEnd, valueStart, valueEnd, headerCount, headersStart } = record;
    const count = headerCount + more.count;
    const copied = headerCount === 0 ? 0 : headersEnd - headersStart;
    let body = 1 + partSize(keyStart, keyEnd) + partSize(valueStart, valueEnd);
    body += smallVarintSize(count) + copied + more.bytes.length;
    if (!this.takes(body)) throw this.#tooLarge();
    checkTime(timestamp);
    while (this.#at + FRAME_MAX + body > this.dst.length) this.#makeRoom();
    if (this.#count === 0) {
      this.#baseTimestamp = timestamp;
      this.#maxTimestamp = timestamp;
    }
    const delta = timestamp - this.#baseTimestamp;
    body += varintSize(delta) + smallVarintSize(this.#count);
    const buf = this.#buf;
    let p = writeSmallVarint(buf, this.#at, body);
    buf[p++] = 0;
    p = writeVarint(buf, p, delta);
    p = writeSmallVarint(buf, p, this.#count);
    p = writePart(buf, p, src, keyStart, keyEnd);
    p = writePart(buf, p, src, valueStart, valueEnd);
    p = writeSmallVarint(buf, p, count);
    if (copied > 0) p += src.copy(buf, p, headersStart, headersEnd);
    this.#at = p + more.bytes.copy(buf, p);
    this.#count++;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    if (this.#trace.isOn) this.#remember();
  }

  /** Hands on what is written, if anything. */
  flush(): void {
    if (this.#count === 0) return;
    const batch: OpenBatch = {
      topic: this.topic,
      partition: this.partition,
      buf: this.#buf,
      length: this.#at,
      records: this.#count,
      baseTimestamp: this.#baseTimestamp,
      maxTimestamp: this.#maxTimestamp,
      origins: this.#origins.length === this.#count ? this.#origins : null,
    };
    this.#likely = Math.min(this.#at, this.#bounds.batchBytes);
    this.#empty();
    this.#onFull(batch);
  }

  /** Drops what is written. */
  clear(): void {
    if (this.#buf.length > 0) this.#pool.give(this.#buf);
    this.#empty();
  }

  #empty(): void {
    this.#buf = nothing;
    this.dst = nothing;
    this.#at = layout.records;
    this.#count = 0;
    this.#origins = [];
  }

  #remember(): void {
    this.#origins.push(this.#trace.current);
    if (this.#count >= this.#trace.recordsMax) this.flush();
  }

  #use(buf: Buffer, bound: number): void {
    this.#buf = buf;
    this.dst = buf.subarray(0, Math.min(buf.length, bound) - this.#slack);
  }

  #makeRoom(): void {
    const { batchBytes, topicBytes } = this.#bounds;
    if (this.#buf.length === 0) {
      this.#use(this.#pool.take(this.#likely), batchBytes);
      return;
    }
    const full = this.dst.length + this.#slack >= batchBytes;
    if (full && this.#count > 0) {
      this.flush();
      return;
    }
    // One record alone may be larger than a batch: up to what the topic takes, and no more at once than twice what there is.
    const bound = full ? topicBytes : batchBytes;
    if (full && this.dst.length + this.#slack >= topicBytes) throw this.#tooLarge();
    const next = this.#pool.take(Math.min(this.#buf.length * 2, bound + this.#slack));
    this.#buf.copy(next, 0, 0, this.#at);
    this.#pool.give(this.#buf);
    this.#use(next, bound);
  }

  #tooLarge(): RecordError {
    return new RecordError(
      'sink',
      `The output record is larger than the topic ${this.topic} takes (max.message.bytes ${this.#bounds.topicBytes}). Raise it, or select less.`,
    );
  }
}
