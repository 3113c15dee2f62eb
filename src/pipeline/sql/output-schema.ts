/**
 * The Avro schema of a query's output: what format avro writes, and the job's output contract in every format. A column
 * that passes through keeps its source's schema, so that its bytes may be copied; others get one from their SQL type.
 */
import type { AvroNamed } from '../avro/alike.ts';
import { type AvroRecord, type AvroSchema, holds } from '../avro/schema.ts';
import type { OutputColumn } from '../formats/format.ts';
import type { Bound, BoundQuery, Output } from './bound.ts';
import type { SqlType, Typed } from './types.ts';

export interface OutputSchema {
  readonly columns: readonly OutputColumn[];
  /** Avro JSON text. */
  readonly text: string;
}

const nameForm = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `name`: the record's full name. */
export function outputSchema(query: BoundQuery, name: string): OutputSchema {
  const derive = new Derivation(name);
  const columns = query.outputs.map((output, i) => {
    const schema = columnSchema(
      output,
      query.branches.map((b) => b.values[i]!),
      derive,
    );
    return { name: output.name, type: output.type, nullable: output.nullable, schema };
  });
  const names = avroNames(columns.map((c) => c.name));
  const fields = columns.map((c, i) => ({ name: names[i]!, aliases: [], schema: c.schema }));
  const record: AvroRecord = { kind: 'record', name, aliases: [], fields };
  return { columns, text: JSON.stringify(new Printer(record).whole(record)) };
}

function columnSchema(output: Output, values: readonly Bound[], derive: Derivation): AvroSchema {
  const [first] = values;
  if (first?.kind === 'column' && values.every((v) => v.kind === 'column' && v.column.schema === first.column.schema))
    return output.nullable ? orNull(first.column.schema) : first.column.schema;
  return derive.typed(output, output.name);
}

const hasNull = (schema: AvroSchema): boolean =>
  schema.kind === 'null' || (schema.kind === 'union' && schema.branches.some((b) => b.kind === 'null'));

function orNull(schema: AvroSchema): AvroSchema {
  if (hasNull(schema)) return schema;
  const branches = schema.kind === 'union' ? schema.branches : [schema];
  return { kind: 'union', branches: [{ kind: 'null' }, ...branches] };
}

/** Names that Avro can have, each once: what isn't a letter, digit or underscore becomes one. */
function avroNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names.filter((n) => nameForm.test(n)));
  return names.map((name) => {
    if (nameForm.test(name)) return name;
    const plain = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?![A-Za-z_])/, '_');
    let unique = plain;
    for (let n = 2; taken.has(unique); n++) unique = `${plain}_${n}`;
    taken.add(unique);
    return unique;
  });
}

/** Schemas of SQL types; records that have no name of their own are named by where they stand. */
class Derivation {
  readonly #root: string;
  readonly #taken = new Set<string>();
  constructor(root: string) {
    this.#root = root;
    this.#taken.add(root);
  }

  typed({ type, nullable }: Typed, path: string): AvroSchema {
    const schema = this.#type(type, path);
    return nullable ? orNull(schema) : schema;
  }

  #name(path: string): string {
    const plain = `${this.#root}_${path.replace(/[^A-Za-z0-9_]/g, '_')}`;
    let name = plain;
    for (let n = 2; this.#taken.has(name); n++) name = `${plain}_${n}`;
    this.#taken.add(name);
    return name;
  }

