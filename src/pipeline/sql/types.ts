/** SQL types, and which of them an Avro schema has. */
import { type AvroSchema, viewUnion } from '../avro/schema.ts';

export type Scalar = 'BOOLEAN' | 'INT' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'VARCHAR' | 'BYTES' | 'TIMESTAMP';

export type SqlType =
  /** The type of the literal NULL: fits every other. */
  | { readonly kind: 'NULL' }
  | { readonly kind: Scalar }
  /** What is passed through whole; `ANY` is a union of several types. */
  | { readonly kind: 'ARRAY' | 'MAP' | 'ROW' | 'ANY'; readonly schema: AvroSchema };

export interface Typed {
  readonly type: SqlType;
  readonly nullable: boolean;
}

export const scalar = (kind: Scalar): SqlType => ({ kind });

/** The SQL view of a schema. Logical types other than timestamp-millis show their underlying type for now. */
export function typeOf(schema: AvroSchema): Typed {
  const type = (kind: Scalar): Typed => ({ type: { kind }, nullable: false });
  switch (schema.kind) {
    case 'null':
      return { type: { kind: 'NULL' }, nullable: true };
    case 'boolean':
      return type('BOOLEAN');
    case 'int':
      return type('INT');
    case 'long':
      return type(schema.logical?.name === 'timestamp-millis' ? 'TIMESTAMP' : 'BIGINT');
    case 'float':
      return type('FLOAT');
    case 'double':
      return type('DOUBLE');
    case 'string':
    case 'enum':
      return type('VARCHAR');
    case 'bytes':
    case 'fixed':
      return type('BYTES');
    case 'array':
      return { type: { kind: 'ARRAY', schema }, nullable: false };
    case 'map':
      return { type: { kind: 'MAP', schema }, nullable: false };
    case 'record':
      return { type: { kind: 'ROW', schema }, nullable: false };
    case 'union': {
      const view = viewUnion(schema);
      if (view.kind === 'nullable') return { type: typeOf(view.value).type, nullable: true };
      return { type: { kind: 'ANY', schema }, nullable: view.nullIndex !== undefined };
    }
  }
}

export const isInteger = (t: SqlType): boolean => t.kind === 'INT' || t.kind === 'BIGINT';
export const isNumeric = (t: SqlType): boolean => isInteger(t) || t.kind === 'FLOAT' || t.kind === 'DOUBLE';

/** The type that both fit, for CASE, COALESCE and the like; undefined where there is none. */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === 'NULL') return b;
  if (b.kind === 'NULL') return a;
  if (isNumeric(a) && isNumeric(b)) return a.kind === b.kind ? a : arithmeticType(a, b);
  if ('schema' in a || 'schema' in b) return 'schema' in a && 'schema' in b && a.schema === b.schema ? a : undefined;
  return a.kind === b.kind ? a : undefined;
}

export function arithmeticType(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'NULL' && b.kind === 'NULL') return scalar('INT');
  const kinds = [a.kind, b.kind];
  if (kinds.includes('FLOAT') || kinds.includes('DOUBLE')) return scalar('DOUBLE');
  return scalar(kinds.includes('BIGINT') ? 'BIGINT' : 'INT');
}

/** Whether `=` may stand between them; ordering (`<`) wants more: see {@link isOrdered}. */
export function comparable(a: SqlType, b: SqlType): boolean {
  if ('schema' in a || 'schema' in b) return false;
  return commonType(a, b) !== undefined;
}
export const isOrdered = (t: SqlType): boolean => t.kind !== 'BOOLEAN';

/** The type as users read it: `BIGINT NOT NULL`, `ROW<country VARCHAR, …>`. */
export function typeText({ type, nullable }: Typed, depth = 0): string {
  return `${shape(type, depth)}${nullable ? '' : ' NOT NULL'}`;
}

/** Deeper parts are shown by their kind: a recursive type has no end. */
const shownDepth = 6;

function shape(type: SqlType, depth: number): string {
  if (!('schema' in type)) return type.kind === 'TIMESTAMP' ? 'TIMESTAMP(3)' : type.kind;
  const { schema, kind } = type;
  if (depth >= shownDepth) return kind;
  const inner = (s: AvroSchema): string => typeText(typeOf(s), depth + 1);
  if (schema.kind === 'array') return `ARRAY<${inner(schema.items)}>`;
  if (schema.kind === 'map') return `MAP<VARCHAR NOT NULL, ${inner(schema.values)}>`;
  if (schema.kind === 'record') return `ROW<${schema.fields.map((f) => `${f.name} ${inner(f.schema)}`).join(', ')}>`;
  return kind;
}
