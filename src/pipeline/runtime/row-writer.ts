/**
 * Rows of one record on their way into the sink's batches. A kernel of shape 'value' writes straight into the batch; one of
 * shape 'rows' writes into a buffer of this class, from which its rows go into the batches together: all, or none where
 * one of them can't be written.
 */
import { limits } from '../../contracts/limits.ts';
import type { BatchBuilder } from '../kafka/batch-builder.ts';
import type { RecordCursor } from '../kafka/record-cursor.ts';
import { type Kernel, REJECTED, RecordError } from '../ports.ts';
import { Rows } from '../rows.ts';
import type { KafkaSink } from '../sinks/kafka-sink.ts';

/** Bytes of the buffer at first; it grows to what the largest record's rows need, until its task rests. */
const firstBytes = 64 * 1024;

export class RowWriter {
  readonly #kernel: Kernel;
  readonly #sink: KafkaSink;
  readonly #rows = new Rows();
  readonly #headerNames: readonly Buffer[];
  #dst: Buffer;
  /** Records until one is walked to its end. */
  #unchecked = 0;

  constructor(kernel: Kernel, sink: KafkaSink) {
    this.#kernel = kernel;
    this.#sink = sink;
    this.#headerNames = kernel.parts.headers.map((name) => Buffer.from(name));
    this.#dst = Buffer.allocUnsafeSlow(kernel.shape === 'rows' ? firstBytes : 0);
  }

  rest(): void {
    if (this.#dst.length > firstBytes) this.#dst = Buffer.allocUnsafeSlow(firstBytes);
  }

  /** Another record batch: whoever wrote it may have had another schema. */
  beginBatch(): void {
    this.#unchecked = 0;
  }

  /** Writes the rows of the record that the cursor stands at; answers how many. Throws {@link RecordError}. */
  write(cursor: RecordCursor, partition: number): number {
    if (this.#unchecked-- <= 0) this.#checkWhole(cursor);
    return this.#kernel.shape === 'value' ? this.#value(cursor, partition) : this.#many(cursor, partition);
  }

  /** Behind one that doesn't fit, every record is looked at until one does. */
  #checkWhole({ buf, valueStart, valueEnd }: RecordCursor): void {
    this.#unchecked = 0;
    this.#kernel.checkWhole?.(buf, valueStart, valueEnd);
    this.#unchecked = limits.wholeRecordEvery - 1;
  }

  #value(cursor: RecordCursor, partition: number): number {
    const { run } = this.#kernel;
    const { buf, timestamp, keyStart, keyEnd } = cursor;
    const builder = this.#sink.builder(partition, buf, keyStart, keyEnd);
    let at = builder.begin(timestamp, buf, keyStart, keyEnd);
    let end = run(buf, cursor.valueStart, cursor.valueEnd, builder.dst, at, this.#rows, cursor);
    while (end > builder.dst.length) {
      at = builder.again(timestamp, buf, keyStart, keyEnd);
      end = run(buf, cursor.valueStart, cursor.valueEnd, builder.dst, at, this.#rows, cursor);
    }
    if (end === REJECTED) return 0;
    builder.commit(timestamp, end);
    return 1;
  }

  #many(cursor: RecordCursor, partition: number): number {
    const rows = this.#rows;
    const { run } = this.#kernel;
    const { buf, valueStart, valueEnd } = cursor;
    rows.reset();
    let end = run(buf, valueStart, valueEnd, this.#dst, 0, rows, cursor);
    while (end > this.#dst.length) {
      this.#grow(end);
      rows.reset();
      end = run(buf, valueStart, valueEnd, this.#dst, 0, rows, cursor);
    }
    if (end === REJECTED) return 0;
    const width = 2 * (this.#headerNames.length + (this.#kernel.parts.key ? 2 : 1));
    // First all are looked at, then all are written.
    for (let i = 0; i < rows.count; i++) this.#builder(cursor, partition, i * width, width);
    for (let i = 0; i < rows.count; i++) this.#put(cursor, this.#builder(cursor, partition, i * width, 0), i * width);
    return rows.count;
  }

  #grow(end: number): void {
    if (end > limits.recordRowsBytesMax)
      throw new RecordError(
        'sink',
        `The rows of this record take more than ${limits.recordRowsBytesMax} bytes. Select less, or unnest less.`,
      );
    this.#dst = Buffer.allocUnsafeSlow(Math.min(limits.recordRowsBytesMax, Math.max(end, 2 * this.#dst.length)));
  }

  /** Where the row whose places begin at `first` goes. With a width: throws where the topic doesn't take it. */
  #builder(cursor: RecordCursor, partition: number, first: number, width: number): BatchBuilder {
    const { places } = this.#rows;
    const own = this.#kernel.parts.key;
    const [keys, start, end] = own
      ? [this.#dst, places[first]!, places[first + 1]!]
      : [cursor.buf, cursor.keyStart, cursor.keyEnd];
    const builder = this.#sink.builder(partition, keys, start, end);
    if (width === 0) return builder;
    let bytes = own ? 0 : Math.max(0, end - start);
    for (let i = first; i < first + width; i += 2) if (places[i]! >= 0) bytes += places[i + 1]! - places[i]! + 5;
    for (const name of this.#headerNames) bytes += name.length + 5;
    if (!builder.takes(bytes))
      throw new RecordError(
        'sink',
        `A row of ${bytes} bytes is larger than the topic ${builder.topic} takes (max.message.bytes). Raise it, or select less.`,
      );
    return builder;
  }

  #put(cursor: RecordCursor, builder: BatchBuilder, first: number): void {
    const { places } = this.#rows;
    const names = this.#headerNames;
    const { timestamp } = cursor;
    if (this.#kernel.parts.key)
      builder.put(timestamp, this.#dst, places[first]!, places[first + 1]!, this.#dst, places, first + 2, names);
    else builder.put(timestamp, cursor.buf, cursor.keyStart, cursor.keyEnd, this.#dst, places, first, names);
  }

  /** Passes on a record without a value: its key, and nothing. */
  tombstone(cursor: RecordCursor, partition: number): void {
    const { buf, keyStart, keyEnd } = cursor;
    this.#sink
      .builder(partition, buf, keyStart, keyEnd)
      .put(cursor.timestamp, buf, keyStart, keyEnd, buf, nothing, 0, []);
  }
}

/** The place of a null. */
const nothing = new Int32Array([-1, -1]);
