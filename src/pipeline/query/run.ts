/**
 * Runs a query over a file, stdin or a topic's records, here and now, with the same kernels that tasks use: what
 * `millrace query` prints is what a subscription would write. Owns the inputs' framing; opens no connection.
 */
import { createReadStream } from 'node:fs';
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { FormatSpec } from '../../contracts/format.ts';
import { limits } from '../../contracts/limits.ts';
import { parseSchema } from '../avro/parse.ts';
import { compileQuery } from '../compile.ts';
import type { TopicRecord } from '../kafka/read-topic.ts';
import { makeSkipper } from '../kernel/skipper.ts';
import { type CompiledQuery, RecordError } from '../ports.ts';
import { streamsOf } from '../sql/ast.ts';
import { parseQueryOrThrow } from '../sql/front.ts';
import { ByteFlow } from './bytes.ts';
import { magic, openContainer } from './container.ts';
import { framingOf, localFormat } from './output.ts';
import { type QueryDone, RowsOut } from './rows-out.ts';
import { numbered, TopicRow } from './source-record.ts';

export interface RunQuery {
  readonly sql: string;
  /** Avro JSON text; a container file brings its own, which is then the writer's. */
  readonly schemaText?: string;
  /** Path of a container file (`.avro`) or of uint32-BE length-prefixed bodies (`.bin`), or `-` for stdin: told apart by their first bytes. Or a topic's records. */
  readonly input: string | { readonly topic: string; readonly records: AsyncIterable<readonly TopicRecord[]> };
  readonly format?: FormatSpec;
  /** Puts each row's key before it. */
  readonly printKey?: boolean;
  /** Stop after so many rows. */
  readonly limit?: number;
  /** What a bad record does: end the query (default), or be counted and told to `onError`. */
  readonly errors?: 'fail' | 'skip';
  readonly onError?: (error: RecordError, record: number) => void;
  /** Told before the first record what is to be known of how columns are read: one sentence. */
  readonly onNote?: (note: string) => void;
  /** Takes rows, each followed by a line end; many at once. The bytes are valid until it has resolved. */
  readonly write: (rows: Buffer) => void | Promise<void>;
  /** What `-` reads; the process's stdin by default. */
  readonly stdin?: AsyncIterable<Buffer>;
}

export type { QueryDone };

/** The stream may have any name in FROM: the input is the stream. Throws MillraceError. */
export async function runQuery(order: RunQuery): Promise<QueryDone> {
  const { input } = order;
  if (typeof input !== 'string') return readRecords(input.topic, input.records, order);
  const chunks = input === '-' ? (order.stdin ?? process.stdin) : createReadStream(input, { highWaterMark: 1 << 20 });
  const flow = new ByteFlow(chunks as AsyncIterable<Buffer>);
  try {
    const begin = await flow.peek(magic.length);
    return await (begin.equals(magic) ? readContainer(flow, order) : readPrefixed(flow, order));
  } catch (cause) {
    if (isNodeError(cause))
      throw new MillraceError(failure('not_found', `Can't read ${input}: ${cause.message}`), [], { cause });
    throw cause;
  } finally {
    await flow.close();
  }
}

const isNodeError = (e: unknown): e is NodeJS.ErrnoException => e instanceof Error && 'syscall' in e;

/** A query over one input, whatever FROM calls it. */
export interface LocalQuery {
  readonly stream: string;
  readonly query: CompiledQuery;
}

/** The compiled query over an input with this schema. Throws MillraceError. */
export function compileLocal(sql: string, schemaText: string, format: FormatSpec = 'json'): LocalQuery {
  const [stream, ...others] = streamsOf(parseQueryOrThrow(sql)).map((name) => name.text);
  if (stream === undefined || others.length > 0) {
    const names = [stream, ...others].join(', ');
    throw new MillraceError(
      failure('invalid_sql', `A local query reads one input, but this one names several streams: ${names}.`),
    );
  }
  return { stream, query: compileQuery({ sql, streams: { [stream]: schemaText }, format }) };
}

