/**
 * What the parts of the data plane promise each other. The compiler (sql/, avro/, kernel/, formats/) makes a
 * {@link CompiledQuery}; the runtime (kafka/, sinks/, runtime/) runs its kernels over record batches and knows nothing else of SQL.
 */
import type { RecordStage } from '../contracts/failure.ts';
import type { PlanColumn } from '../contracts/plan.ts';

/** {@link Kernel.run}'s answer for a record that the predicate doesn't keep. */
export const REJECTED = -1;

/** One generated function for (writer schema, query, output format). */
export interface Kernel {
  /**
   * Reads the Avro body `src[start, end)` and writes the output value at `dst[at]`. No allocation on the plain path.
   * - returns {@link REJECTED} when the predicate isn't TRUE (FALSE or UNKNOWN);
   * - else the position after the last byte written. A position beyond `dst.length` says that it did not fit: nothing in
   *   `dst` from `at` on is to be used, and the caller calls again with more room. Bytes before `at` are never touched.
   * - throws {@link RecordError} for a body that can't be decoded, a cast that fails, and the like; the body never makes
   *   it read outside of [start, end), hang, or take unbounded memory.
   * A body with bytes left over after the last field is a decode error (where the kernel reads that far).
   */
  readonly run: (src: Buffer, start: number, end: number, dst: Buffer, at: number) => number;
  /** The generated code, for `explain`. */
  readonly source: string;
}

/** What is wrong with one record; the job's error policy deals with it. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly stage: RecordStage;
  constructor(stage: RecordStage, message: string) {
    super(message);
    this.stage = stage;
  }
}

/** A query bound to its stream and ready to make kernels. */
export interface CompiledQuery {
  /** The stream named in FROM. */
  readonly stream: string;
  /** Dotted paths of the source columns that the query reads, sorted. */
  readonly readColumns: readonly string[];
  readonly output: readonly PlanColumn[];
  /** The kernel for bodies written with this schema (Avro JSON text); cached by it. Throws MillraceError `invalid_schema` where it can't be read as the query needs. */
  kernel(writerSchema: string): Kernel;
}

export interface CompileInput {
  readonly sql: string;
  /** The streams that the query may name → their schema as Avro JSON text. */
  readonly streams: Readonly<Record<string, string>>;
  readonly format: 'json';
}

/** Throws MillraceError `invalid_sql` with every problem found (line, column, excerpt with caret), or `invalid_schema`, or `unknown_stream`. */
export type CompileQuery = (input: CompileInput) => CompiledQuery;
