/** SQL text and a stream's schema → a query that makes kernels: the compiler's front door. */
import { failure, MillraceError } from '../contracts/failure.ts';
import type { PlanColumn } from '../contracts/plan.ts';
import { parseSchema } from './avro/parse.ts';
import type { AvroSchema } from './avro/schema.ts';
import { UnsupportedResult } from './kernel/expression.ts';
import { makeKernel } from './kernel/kernel.ts';
import type { CompileInput, CompileQuery, Kernel } from './ports.ts';
import type { Query } from './sql/ast.ts';
import { bindQuery } from './sql/bind.ts';
import { type BoundQuery, columnsOf } from './sql/bound.ts';
import { parseQueryOrThrow } from './sql/front.ts';
import { invalidSql } from './sql/mistake.ts';
import { nearest } from './sql/suggest.ts';
import { typeText } from './sql/types.ts';

/** Kernels that one query keeps, by writer schema; the oldest goes first. */
const kernelsMax = 64;

export const compileQuery: CompileQuery = (input) => {
  const query = parseQueryOrThrow(input.sql);
  const stream = query.from.text;
  const text = Object.hasOwn(input.streams, stream) ? input.streams[stream] : undefined;
  if (text === undefined) throw unknownStream(stream, Object.keys(input.streams));
  const schema = recordSchema(text, stream);
  const star = schema.fields.map((field) => field.name);
  const { query: bound, mistakes } = bindQuery(query, schema, star);
  if (mistakes.length > 0) throw invalidSql(input.sql, mistakes);
  const output = outputOf(bound);
  const kernels = new Map<string, Kernel>();
  // Made at once: what the emitter can't do is then a mistake in the SQL, not of a later event.
  kernels.set(text, emit(input, query, bound));
  return {
    stream,
    readColumns: readColumns(bound),
    output,
    kernel(writerSchema) {
      const known = kernels.get(writerSchema);
      if (known !== undefined) return known;
      const kernel = emit(input, query, rebind(query, writerSchema, star, output));
      if (kernels.size >= kernelsMax) kernels.delete(kernels.keys().next().value!);
      kernels.set(writerSchema, kernel);
      return kernel;
    },
  };
};

function emit(input: CompileInput, query: Query, bound: BoundQuery): Kernel {
  try {
    return makeKernel(bound, input.format);
  } catch (cause) {
    if (cause instanceof UnsupportedResult) throw invalidSql(input.sql, [{ span: query.from, message: cause.message }]);
    throw cause;
  }
}

function unknownStream(stream: string, known: readonly string[]): MillraceError {
  const near = nearest(stream, known);
  const have = known.length === 0 ? 'there are no streams' : `there are ${known.join(', ')}`;
  const hint = near === undefined ? have : `did you mean ${near}?`;
  return new MillraceError(failure('unknown_stream', `There is no stream ${stream}; ${hint}`));
}

function recordSchema(text: string, of: string): AvroSchema & { kind: 'record' } {
  const schema = parseSchema(text);
  if (schema.kind === 'record') return schema;
  throw new MillraceError(failure('invalid_schema', `The schema of ${of} is a ${schema.kind}; SQL reads records.`));
}

const outputOf = (bound: BoundQuery): readonly PlanColumn[] =>
  bound.outputs.map(({ name, value }) => ({ name, type: typeText(value), nullable: value.nullable }));

function readColumns(bound: BoundQuery): readonly string[] {
  const found = new Set<string>();
  for (const b of [...bound.conjuncts, ...bound.outputs.map((o) => o.value)])
    for (const column of columnsOf(b).values()) found.add(column.name);
  return [...found].sort();
}

/** The query over events of another writer schema: the columns that it reads must be there, with the same types. */
function rebind(
  query: Query,
  writerSchema: string,
  star: readonly string[],
  output: readonly PlanColumn[],
): BoundQuery {
  const schema = recordSchema(writerSchema, 'the event');
  const { query: bound, mistakes } = bindQuery(query, schema, star);
  const wrong = mistakes.map((m) => m.message);
  if (wrong.length === 0)
    outputOf(bound).forEach((column, i) => {
      const planned = output[i]!;
      if (column.type !== planned.type) wrong.push(`${column.name} is ${column.type}, planned was ${planned.type}`);
    });
  if (wrong.length === 0) return bound;
  throw new MillraceError(
    failure('invalid_schema', `Events with this writer schema can't be read as the query needs: ${wrong.join('; ')}.`),
  );
}
