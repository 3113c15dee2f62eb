/** Puts records through a kernel and gathers the rows, until it is time to hand them on; counts what was read and written. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import { type Kernel, RecordError, type SourceRecord } from '../ports.ts';
import { Rows } from '../rows.ts';
import type { Framing } from './output.ts';

export interface QueryDone {
  readonly read: number;
  readonly written: number;
  /** Bad records passed over. */
  readonly failed: number;
}

export interface RowsOutOptions {
  readonly framing: Framing;
  /** How the input is called in messages. */
  readonly input: string;
  readonly limit: number;
  readonly errors: 'fail' | 'skip';
  readonly onError?: (error: RecordError, record: number) => void;
  /** Puts each row's key before it, and a tab; `null` where it has none. */
  readonly printKey: boolean;
  readonly write: (rows: Buffer) => void | Promise<void>;
}

const firstBytes = 1 << 18;
/** A row of several parts that has no value: a tombstone. */
const tombstone = Buffer.from('null');
const tab = 9;

export class RowsOut {
  readonly #options: RowsOutOptions;
  readonly #rows = new Rows();
  #out = Buffer.allocUnsafe(firstBytes);
  #at = 0;
  /** Rows in `out`. */
  #held = 0;
  #parts = Buffer.alloc(0);
  #read = 0;
  #written = 0;
  #failed = 0;
  #begun = false;
  constructor(options: RowsOutOptions) {
    this.#options = options;
  }

  /** Whether it is time to flush. */
  get full(): boolean {
    return this.#at > firstBytes / 2;
  }

  /** Puts a record through the kernel; false when the limit is reached. */
  record(kernel: Kernel, src: Buffer, start: number, end: number, record: SourceRecord): boolean {
    const { limit } = this.#options;
    if (this.#written >= limit) return false;
    try {
      // All of them: a file is read once, by someone who looks at it.
      kernel.checkWhole?.(src, start, end);
      if (kernel.shape === 'value') this.#value(kernel, src, start, end, record);
      else this.#many(kernel, src, start, end, record);
    } catch (cause) {
      if (!(cause instanceof RecordError) || this.#options.errors !== 'skip') throw this.bad(cause);
      this.#options.onError?.(cause, this.#read);
      this.#failed++;
    }
    this.#read++;
    return this.#written < limit;
  }

  #value(kernel: Kernel, src: Buffer, start: number, end: number, record: SourceRecord): void {
    const { lineEnd } = this.#options.framing;
    let to = kernel.run(src, start, end, this.#out, this.#at, this.#rows, record);
    while (to + lineEnd.length > this.#out.length) {
      this.#room(to + lineEnd.length);
      to = kernel.run(src, start, end, this.#out, this.#at, this.#rows, record);
    }
    if (to < 0) return;
    this.#at = to;
    if (this.#options.printKey) this.#prefixKey(src, record.keyStart, record.keyEnd, to);
    this.#endRow();
  }

  #many(kernel: Kernel, src: Buffer, start: number, end: number, record: SourceRecord): void {
    const rows = this.#rows;
    rows.reset();
    let to = kernel.run(src, start, end, this.#parts, 0, rows, record);
    while (to > this.#parts.length) {
      this.#parts = Buffer.allocUnsafe(2 * to);
      rows.reset();
      to = kernel.run(src, start, end, this.#parts, 0, rows, record);
    }
    if (to < 0) return;
    const { key, headers } = kernel.parts;
    const width = 2 * (headers.length + (key ? 2 : 1));
    for (let row = 0; row < rows.count && this.#written < this.#options.limit; row++) {
      const first = row * width;
      const { places } = rows;
      if (this.#options.printKey) {
        if (key) this.#key(this.#parts, places[first]!, places[first + 1]!);
        else this.#key(src, record.keyStart, record.keyEnd);
      }
      const value = first + (key ? 2 : 0);
      if (places[value]! < 0) this.#append(tombstone, 0, tombstone.length);
      else this.#append(this.#parts, places[value]!, places[value + 1]!);
      this.#endRow();
    }
  }

  #key(src: Buffer, start: number, end: number): void {
    if (start < 0) this.#append(tombstone, 0, tombstone.length);
    else this.#append(src, start, end);
    this.#append(Buffer.from([tab]), 0, 1);
  }

  /** The value is there already; its key goes before it. */
  #prefixKey(src: Buffer, start: number, end: number, valueEnd: number): void {
    const [from, keyLength] = [this.#rowStart, start < 0 ? tombstone.length : end - start];
    const value = Buffer.from(this.#out.subarray(from, valueEnd));
    this.#at = from;
    this.#room(from + keyLength + value.length + 16);
    this.#key(src, start, end);
    this.#append(value, 0, value.length);
  }

  #rowStart = 0;

  #append(src: Buffer, start: number, end: number): void {
    this.#room(this.#at + end - start);
    this.#at += src.copy(this.#out, this.#at, start, end);
  }

  #endRow(): void {
    const { lineEnd } = this.#options.framing;
    this.#append(lineEnd, 0, lineEnd.length);
    this.#rowStart = this.#at;
    this.#held++;
    this.#written++;
  }

  #room(bytes: number): void {
    if (bytes <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(2 * bytes);
    this.#out.copy(larger, 0, 0, this.#at);
    this.#out = larger;
  }

  /** The failure that says which record it is. */
  bad(cause: unknown): unknown {
    if (!(cause instanceof RecordError)) return cause;
    const message = `Record ${this.#read} (counted from 0) of ${this.#options.input}: ${cause.message}.`;
    return new MillraceError(failure('bad_record', message, { stage: cause.stage }), [], { cause });
  }

  /** What can't be written is gone: it isn't tried again by the flush at the query's end. */
  async flush(): Promise<void> {
    const { framing, write } = this.#options;
    const [begun, held, rows] = [this.#begun, this.#held, this.#out.subarray(0, this.#at)];
    this.#begun = true;
    this.#at = 0;
    this.#rowStart = 0;
    this.#held = 0;
    if (!begun && framing.header.length > 0) await write(framing.header);
    if (held > 0) for (const bytes of framing.block(held, rows)) await write(bytes);
  }

  done(): QueryDone {
    return { read: this.#read, written: this.#written, failed: this.#failed };
  }
}
