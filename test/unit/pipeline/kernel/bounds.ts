/** Bound expressions and kernels made by hand, for tests of the kernel that need no SQL text. */
import { type FormatSpec, formatOf } from '../../../../src/contracts/format.ts';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import { resolve } from '../../../../src/pipeline/avro/resolve.ts';
import { type AvroRecord, type AvroSchema, branchName, viewUnion } from '../../../../src/pipeline/avro/schema.ts';
import { makeKernel } from '../../../../src/pipeline/kernel/kernel.ts';
import type { Kernel, SourceRecord } from '../../../../src/pipeline/ports.ts';
import { Rows } from '../../../../src/pipeline/rows.ts';
import type { Bound, Branch, RowExtras, Step, Variable } from '../../../../src/pipeline/sql/bound.ts';
import { plain as plainType, type SqlType, typeOf } from '../../../../src/pipeline/sql/types.ts';

/** A schema as a test writes it. */
export type Json = string | object;

export const record = (name: string, fields: readonly object[]): Json => ({ type: 'record', name, fields });

export function recordSchema(schema: Json): AvroRecord {
  const parsed = parseSchema(JSON.stringify(schema));
  if (parsed.kind !== 'record') throw new TypeError('a test reads records');
  return parsed;
}

/** A dotted path as the column it names. */
export function column(schema: AvroRecord, name: string): Bound & { kind: 'column' } {
  const path = name.split('.');
  let at: AvroSchema = schema;
  let sometimes = false;
  for (const step of path) {
    if (at.kind === 'union') {
      sometimes = true;
      const view = viewUnion(at);
      const branch: AvroSchema | undefined = at.branches.find((b) => branchName(b) === step);
      if (view.kind === 'nullable') at = view.value;
      else {
        at = branch!;
        continue;
      }
    }
    if (at.kind !== 'record') throw new TypeError(`${name}: no record`);
    at = at.fields.find((f) => f.name === step)!.schema;
  }
  const { type, nullable } = typeOf(at);
  return { kind: 'column', type, nullable: nullable || sometimes, fallible: false, column: { path, name, schema: at } };
}

const boolean = { type: plainType('BOOLEAN'), nullable: true, fallible: false } as const;
export const isNull = (operand: Bound): Bound => ({ ...boolean, kind: 'is', test: 'null', operand });
export const not = (operand: Bound): Bound => ({ ...boolean, kind: 'not', operand });
export const text = (value: string): Bound => ({
  kind: 'literal',
  type: plainType('VARCHAR'),
  nullable: false,
  fallible: false,
  value,
});
export const equals = (left: Bound, right: Bound): Bound => ({
  ...boolean,
  kind: 'compare',
  operator: '=',
  left,
  right,
});
/** The value itself, as an expression that is no column. */
export const computed = (b: Bound): Bound => ({ ...b, kind: 'coalesce', operands: [b] });
export const variable = (name: string, type: SqlType): Variable => ({ name, type, nullable: true });
export const read = (v: Variable): Bound => ({
  kind: 'variable',
  type: v.type,
  nullable: v.nullable,
  fallible: false,
  variable: v,
});
/** A field of a row, or a branch of a union, that is no path from a column. */
export function part(operand: Bound, name: string): Bound {
  const { type } = operand;
  if (type.kind === 'ROW') {
    const index = type.fields.findIndex((f) => f.name === name);
    const of = type.fields[index]!.type.type;
    return { kind: 'field', type: of, nullable: true, fallible: false, operand, index };
  }
  if (type.kind !== 'UNION') throw new TypeError(`a ${type.kind} has no part ${name}`);
  const index = type.schema.branches.findIndex((b) => branchName(b) === name);
  const of = typeOf(type.schema.branches[index]!).type;
  return { kind: 'branch', type: of, nullable: true, fallible: false, operand, index };
}
export const where = (test: Bound): Step => ({ kind: 'filter', test });

export interface Select {
  readonly steps?: readonly Step[];
  readonly values: readonly Bound[];
  readonly extras?: Partial<RowExtras>;
}

/** The schema that an output column of this value has. */
function outputSchema(b: Bound): AvroSchema {
  if (b.kind === 'coalesce') return outputSchema(b.operands[0]!);
  const plain: AvroSchema =
    b.kind === 'column' ? b.column.schema : b.type.kind === 'VARCHAR' ? { kind: 'string' } : { kind: 'long' };
  if (!b.nullable || plain.kind === 'null') return plain;
  if (plain.kind !== 'union') return { kind: 'union', branches: [{ kind: 'null' }, plain] };
  if (plain.branches.some((branch) => branch.kind === 'null')) return plain;
  return { kind: 'union', branches: [{ kind: 'null' }, ...plain.branches] };
}

/** The output's record schema, whose fields are named c0, c1, … */
export const outputOf = (values: readonly Bound[]): AvroRecord => ({
  kind: 'record',
  name: 'Out',
  aliases: [],
  fields: values.map((b, i) => ({ name: `c${i}`, aliases: [], schema: outputSchema(b) })),
});

/** A kernel of branches over one stream, for records of another schema. */
export function kernelOf(
  reader: AvroRecord,
  selects: readonly Select[],
  { writer = reader, format = 'json' }: { writer?: AvroSchema; format?: FormatSpec } = {},
): Kernel {
  const branches = selects.map(({ steps = [], values, extras }): Branch => {
    const all = { key: undefined, headers: [], tombstone: undefined, ...extras };
    return { stream: 't', schema: reader, steps, values, extras: all };
  });
  const { values } = branches[0]!;
  const { fields } = outputOf(values);
  const columns = values.map(({ type, nullable }, i) => ({
    name: `c${i}`,
    type,
    nullable,
    schema: fields[i]!.schema,
  }));
  return makeKernel({ branches, columns, format: formatOf(format), reading: resolve(writer, reader) });
}

const noRecord: SourceRecord = {
  topic: null,
  partition: null,
  offset: null,
  timestamp: null,
  keyStart: -1,
  keyEnd: -1,
  headerCount: 0,
  eachHeader: () => {},
};

/** The bytes of every part of every row; a part that is null stands as null. */
export function rowsOf(
  kernel: Kernel,
  body: Buffer,
  source: SourceRecord = noRecord,
  bodyEnd = body.length,
): readonly (readonly (Buffer | null)[])[] {
  const rows = new Rows();
  let dst = Buffer.alloc(64);
  let end = kernel.run(body, 0, bodyEnd, dst, 0, rows, source);
  while (end > dst.length) {
    dst = Buffer.alloc(end);
    end = kernel.run(body, 0, bodyEnd, dst, 0, rows, source);
  }
  if (end < 0) return [];
  if (kernel.shape === 'value') return [[dst.subarray(0, end)]];
  const parts = 1 + (kernel.parts.key ? 1 : 0) + kernel.parts.headers.length;
  return Array.from({ length: rows.count }, (_, row) =>
    Array.from({ length: parts }, (_, i) => {
      const [from, to] = [rows.places[2 * (row * parts + i)]!, rows.places[2 * (row * parts + i) + 1]!];
      return from < 0 ? null : dst.subarray(from, to);
    }),
  );
}

/** The same as texts. */
export const textsOf = (
  kernel: Kernel,
  body: Buffer,
  source: SourceRecord = noRecord,
  bodyEnd = body.length,
): readonly (readonly (string | null)[])[] =>
  rowsOf(kernel, body, source, bodyEnd).map((row) => row.map((part) => part?.toString() ?? null));
