/**
 * Writer's schema + reader's schema → what the bytes hold and what is wanted of them (Avro 1.11, "Schema Resolution"):
 * promotion, defaults, aliases, enum defaults, union matching. Pure; the kernel reads by what comes out. Knows no SQL.
 *
 * Where the specification leaves room, as Apache Avro for Java does: records match whatever their names are, save that a
 * union's branch of the same name or alias goes first, and then is the only one; enums and fixed match by their names without
 * the namespace; the logical type is the reader's alone, whatever the writer's was, so an int written as `date` and read as
 * `time-millis` keeps its number.
 * Decimals are the exception that the specification makes and Java doesn't: their scales must be equal, and the reader's precision
 * no less than the writer's. (The specification wants it equal; but what has more digits holds every value as it is.)
 */
import { alike, isNamed, sameName } from './alike.ts';
import type {
  AvroArray,
  AvroEnum,
  AvroField,
  AvroMap,
  AvroPrimitive,
  AvroRecord,
  AvroSchema,
  AvroUnion,
} from './schema.ts';

/** One place of the data: what is on the wire (`writer`), as what it is read (`reader`). A graph with cycles where schemas are recursive. */
export type Reading =
  /** The wire holds exactly what the reader's schema would have written: bytes may be copied. */
  | { readonly kind: 'same'; readonly writer: AvroSchema; readonly reader: AvroSchema }
  /** int → long, float, double; long → float, double; float → double; string ↔ bytes. */
  | { readonly kind: 'promoted'; readonly writer: AvroPrimitive; readonly reader: AvroPrimitive }
  /** `symbols[i]`: the reader's index of the writer's symbol i; the default's where it has none; -1 where that is an error. */
  | { readonly kind: 'enum'; readonly writer: AvroEnum; readonly reader: AvroEnum; readonly symbols: readonly number[] }
  | { readonly kind: 'array'; readonly writer: AvroArray; readonly reader: AvroArray; readonly items: Reading }
  | { readonly kind: 'map'; readonly writer: AvroMap; readonly reader: AvroMap; readonly values: Reading }
  | RecordReading
  /** The writer has a union: each of its branches, read as the whole of the reader's schema. */
  | {
      readonly kind: 'branches';
      readonly writer: AvroUnion;
      readonly reader: AvroSchema;
      readonly branches: readonly Reading[];
    }
  /** Only the reader has a union: the value is its branch `index`. */
  | {
      readonly kind: 'branch';
      readonly writer: AvroSchema;
      readonly reader: AvroUnion;
      readonly index: number;
      readonly reading: Reading;
    }
  /** These don't match. Where the mismatch is a union's branch, it is the error of the records that hold it. */
  | { readonly kind: 'mismatch'; readonly writer: AvroSchema; readonly reader: AvroSchema; readonly message: string };

export interface RecordReading {
  readonly kind: 'record';
  readonly writer: AvroRecord;
  readonly reader: AvroRecord;
  /** In the order of the wire. `target`: the reader's field; undefined: no one wants it. */
  readonly fields: readonly {
    readonly schema: AvroSchema;
    readonly target: AvroField | undefined;
    readonly reading: Reading;
  }[];
  /** The reader's fields that the writer lacks: their defaults are read instead; one without a default is a mismatch of whoever reads it. */
  readonly missing: readonly AvroField[];
}

/** A reading of bytes that were written with the reader's own schema. */
export const same = (schema: AvroSchema): Reading => ({ kind: 'same', writer: schema, reader: schema });

/** How bytes of the writer's schema are read as the reader's. What can't be is a `mismatch` at its place: see {@link mistakeOf}. */
export function resolve(writer: AvroSchema, reader: AvroSchema): Reading {
  return new Resolver().resolve(writer, reader);
}

/**
 * What keeps every value from being read this way, such as `geo.country: the writer's int can't be read as string`. A
 * mismatch that only some values meet (a union's branch, an item of an array) is those values' error instead.
 */
export function mistakeOf(reading: Reading): string | undefined {
  return mistake(reading, '', new Set());
}

