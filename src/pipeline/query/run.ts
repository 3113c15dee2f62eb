/**
 * Runs a query over a file or stdin, here and now, with the same kernels that tasks use: what `millrace query` prints is
 * what a subscription would write. Owns reading and framing; knows no Kafka.
 */
import { createReadStream } from 'node:fs';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { parseSchema } from '../avro/parse.ts';
import { compileQuery } from '../compile.ts';
import { makeSkipper } from '../kernel/skipper.ts';
import { type CompiledQuery, type Kernel, RecordError } from '../ports.ts';
import { parseQueryOrThrow } from '../sql/front.ts';
import { ByteFlow } from './bytes.ts';
import { magic, openContainer } from './container.ts';

export interface RunQuery {
  readonly sql: string;
  /** Avro JSON text; a container file brings its own, which is then the writer's. */
  readonly schemaText?: string;
  /** Path of a container file (`.avro`) or of uint32-BE length-prefixed bodies (`.bin`), or `-` for stdin: told apart by their first bytes. */
  readonly input: string;
  readonly format?: 'json';
  /** Stop after so many rows. */
  readonly limit?: number;
  /** What a bad record does: end the query (default), or be counted and told to `onError`. */
  readonly errors?: 'fail' | 'skip';
  readonly onError?: (error: RecordError, record: number) => void;
  /** Takes rows, each followed by a line feed; many at once. The bytes are valid until it has resolved. */
  readonly write: (rows: Buffer) => void | Promise<void>;
  /** What `-` reads; the process's stdin by default. */
  readonly stdin?: AsyncIterable<Buffer>;
}

export interface QueryDone {
  readonly read: number;
  readonly written: number;
  /** Bad records passed over. */
  readonly failed: number;
}

/** The stream may have any name in FROM: the input is the stream. Throws MillraceError. */
export async function runQuery(order: RunQuery): Promise<QueryDone> {
  const chunks =
    order.input === '-' ? (order.stdin ?? process.stdin) : createReadStream(order.input, { highWaterMark: 1 << 20 });
  const flow = new ByteFlow(chunks as AsyncIterable<Buffer>);
  try {
    const run = new Run(order);
    const begin = await flow.peek(magic.length);
    if (begin.equals(magic)) await readContainer(flow, order, run);
    else await readPrefixed(flow, order, run);
    await run.flush();
    return run.done();
  } catch (cause) {
    if (isNodeError(cause))
      throw new MillraceError(failure('not_found', `Can't read ${order.input}: ${cause.message}`), [], { cause });
    throw cause;
  } finally {
    await flow.close();
  }
}

const isNodeError = (e: unknown): e is NodeJS.ErrnoException => e instanceof Error && 'syscall' in e;

/** The compiled query over an input with this schema. Throws MillraceError. */
export function compileLocal(sql: string, schemaText: string): CompiledQuery {
  const stream = parseQueryOrThrow(sql).from.text;
  return compileQuery({ sql, streams: { [stream]: schemaText }, format: 'json' });
}

async function readContainer(flow: ByteFlow, order: RunQuery, run: Run): Promise<void> {
  const { schema, blocks } = await openContainer(flow);
  const kernel = compileLocal(order.sql, order.schemaText ?? schema).kernel(schema);
  const skip = makeSkipper(parseSchema(schema));
  for await (const { count, bytes } of blocks()) {
    let start = 0;
    for (let i = 0; i < count; i++) {
      let end: number;
      try {
        end = skip(bytes, start, bytes.length);
      } catch (cause) {
        // Where the next record begins isn't known, so this can't be passed over.
        throw run.bad(cause);
      }
      if (!run.record(kernel, bytes, start, end)) return;
      if (run.full) await run.flush();
      start = end;
    }
  }
}

async function readPrefixed(flow: ByteFlow, order: RunQuery, run: Run): Promise<void> {
  if (order.schemaText === undefined)
    throw new MillraceError(failure('invalid_schema', 'This input carries no schema: give one with --schema.'));
  const kernel = compileLocal(order.sql, order.schemaText).kernel(order.schemaText);
  for (;;) {
    const prefix = await flow.take(4);
    if (prefix === undefined) break;
    const length = prefix.readUInt32BE();
    const body = length > limits.fileBlockBytesMax ? undefined : await flow.take(length);
    if (body === undefined)
      throw run.bad(
        new RecordError('decode', `a length of ${length} bytes, but the input ends before, or it is no length`),
      );
    if (!run.record(kernel, body, 0, length)) return;
    if (run.full) await run.flush();
  }
  const rest = (await flow.peek(4)).length;
  if (rest > 0) throw run.bad(new RecordError('decode', `${rest} bytes are left over after the last record`));
}

/** Rows on their way out, and what has been counted. */
class Run {
  readonly #order: RunQuery;
  #out = Buffer.allocUnsafe(1 << 18);
  #at = 0;
  #read = 0;
  #written = 0;
  #failed = 0;
  constructor(order: RunQuery) {
    this.#order = order;
  }

  /** Whether it is time to flush. */
  get full(): boolean {
    return this.#at > 1 << 17;
  }

  /** Puts a record through the kernel; false when the limit is reached. */
  record(kernel: Kernel, src: Buffer, start: number, end: number): boolean {
    const { limit = Number.POSITIVE_INFINITY } = this.#order;
    if (this.#written >= limit) return false;
    try {
      let to = kernel.run(src, start, end, this.#out, this.#at);
      while (to >= this.#out.length) {
        const larger = Buffer.allocUnsafe(2 * to);
        this.#out.copy(larger, 0, 0, this.#at);
        this.#out = larger;
        to = kernel.run(src, start, end, this.#out, this.#at);
      }
      this.#read++;
      if (to < 0) return true;
      this.#out[to] = 10;
      this.#at = to + 1;
      return ++this.#written < limit;
    } catch (cause) {
      if (!(cause instanceof RecordError) || this.#order.errors !== 'skip') throw this.bad(cause);
      this.#order.onError?.(cause, this.#read++);
      this.#failed++;
      return true;
    }
  }

  /** The failure that says which record it is. */
  bad(cause: unknown): unknown {
    if (!(cause instanceof RecordError)) return cause;
    const message = `Record ${this.#read} (counted from 0) of ${this.#order.input}: ${cause.message}.`;
    return new MillraceError(failure('bad_record', message, { stage: cause.stage }), [], { cause });
  }

  async flush(): Promise<void> {
    if (this.#at > 0) await this.#order.write(this.#out.subarray(0, this.#at));
    this.#at = 0;
  }

  done(): QueryDone {
    return { read: this.#read, written: this.#written, failed: this.#failed };
  }
}
