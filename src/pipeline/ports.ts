/**
 * What the parts of the data plane promise each other. The compiler (sql/, avro/, kernel/, formats/) makes a
 * {@link CompiledQuery}; the runtime (kafka/, sinks/, runtime/) runs its kernels over record batches and knows nothing else of SQL.
 */
import type { CompileInput } from '../contracts/compile-input.ts';
import type { RecordStage } from '../contracts/failure.ts';
import type { PlanColumn } from '../contracts/plan.ts';
import type { Rows } from './rows.ts';

/** {@link Kernel.run}'s answer for a record that no row comes of. */
export const REJECTED = -1;

/** The record that a kernel is at, beside its value: what `_offset` and the like read. Its key lies in the same bytes as the value. */
export interface SourceRecord {
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number | null;
  /** Negative: no key. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly headerCount: number;
  /** Calls back with the place of each header's name and value (negative: null). */
  eachHeader(each: (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void): void;
}

/** One generated function for (writer schema, query, output format). */
export interface Kernel {
  /**
   * Reads the Avro body `src[start, end)` and writes output at `dst[at]`. No allocation on the plain path.
   * - returns {@link REJECTED} when no row comes of the record (the predicate is FALSE or UNKNOWN);
   * - else the position after the last byte written. A position beyond `dst.length` says that it did not fit: nothing in
   *   `dst` from `at` on is to be used, and the caller calls again with more room. Bytes before `at` are never touched.
   * - throws {@link RecordError} for a body that can't be decoded, a cast that fails, and the like; the body never makes
   *   it read outside of [start, end), hang, or take unbounded memory.
   * A body with bytes left over after the last field is a decode error (where the kernel reads that far).
   * With `shape` 'value' one row is written: its value, and `rows` is not touched. With 'rows' the kernel writes the parts of every row, one
   * after the other, and says in `rows` where each lies; a record that fails leaves no row. `record` is only read where `readsRecord`.
   */
  readonly run: (
    src: Buffer,
    start: number,
    end: number,
    dst: Buffer,
    at: number,
    rows: Rows,
    record: SourceRecord,
  ) => number;
  /**
   * Throws {@link RecordError} unless the body is one value of the writer's schema and nothing else. For samples of the records,
   * before `run`, which stops behind the last column that it needs. Undefined: `run` goes to the end of every record.
   */
  readonly checkWhole?: (src: Buffer, start: number, end: number) => void;
  readonly shape: 'value' | 'rows';
  /** With shape 'rows': what a row's parts are, in their order: its key where `key`, its value, then a value per header. */
  readonly parts: { readonly key: boolean; readonly headers: readonly string[] };
  readonly readsRecord: boolean;
  /** What whoever plans should know of how the columns are read; each a sentence. */
  readonly notes: readonly string[];
  /** The generated code, for `explain`. */
  readonly source: string;
}

/** What is wrong with one record; the job's error policy deals with it. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly stage: RecordStage;
  readonly code: 'bad_record' | 'record_too_large';
  constructor(
    stage: RecordStage,
    message: string,
    code: RecordError['code'] = stage === 'sink' ? 'record_too_large' : 'bad_record',
  ) {
    super(message);
    this.stage = stage;
    this.code = code;
  }
}

/** An exception on a record's way as that record's error: one that nobody foresaw is a fault of Millrace, but no other record's. */
export function recordError(cause: unknown): RecordError {
  if (cause instanceof RecordError) return cause;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  const message = `Millrace broke at this record, which is a fault of its own; please report it with this text: ${text.slice(0, shownMax)}`;
  return new RecordError('internal', message);
}

/** Characters of an unforeseen exception that are told. */
const shownMax = 2_000;

/** A query bound to its streams and ready to make kernels. */
export interface CompiledQuery {
  /** The streams named in FROM, in the order of the text. */
  readonly streams: readonly string[];
  /** Dotted paths of the source columns that the query reads, sorted; where there are several streams each begins with its stream and a colon. */
  readonly readColumns: readonly string[];
  readonly output: readonly PlanColumn[];
  /** The plan as people read it (sql/plan-text.ts). */
  readonly planText: string;
  /** The Avro schema of the output, as JSON text: what format avro writes, and what readers of other formats can go by. */
  readonly outputSchema: string;
  /** Whether rows carry a key of their own (KEY BY): what partitioning by key goes by. */
  readonly keyed: boolean;
  /** The keys' expressions as bound, by branch; none where `keyed` is false. */
  readonly keys: readonly string[];
  /**
   * The kernel for bodies of a stream written with this schema (Avro JSON text); cached by both. Throws MillraceError
   * `invalid_schema` where it can't be read as the query needs.
   */
  kernel(stream: string, writerSchema: string): Kernel;
}

export type { CompileInput };

/** Throws MillraceError `invalid_sql` with every problem found (line, column, excerpt with caret), or `invalid_schema`, or `unknown_stream`. */
export type CompileQuery = (input: CompileInput) => CompiledQuery;