function mistake(reading: Reading, path: string, seen: Set<Reading>): string | undefined {
  const at = path === '' ? '' : `${path}: `;
  switch (reading.kind) {
    case 'mismatch':
      return `${at}${reading.message}`;
    case 'branch':
      return mistake(reading.reading, path, seen);
    case 'branches': {
      const mistakes = reading.branches.map((b) => mistake(b, path, seen));
      return mistakes.includes(undefined) ? undefined : mistakes[0];
    }
    case 'record': {
      if (seen.has(reading)) return undefined;
      seen.add(reading);
      const of = (field: AvroField): string => (path === '' ? field.name : `${path}.${field.name}`);
      const absent = reading.missing.find((f) => f.default === undefined);
      if (absent !== undefined) return `${of(absent)}: the writer has no such field, and there is no default`;
      for (const { target, reading: inner } of reading.fields) {
        const found = target === undefined ? undefined : mistake(inner, of(target), seen);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

class Resolver {
  /** Records by the pair of schemas: a recursive one meets itself here. */
  readonly #records = new Map<AvroRecord, Map<AvroRecord, Reading>>();

  resolve(writer: AvroSchema, reader: AvroSchema): Reading {
    if (alike(writer, reader)) return { kind: 'same', writer, reader };
    if (writer.kind === 'union') {
      const branches = writer.branches.map((branch) => this.resolve(branch, reader));
      return { kind: 'branches', writer, reader, branches };
    }
    if (reader.kind === 'union') return this.#branch(writer, reader);
    if (writer.kind === 'record' && reader.kind === 'record') return this.#record(writer, reader);
    if (writer.kind === 'array' && reader.kind === 'array')
      return { kind: 'array', writer, reader, items: this.resolve(writer.items, reader.items) };
    if (writer.kind === 'map' && reader.kind === 'map')
      return { kind: 'map', writer, reader, values: this.resolve(writer.values, reader.values) };
    if (writer.kind === 'enum' && reader.kind === 'enum' && sameName(writer, reader))
      return enumReading(writer, reader);
    if (isPrimitive(writer) && isPrimitive(reader) && isPromotion(writer, reader))
      return { kind: 'promoted', writer, reader };
    return { kind: 'mismatch', writer, reader, message: mismatch(writer, reader) };
  }

  /** Which of the reader's branches the value is: the one of the same type and name, fit or not; else the first that it can be read as. */
  #branch(writer: AvroSchema, reader: AvroUnion): Reading {
    const ofKind = reader.branches.map((branch, i) => ({ branch, i })).filter((b) => b.branch.kind === writer.kind);
    const first =
      ofKind.find(({ branch }) => !isNamed(writer) || (isNamed(branch) && branch.name === writer.name)) ??
      ofKind.find(({ branch }) => isNamed(writer) && isNamed(branch) && branch.aliases.includes(writer.name)) ??
      ofKind.find(
        ({ branch }) => isNamed(writer) && isNamed(branch) && sameName(writer, branch) && this.#fits(writer, branch),
      ) ??
      ofKind.find(({ branch }) => branch.kind === 'record' && this.#fits(writer, branch));
    const index = first?.i ?? reader.branches.findIndex((branch) => isPromotion(writer, branch));
    if (index < 0) return { kind: 'mismatch', writer, reader, message: mismatch(writer, reader) };
    return { kind: 'branch', writer, reader, index, reading: this.resolve(writer, reader.branches[index]!) };
  }

  #fits(writer: AvroSchema, reader: AvroSchema): boolean {
    return mistakeOf(this.resolve(writer, reader)) === undefined;
  }

  #record(writer: AvroRecord, reader: AvroRecord): Reading {
    const known = this.#records.get(writer) ?? new Map<AvroRecord, Reading>();
    this.#records.set(writer, known);
    const before = known.get(reader);
    if (before !== undefined) return before;
    const targets = targetsOf(writer, reader);
    const fields: RecordReading['fields'][number][] = [];
    const found = new Set(targets.values());
    const missing = reader.fields.filter((field) => !found.has(field));
    const reading: Reading = { kind: 'record', writer, reader, fields, missing };
    known.set(reader, reading);
    for (const field of writer.fields) {
      const target = targets.get(field);
      const { schema } = field;
      fields.push({
        schema,
        target,
        reading: target === undefined ? same(schema) : this.resolve(schema, target.schema),
      });
    }
    return reading;
  }
}

/** The writer's fields that are read → the reader's. By an alias where the writer has none of the name itself, and then no one else reads that field. */
function targetsOf(writer: AvroRecord, reader: AvroRecord): ReadonlyMap<AvroField, AvroField> {
  const targets = new Map<AvroField, AvroField>();
  const named = new Map(writer.fields.map((field) => [field.name, field]));
  for (const field of reader.fields) {
    if (named.has(field.name)) continue;
    const alias = field.aliases.map((name) => named.get(name)).find((f) => f !== undefined && !targets.has(f));
    if (alias !== undefined) targets.set(alias, field);
  }
  for (const field of reader.fields) {
    const own = named.get(field.name);
    if (own !== undefined && !targets.has(own)) targets.set(own, field);
  }
  return targets;
}

function enumReading(writer: AvroEnum, reader: AvroEnum): Reading {
  const fallback = reader.default === undefined ? -1 : reader.symbols.indexOf(reader.default);
  const symbols = writer.symbols.map((symbol) => {
    const index = reader.symbols.indexOf(symbol);
    return index < 0 ? fallback : index;
  });
  return { kind: 'enum', writer, reader, symbols };
}

const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

const isPrimitive = (schema: AvroSchema): schema is AvroPrimitive =>
  Object.hasOwn(promotions, schema.kind) || schema.kind === 'double';

function isPromotion(writer: AvroSchema, reader: AvroSchema): boolean {
  return promotions[writer.kind]?.includes(reader.kind) ?? false;
}

function mismatch(writer: AvroSchema, reader: AvroSchema): string {
  return `the writer's ${shown(writer)} can't be read as ${shown(reader)}`;
}

function shown(schema: AvroSchema): string {
  if (schema.kind === 'union') return `[${schema.branches.map(shown).join(', ')}]`;
  const logical = 'logical' in schema ? schema.logical : undefined;
  if (logical?.name === 'decimal') return `decimal(${logical.precision}, ${logical.scale ?? 0})`;
  if (schema.kind === 'fixed') return `fixed ${schema.name} of ${schema.size} bytes`;
  return 'name' in schema ? `${schema.kind} ${schema.name}` : schema.kind;
}
