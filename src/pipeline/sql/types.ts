/** SQL types, which of them an Avro schema has, and how users read them. What operators make of types is in type-rules.ts. */
import { type AvroRecord, type AvroSchema, type AvroUnion, viewUnion } from '../avro/schema.ts';

/**
 * Types that have no parameter. DURATION is Avro's: months, days and milliseconds, each for itself. EPOCH_MICROS and
 * EPOCH_NANOS have no name in SQL: only comparisons of different types make them (type-rules.ts).
 */
export type Plain =
  | 'BOOLEAN'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INT'
  | 'BIGINT'
  | 'FLOAT'
  | 'DOUBLE'
  | 'VARCHAR'
  | 'BYTES'
  | 'DATE'
  | 'DURATION'
  | 'EPOCH_MICROS'
  | 'EPOCH_NANOS';

export interface RowField {
  readonly name: string;
  readonly type: Typed;
}

/** How a value of each type is held as a JavaScript value: values.ts. */
export type SqlType =
  /** The type of the literal NULL: fits every other. */
  | { readonly kind: 'NULL' }
  | { readonly kind: Plain }
  | { readonly kind: 'DECIMAL'; readonly precision: number; readonly scale: number }
  /** Precision in digits of a second as held: 3 is milliseconds, 6 micro-, 9 nanoseconds. `digits`: of the type that was named, where they are fewer; texts have so many. */
  | { readonly kind: 'TIME'; readonly precision: 3 | 6; readonly digits?: number }
  /** `zoned`: an instant (Avro's timestamp-*), shown in UTC; else a local one (local-timestamp-*). */
  | { readonly kind: 'TIMESTAMP'; readonly precision: 3 | 6 | 9; readonly zoned: boolean; readonly digits?: number }
  /** YEAR TO MONTH in months; DAY TO SECOND in nanoseconds, up to 64 bits of seconds: any two points in time lie less apart. `wholeDays`: INTERVAL DAY, which makes a DATE of a DATE. */
  | { readonly kind: 'INTERVAL'; readonly of: 'MONTH' | 'SECOND'; readonly wholeDays?: true }
  | { readonly kind: 'ARRAY'; readonly element: Typed }
  /** Keys are VARCHAR NOT NULL, as Avro's are. */
  | { readonly kind: 'MAP'; readonly value: Typed }
  /** `fields` may be computed when first asked for: a recursive record has no end. `schema`: the record it came from. */
  | { readonly kind: 'ROW'; readonly fields: readonly RowField[]; readonly schema?: AvroRecord }
  /** An Avro union of several types; its branches are reached by name, as if it were a row of nullable fields. */
  | { readonly kind: 'UNION'; readonly schema: AvroUnion };

export interface Typed {
  readonly type: SqlType;
  readonly nullable: boolean;
}

export type Kind = SqlType['kind'];

export const plain = (kind: Plain): SqlType => ({ kind });
export const decimal = (precision: number, scale: number): SqlType => ({ kind: 'DECIMAL', precision, scale });
export const timestamp = (precision: 3 | 6 | 9, zoned = false): SqlType & { kind: 'TIMESTAMP' } => ({
  kind: 'TIMESTAMP',
  precision,
  zoned,
});
export const time = (precision: 3 | 6): SqlType & { kind: 'TIME' } => ({ kind: 'TIME', precision });
export const notNull = (type: SqlType): Typed => ({ type, nullable: false });
export const nullable = (type: SqlType): Typed => ({ type, nullable: true });

const rows = new WeakMap<AvroRecord, SqlType>();

/** The ROW of a record; the same object for the same record, so that recursive types end. */
function rowOf(schema: AvroRecord): SqlType {
  const known = rows.get(schema);
  if (known !== undefined) return known;
  let fields: readonly RowField[] | undefined;
  const row: SqlType = {
    kind: 'ROW',
    schema,
    get fields() {
      fields ??= schema.fields.map((f) => ({ name: f.name, type: typeOf(f.schema) }));
      return fields;
    },
  };
  rows.set(schema, row);
  return row;
}

