/** What becomes of the output's columns, from the point of view of those who read them: by name, or by their place. */
import { type Format, formatOf } from '../../contracts/format.ts';
import type { Plan, PlanColumn } from '../../contracts/plan.ts';
import { namedTypes, readable, standalone, type Writing } from './readable.ts';
import { isRecord, parsed, same } from './same.ts';

export interface ColumnChanges {
  /** How readers tell which column is which: by what the record says, or only by their order. */
  readonly read: 'by_name' | 'by_place';
  readonly added: readonly PlanColumn[];
  readonly removed: readonly PlanColumn[];
  /** Whether those that stay come in another order. */
  readonly moved: boolean;
  /** Of another type that readers of the old one can read too, and of one that they can't. */
  readonly narrowed: readonly Retyped[];
  readonly retyped: readonly Retyped[];
}

export interface Retyped {
  readonly from: PlanColumn;
  readonly to: PlanColumn;
}

interface Column {
  readonly column: PlanColumn;
  /** Its part of the output's schema; null where the plan doesn't tell. */
  readonly schema: unknown;
}

/** Judged by the old plan's format: what reads the output now knows no other. */
export function columnChanges(from: Plan, to: Plan): ColumnChanges {
  const format = formatOf(from.sink.kafka.format);
  // Of another format no Avro schema says anything: its names are made by other rules.
  const writing = format.kind === formatOf(to.sink.kafka.format).kind ? writingOf(format) : 'text';
  const [old, next] = [columnsOf(from), columnsOf(to)];
  const stay = [...old.keys()].filter((name) => next.has(name));
  const stayThere = [...next.keys()].filter((name) => old.has(name));
  const changed = stay
    .map((name) => ({ from: old.get(name)!, to: next.get(name)! }))
    .filter((c) => !isSame(c.from, c.to, writing));
  const retyped = (fits: boolean): readonly Retyped[] =>
    changed
      .filter((c) => fitsOldReaders(c.to, c.from, writing) === fits)
      .map((c) => ({ from: c.from.column, to: c.to.column }));
  return {
    read: isReadByName(format) ? 'by_name' : 'by_place',
    added: [...next].flatMap(([name, c]) => (old.has(name) ? [] : [c.column])),
    removed: [...old].flatMap(([name, c]) => (next.has(name) ? [] : [c.column])),
    moved: !same(stay, stayThere),
    narrowed: retyped(true),
    retyped: retyped(false),
  };
}

/** Avro says which column is which by the schema that a record names, CSV by a header line. */
function isReadByName(format: Format): boolean {
  if (format.kind === 'avro') return format.framing.kind !== 'none';
  return format.kind === 'json' || format.header;
}

function columnsOf({ output, outputSchema }: Plan): ReadonlyMap<string, Column> {
  const schema = parsed(outputSchema);
  const names = namedTypes(schema);
  const fields = isRecord(schema) && Array.isArray(schema['fields']) ? schema['fields'] : [];
  const schemaOf = (i: number): unknown => {
    const field: unknown = fields[i];
    return isRecord(field) ? standalone(field['type'], names) : null;
  };
  return new Map(output.map((column, i) => [column.name, { column, schema: schemaOf(i) }]));
}

const sameType = (one: PlanColumn, other: PlanColumn): boolean =>
  one.type === other.type && one.nullable === other.nullable;

/** As text a column of the same type is the same where its values look the same, whatever Avro says of it. */
function isSame(from: Column, to: Column, writing: Writing): boolean {
  if (!sameType(from.column, to.column)) return false;
  const isText = writing === 'text' || writing === 'text with bigint strings';
  return same(from.schema, to.schema) || (isText && fitsOldReaders(to, from, writing));
}

function fitsOldReaders(writer: Column, reader: Column, writing: Writing): boolean {
  if (writer.schema === null || reader.schema === null) return sameType(writer.column, reader.column);
  return readable(writer.schema, reader.schema, writing);
}

function writingOf(format: Format): Writing {
  if (format.kind === 'avro') return format.framing.kind === 'none' ? 'avro without its schema' : 'avro';
  return format.kind === 'json' && format.bigint === 'string' ? 'text with bigint strings' : 'text';
}
