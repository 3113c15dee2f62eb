/** SQL text, the streams' schemas and a format → a query that makes kernels: the compiler's front door. */
import { at } from '../contracts/by-name.ts';
import { failure, MillraceError } from '../contracts/failure.ts';
import { formatOf } from '../contracts/format.ts';
import { parseSchema } from './avro/parse.ts';
import { resolve } from './avro/resolve.ts';
import type { AvroRecord } from './avro/schema.ts';
import { casterOf } from './kernel/casters.ts';
import { evaluateConstant } from './kernel/constant.ts';
import { makeKernel } from './kernel/kernel.ts';
import { patternMistake } from './kernel/patterns.ts';
import { type CompileInput, type CompileQuery, type Kernel, RecordError } from './ports.ts';
import { type Name, type Query, streamsOf } from './sql/ast.ts';
import { bindQuery, type Sink, type SinkExpression } from './sql/bind.ts';
import { type BoundQuery, columnsOf } from './sql/bound.ts';
import { foldBranches } from './sql/fold.ts';
import { parseExpressionOrThrow, parseQueryOrThrow } from './sql/front.ts';
import { functions } from './sql/functions.ts';
import { invalidSql } from './sql/mistake.ts';
import { outputSchema } from './sql/output-schema.ts';
import { boundText, planText } from './sql/plan-text.ts';
import { Mistakes } from './sql/scope.ts';
import { nearest } from './sql/suggest.ts';
import { type SqlType, typeText } from './sql/types.ts';

/** Kernels that one query keeps, by stream and writer schema; the oldest goes first. */
const kernelsMax = 64;

const defaultName = 'millrace.Row';

const compiler = {
  functions,
  patternMistake,
  castable: (from: SqlType, to: SqlType): boolean => casterOf(from, to) !== undefined,
};

export const compileQuery: CompileQuery = (input) => {
  const query = parseQueryOrThrow(input.sql);
  const names = streamsOf(query);
  const schemas = new Map(names.map((name) => [name.text, streamSchema(name, input)] as const));
  const bound = bind(input, query, schemas);
  const { columns, text } = outputSchema(bound, input.outputName ?? defaultName);
  const format = formatOf(input.format);
  const kernels = new Map<string, Kernel>();
  const compiled = {
    streams: names.map((n) => n.text),
    readColumns: readColumns(bound),
    output: bound.outputs.map((o) => ({ name: o.name, type: typeText(o), nullable: o.nullable })),
    planText: planText(bound),
    outputSchema: text,
    keyed: bound.branches.some((b) => b.extras.key !== undefined),
    keys: bound.branches.flatMap(({ extras }) => (extras.key === undefined ? [] : [boundText(extras.key)])),
    kernel(stream: string, writerSchema: string): Kernel {
      const key = `${stream}\n${writerSchema}`;
      const known = kernels.get(key);
      if (known !== undefined) return known;
      const schema = schemas.get(stream);
      if (schema === undefined) throw new TypeError(`the query reads no stream ${stream}`);
      const own = writerSchema === at(input.streams, stream);
      const writer = own ? schema : recordSchema(writerSchema, 'the event');
      const branches = bound.branches.filter((b) => b.stream === stream);
      const kernel = makeKernel({ branches, columns, format, reading: resolve(writer, schema) });
      if (kernels.size >= kernelsMax) kernels.delete(kernels.keys().next().value!);
      kernels.set(key, kernel);
      return kernel;
    },
  };
  // Made at once: what the emitter can't do is then a mistake in the SQL, not of a later event.
  try {
    for (const { text: stream } of names) compiled.kernel(stream, at(input.streams, stream)!);
  } catch (cause) {
    if (cause instanceof RecordError) throw invalidSql(input.sql, [{ span: query.span, message: cause.message }]);
    throw cause;
  }
  return compiled;
};

function streamSchema(name: Name, input: CompileInput): AvroRecord {
  const text = at(input.streams, name.text);
  if (text === undefined) throw unknownStream(name.text, Object.keys(input.streams));
  return recordSchema(text, name.text);
}

