/** Whether two schemas write the same bytes for the same values: then nothing has to be resolved between them. */
import type { AvroEnum, AvroFixed, AvroRecord, AvroSchema, AvroUnion, Logical } from './schema.ts';

/** Structure alone, save where a union tells its branches apart by name and where a decimal isn't one of the reader's. Cycles end. */
export function alike(writer: AvroSchema, reader: AvroSchema): boolean {
  return compare(writer, reader, new Map());
}

export type AvroNamed = AvroRecord | AvroEnum | AvroFixed;
export const isNamed = (schema: AvroSchema): schema is AvroNamed => 'name' in schema;

/** Names are equal without their namespaces, or the writer's is one of the reader's aliases. */
export function sameName(writer: AvroNamed, reader: AvroNamed): boolean {
  return last(writer.name) === last(reader.name) || reader.aliases.includes(writer.name);
}

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** `assumed`: pairs of records that are being compared; one that is met again inside itself counts as alike. */
function compare(writer: AvroSchema, reader: AvroSchema, assumed: Map<AvroRecord, Set<AvroRecord>>): boolean {
  if (writer === reader) return true;
  switch (writer.kind) {
    case 'enum':
      return (
        reader.kind === 'enum' &&
        sameName(writer, reader) &&
        writer.symbols.length === reader.symbols.length &&
        writer.symbols.every((symbol, i) => symbol === reader.symbols[i])
      );
    case 'fixed':
      return (
        reader.kind === 'fixed' &&
        writer.size === reader.size &&
        sameName(writer, reader) &&
        holdsDecimal(writer, reader)
      );
    case 'array':
      return reader.kind === 'array' && compare(writer.items, reader.items, assumed);
    case 'map':
      return reader.kind === 'map' && compare(writer.values, reader.values, assumed);
    case 'union':
      return (
        reader.kind === 'union' &&
        writer.branches.length === reader.branches.length &&
        writer.branches.every(
          (branch, i) => rightRecord(branch, i, reader) && compare(branch, reader.branches[i]!, assumed),
        )
      );
    case 'record': {
      if (reader.kind !== 'record') return false;
      const pairs = assumed.get(writer) ?? new Set<AvroRecord>();
      if (pairs.has(reader)) return true;
      assumed.set(writer, pairs.add(reader));
      return (
        writer.fields.length === reader.fields.length &&
        writer.fields.every((field, i) => {
          const other = reader.fields[i]!;
          return field.name === other.name && compare(field.schema, other.schema, assumed);
        })
      );
    }
    default:
      return writer.kind === reader.kind && holdsDecimal(writer, reader);
  }
}

/** Where a union has several records, one is told from another by its name. */
function rightRecord(branch: AvroSchema, index: number, union: AvroUnion): boolean {
  const other = union.branches[index]!;
  if (branch.kind !== 'record' || other.kind !== 'record') return true;
  return sameName(branch, other) || union.branches.filter((b) => b.kind === 'record').length === 1;
}

/** Where both are decimals: the reader's has the same scale, and room for all of the writer's digits. */
function holdsDecimal(writer: AvroSchema, reader: AvroSchema): boolean {
  const [one, other] = [decimalOf(writer), decimalOf(reader)];
  if (one === undefined || other === undefined) return true;
  return (one.scale ?? 0) === (other.scale ?? 0) && one.precision! <= other.precision!;
}

function decimalOf(schema: AvroSchema): Logical | undefined {
  const logical = 'logical' in schema ? schema.logical : undefined;
  return logical?.name === 'decimal' ? logical : undefined;
}