function rowsOut(order: RunQuery, query: CompiledQuery): RowsOut {
  const { input, format = 'json', limit, errors = 'fail', onError, printKey = false, write } = order;
  return new RowsOut({
    framing: framingOf(format, query),
    input: typeof input === 'string' ? input : input.topic,
    limit: limit ?? Number.POSITIVE_INFINITY,
    errors,
    printKey,
    write,
    ...(onError && { onError }),
  });
}

/** What was good before the record, or whatever else, that ends the query goes out before that is told. */
async function allOf(rows: RowsOut, read: () => Promise<void>): Promise<QueryDone> {
  try {
    await read();
  } catch (cause) {
    await rows.flush();
    throw cause;
  }
  await rows.flush();
  return rows.done();
}

async function readContainer(flow: ByteFlow, order: RunQuery): Promise<QueryDone> {
  const { schema, blocks } = await openContainer(flow);
  const { stream, query } = compileLocal(order.sql, order.schemaText ?? schema, localFormat(order.format ?? 'json'));
  // The skipper has been to the end of every record.
  const { checkWhole: _, ...kernel } = query.kernel(stream, schema);
  for (const note of kernel.notes) order.onNote?.(note);
  const rows = rowsOut(order, query);
  const record = numbered();
  const skip = makeSkipper(parseSchema(schema));
  return allOf(rows, async () => {
    for await (const { count, bytes } of blocks()) {
      let start = 0;
      for (let i = 0; i < count; i++) {
        let end: number;
        try {
          end = skip(bytes, start, bytes.length);
        } catch (cause) {
          // Where the next record begins isn't known, so this can't be passed over.
          throw rows.bad(cause);
        }
        if (!rows.record(kernel, bytes, start, end, record)) return;
        record.offset++;
        if (rows.full) await rows.flush();
        start = end;
      }
    }
  });
}

async function readPrefixed(flow: ByteFlow, order: RunQuery): Promise<QueryDone> {
  const schema = schemaOf(order);
  const { stream, query } = compileLocal(order.sql, schema, localFormat(order.format ?? 'json'));
  const kernel = query.kernel(stream, schema);
  const rows = rowsOut(order, query);
  const record = numbered();
  return allOf(rows, async () => {
    for (;;) {
      const prefix = await flow.take(4);
      if (prefix === undefined) break;
      const length = prefix.readUInt32BE();
      const body = length > limits.fileBlockBytesMax ? undefined : await flow.take(length);
      if (body === undefined)
        throw rows.bad(
          new RecordError('decode', `a length of ${length} bytes, but the input ends before, or it is no length`),
        );
      if (!rows.record(kernel, body, 0, length, record)) return;
      record.offset++;
      if (rows.full) await rows.flush();
    }
    const rest = (await flow.peek(4)).length;
    if (rest > 0) throw rows.bad(new RecordError('decode', `${rest} bytes are left over after the last record`));
  });
}

async function readRecords(
  topic: string,
  records: AsyncIterable<readonly TopicRecord[]>,
  order: RunQuery,
): Promise<QueryDone> {
  const schema = schemaOf(order);
  const { stream, query } = compileLocal(order.sql, schema, localFormat(order.format ?? 'json'));
  const kernel = query.kernel(stream, schema);
  const rows = rowsOut(order, query);
  const row = new TopicRow(topic);
  return allOf(rows, async () => {
    for await (const batch of records) {
      for (const record of batch) {
        if (record.value === null) continue;
        const src = row.take(record);
        if (!rows.record(kernel, src, 0, record.value.length, row)) return;
      }
      // At once: whoever follows a topic waits for its rows.
      await rows.flush();
    }
  });
}

function schemaOf(order: RunQuery): string {
  if (order.schemaText !== undefined) return order.schemaText;
  throw new MillraceError(failure('invalid_schema', 'This input carries no schema: give one with --schema.'));
}