const ofLogical: Readonly<Record<string, SqlType>> = {
  date: plain('DATE'),
  'time-millis': time(3),
  'time-micros': time(6),
  'timestamp-millis': timestamp(3, true),
  'timestamp-micros': timestamp(6, true),
  'timestamp-nanos': timestamp(9, true),
  'local-timestamp-millis': timestamp(3),
  'local-timestamp-micros': timestamp(6),
  'local-timestamp-nanos': timestamp(9),
  uuid: plain('VARCHAR'),
  duration: plain('DURATION'),
};

/** The SQL view of a schema. A uuid is VARCHAR, whether it is held as text or as sixteen bytes. */
export function typeOf(schema: AvroSchema): Typed {
  const logical = 'logical' in schema ? schema.logical : undefined;
  if (logical?.name === 'decimal') return notNull(decimal(logical.precision!, logical.scale ?? 0));
  if (logical !== undefined && Object.hasOwn(ofLogical, logical.name)) return notNull(ofLogical[logical.name]!);
  switch (schema.kind) {
    case 'null':
      return nullable({ kind: 'NULL' });
    case 'boolean':
      return notNull(plain('BOOLEAN'));
    case 'int':
      return notNull(plain('INT'));
    case 'long':
      return notNull(plain('BIGINT'));
    case 'float':
      return notNull(plain('FLOAT'));
    case 'double':
      return notNull(plain('DOUBLE'));
    case 'string':
    case 'enum':
      return notNull(plain('VARCHAR'));
    case 'bytes':
    case 'fixed':
      return notNull(plain('BYTES'));
    case 'array':
      return notNull({ kind: 'ARRAY', element: typeOf(schema.items) });
    case 'map':
      return notNull({ kind: 'MAP', value: typeOf(schema.values) });
    case 'record':
      return notNull(rowOf(schema));
    case 'union': {
      const view = viewUnion(schema);
      if (view.kind === 'nullable') return nullable(typeOf(view.value).type);
      return { type: { kind: 'UNION', schema }, nullable: view.nullIndex !== undefined };
    }
  }
}

/** The type as users read it: `BIGINT NOT NULL`, `ROW<country VARCHAR, …>`; of times as they are held, which is how they are written. */
export function typeText({ type, nullable: orNull }: Typed, depth = 0): string {
  return `${shape(type, depth)}${orNull ? '' : ' NOT NULL'}`;
}

/** Digits of a second that values of the type have. */
export const digitsOf = (type: SqlType & { kind: 'TIME' | 'TIMESTAMP' }): number => type.digits ?? type.precision;

/** The type with so many digits of a second, of which it holds at least as many. */
export function withDigits<T extends SqlType & { kind: 'TIME' | 'TIMESTAMP' }>(type: T, digits: number): T {
  const { digits: _, ...held } = type;
  return (digits < type.precision ? { ...held, digits } : held) as T;
}

/** Deeper parts are shown by their kind: a recursive type has no end. */
const shownDepth = 6;

function shape(type: SqlType, depth: number): string {
  if (depth >= shownDepth) return type.kind;
  switch (type.kind) {
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
      return `TIME(${type.precision})`;
    case 'TIMESTAMP':
      return `${type.zoned ? 'TIMESTAMP_LTZ' : 'TIMESTAMP'}(${type.precision})`;
    case 'INTERVAL':
      return type.of === 'MONTH' ? 'INTERVAL YEAR TO MONTH' : 'INTERVAL DAY TO SECOND';
    case 'ARRAY':
      return `ARRAY<${typeText(type.element, depth + 1)}>`;
    case 'MAP':
      return `MAP<VARCHAR NOT NULL, ${typeText(type.value, depth + 1)}>`;
    case 'ROW':
      return `ROW<${type.fields.map((f) => `${f.name} ${typeText(f.type, depth + 1)}`).join(', ')}>`;
    case 'UNION':
      return `UNION<${type.schema.branches
        .filter((b) => b.kind !== 'null')
        .map((b) => shape(typeOf(b).type, depth + 1))
        .join(', ')}>`;
    default:
      return type.kind;
  }
}