  #type(type: SqlType, path: string): AvroSchema {
    switch (type.kind) {
      case 'NULL':
        return { kind: 'null' };
      case 'BOOLEAN':
        return { kind: 'boolean' };
      case 'TINYINT':
      case 'SMALLINT':
      case 'INT':
        return { kind: 'int' };
      case 'BIGINT':
      // Only comparisons make these two: no column is one.
      case 'EPOCH_MICROS':
      case 'EPOCH_NANOS':
        return { kind: 'long' };
      case 'FLOAT':
        return { kind: 'float' };
      case 'DOUBLE':
        return { kind: 'double' };
      case 'VARCHAR':
        return { kind: 'string' };
      case 'BYTES':
        return { kind: 'bytes' };
      case 'DECIMAL':
        return { kind: 'bytes', logical: { name: 'decimal', precision: type.precision, scale: type.scale } };
      case 'DATE':
        return { kind: 'int', logical: { name: 'date' } };
      case 'TIME':
        return type.precision === 3
          ? { kind: 'int', logical: { name: 'time-millis' } }
          : { kind: 'long', logical: { name: 'time-micros' } };
      case 'TIMESTAMP': {
        const unit = { 3: 'millis', 6: 'micros', 9: 'nanos' }[type.precision];
        return { kind: 'long', logical: { name: `${type.zoned ? '' : 'local-'}timestamp-${unit}` } };
      }
      case 'INTERVAL':
        return type.of === 'MONTH' ? { kind: 'int' } : { kind: 'long' };
      case 'DURATION':
        return { kind: 'fixed', name: this.#name(path), aliases: [], size: 12, logical: { name: 'duration' } };
      case 'ARRAY':
        return { kind: 'array', items: this.typed(type.element, path) };
      case 'MAP':
        return { kind: 'map', values: this.typed(type.value, path) };
      case 'UNION':
        return type.schema;
      case 'ROW': {
        if (type.schema !== undefined) return type.schema;
        const name = this.#name(path);
        const names = avroNames(type.fields.map((f) => f.name));
        const fields = type.fields.map((f, i) => ({
          name: names[i]!,
          aliases: [],
          schema: this.typed(f.type, `${path}_${f.name}`),
        }));
        return { kind: 'record', name, aliases: [], fields };
      }
    }
  }
}

/** The namespace of types that have none, where the output has none either and a type around them has. */
const commonSpace = 'millrace';

/**
 * Schemas as JSON: a named type where it first stands, its full name from then on. Types without a namespace get the output's:
 * within one, no name reaches them that all readers take for theirs (by the specification only the last part of a
 * name is compared). Two types of one name get names of their own.
 */
class Printer {
  readonly #space: string;
  readonly #named = new Map<AvroSchema, string>();
  readonly #taken = new Set<string>();
  constructor(root: AvroRecord) {
    this.#space = spaceOf(root.name) || (root.fields.some((f) => hasSpace(f.schema)) ? commonSpace : '');
    this.#named.set(root, root.name);
    this.#taken.add(root.name);
  }

  /** The root is told whole. */
  whole(root: AvroRecord): unknown {
    return this.#definition(root, root.name, '');
  }

  /** `space`: the namespace of what stands around it. */
  print(schema: AvroSchema, space: string): unknown {
    switch (schema.kind) {
      case 'array':
        return { type: 'array', items: this.print(schema.items, space) };
      case 'map':
        return { type: 'map', values: this.print(schema.values, space) };
      case 'union':
        return schema.branches.map((b) => this.print(b, space));
      case 'record':
      case 'enum':
      case 'fixed':
        return this.#named.get(schema) ?? this.#define(schema, space);
      default:
        return schema.logical === undefined ? schema.kind : { type: schema.kind, ...logicalJson(schema.logical) };
    }
  }

  #define(schema: AvroNamed, space: string): unknown {
    const own = schema.name.includes('.') || this.#space === '' ? schema.name : `${this.#space}.${schema.name}`;
    let full = own;
    for (let n = 2; this.#taken.has(full); n++) full = `${own}_${n}`;
    this.#taken.add(full);
    this.#named.set(schema, full);
    return this.#definition(schema, full, space);
  }

  #definition(schema: AvroNamed, full: string, space: string): unknown {
    const own = spaceOf(full);
    const names = { name: full.slice(full.lastIndexOf('.') + 1), ...(own === space ? {} : { namespace: own }) };
    if (schema.kind === 'enum') {
      const fallback = schema.default === undefined ? {} : { default: schema.default };
      return { type: 'enum', ...names, symbols: schema.symbols, ...fallback };
    }
    if (schema.kind === 'fixed')
      return { type: 'fixed', ...names, size: schema.size, ...(schema.logical && logicalJson(schema.logical)) };
    return {
      type: 'record',
      ...names,
      fields: schema.fields.map((f) => ({ name: f.name, type: this.print(f.schema, own) })),
    };
  }
}

const spaceOf = (full: string): string => full.slice(0, Math.max(0, full.lastIndexOf('.')));

/** Whether a record with a namespace stands in it. */
const hasSpace = (schema: AvroSchema): boolean =>
  holds(schema, (part) => part.kind === 'record' && spaceOf(part.name) !== '');

const logicalJson = ({ name, precision, scale }: NonNullable<(AvroSchema & { kind: 'fixed' })['logical']>): object =>
  name === 'decimal' ? { logicalType: name, precision, scale: scale ?? 0 } : { logicalType: name };