function unknownStream(stream: string, known: readonly string[]): MillraceError {
  const near = nearest(stream, known);
  const have = known.length === 0 ? 'there are no streams' : `there are ${known.join(', ')}`;
  const hint = near === undefined ? have : `did you mean ${near}?`;
  return new MillraceError(failure('unknown_stream', `There is no stream ${stream}; ${hint}`));
}

function recordSchema(text: string, of: string): AvroRecord {
  const schema = parseSchema(text);
  if (schema.kind === 'record') return schema;
  throw new MillraceError(failure('invalid_schema', `The schema of ${of} is a ${schema.kind}; SQL reads records.`));
}

/** The bound query, folded. Throws MillraceError with all mistakes, of the query and of the sink's expressions. */
function bind(input: CompileInput, query: Query, schemas: ReadonlyMap<string, AvroRecord>): BoundQuery {
  const mistakes = new Mistakes();
  const texts: { readonly text: string; readonly path: string; readonly mistakes: Mistakes }[] = [
    { text: input.sql, path: '/spec/sql', mistakes },
  ];
  const sinkExpression = (text: string, path: string): SinkExpression => {
    const own = new Mistakes();
    texts.push({ text, path, mistakes: own });
    return { expression: parseExpressionOrThrow(text, path), mistakes: own };
  };
  const at = '/spec/sink/kafka';
  const sink: Sink = {
    key: (input.key ?? []).map((text, i, all) => sinkExpression(text, `${at}/key${all.length > 1 ? `/${i}` : ''}`)),
    headers: Object.entries(input.headers ?? {}).map(([name, text]) => ({
      name,
      value: sinkExpression(text, `${at}/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    })),
    tombstone: input.tombstone === undefined ? undefined : sinkExpression(input.tombstone, `${at}/tombstone`),
  };
  const bound = bindQuery({ query, schemaOf: (name) => schemas.get(name), compiler, sink, mistakes });
  for (const output of bound.outputs)
    if (holdsInterval(output.type))
      mistakes.add(
        query.span,
        `the output column ${output.name} is an INTERVAL, which no output format has`,
        'use TIMESTAMPDIFF, or CAST it AS VARCHAR',
      );
  const errors = texts.flatMap((t) =>
    t.mistakes.list.length === 0 ? [] : [invalidSql(t.text, t.mistakes.list, t.path)],
  );
  if (errors.length === 1) throw errors[0]!;
  if (errors.length > 1) {
    const message = errors.map((e) => e.message).join('\n');
    throw new MillraceError(
      failure('invalid_sql', message),
      errors.flatMap((e) => e.problems),
    );
  }
  return { ...bound, branches: foldBranches(bound.branches, evaluateConstant) };
}

function holdsInterval(type: SqlType): boolean {
  if (type.kind === 'ARRAY') return holdsInterval(type.element.type);
  if (type.kind === 'MAP') return holdsInterval(type.value.type);
  if (type.kind === 'ROW') return type.schema === undefined && type.fields.some((f) => holdsInterval(f.type.type));
  return type.kind === 'INTERVAL';
}

/** Paths of the columns that any part of the query reads, the sink's expressions included. */
function readColumns(query: BoundQuery): readonly string[] {
  const found = new Set<string>();
  const several = new Set(query.branches.map((b) => b.stream)).size > 1;
  for (const { stream, values, steps, extras } of query.branches) {
    const roots = [
      ...values,
      ...steps.map((s) => (s.kind === 'filter' ? s.test : s.operand)),
      ...extras.headers.map((h) => h.value),
    ];
    if (extras.key !== undefined) roots.push(extras.key);
    if (extras.tombstone !== undefined) roots.push(extras.tombstone);
    for (const root of roots)
      for (const column of columnsOf(root).values()) found.add(several ? `${stream}:${column.name}` : column.name);
  }
  return [...found].sort();
}
