/**
 * An Avro schema as the compiler sees it: names resolved, so a recursive schema is a graph with cycles. Read-only once
 * parsed (parse.ts makes it). Knows nothing of SQL.
 */

export interface AvroPrimitive {
  readonly kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';
  readonly logical?: Logical;
}
export interface AvroFixed {
  readonly kind: 'fixed';
  readonly name: string;
  readonly aliases: readonly string[];
  /** Bytes. */
  readonly size: number;
  readonly logical?: Logical;
}
export interface AvroEnum {
  readonly kind: 'enum';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly symbols: readonly string[];
  readonly default?: string;
}
export interface AvroArray {
  readonly kind: 'array';
  readonly items: AvroSchema;
}
export interface AvroMap {
  readonly kind: 'map';
  readonly values: AvroSchema;
}
export interface AvroUnion {
  readonly kind: 'union';
  readonly branches: readonly AvroSchema[];
}
export interface AvroField {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly schema: AvroSchema;
  /** JSON of the default, where the field has one. */
  readonly default?: { readonly json: unknown };
}
export interface AvroRecord {
  readonly kind: 'record';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly fields: readonly AvroField[];
}
export type AvroSchema = AvroPrimitive | AvroFixed | AvroEnum | AvroArray | AvroMap | AvroUnion | AvroRecord;

/** A logical type of the specification, kept beside its underlying type. Unknown ones are dropped, as the specification says. */
export interface Logical {
  readonly name: string;
  readonly precision?: number;
  readonly scale?: number;
}

/** A union seen as SQL sees it: `[null, X]` is a nullable X, `[X]` is an X. */
export type UnionView =
  | { readonly kind: 'nullable'; readonly nullIndex: number; readonly valueIndex: number; readonly value: AvroSchema }
  | { readonly kind: 'other'; readonly nullIndex: number | undefined };

export function viewUnion(union: AvroUnion): UnionView {
  const nullIndex = union.branches.findIndex((b) => b.kind === 'null');
  if (union.branches.length === 2 && nullIndex >= 0) {
    const valueIndex = 1 - nullIndex;
    return { kind: 'nullable', nullIndex, valueIndex, value: union.branches[valueIndex]! };
  }
  return { kind: 'other', nullIndex: nullIndex < 0 ? undefined : nullIndex };
}

/** How SQL names a union's branch: a named type by its own name without the namespace, any other by its kind. */
export function branchName(schema: AvroSchema): string {
  return 'name' in schema ? schema.name.slice(schema.name.lastIndexOf('.') + 1) : schema.kind;
}

/** Whether the schema, or one that stands in it, is such a one. Each record is looked at once: they may hold themselves. */
export function holds(schema: AvroSchema, is: (part: AvroSchema) => boolean, seen = new Set<AvroRecord>()): boolean {
  if (is(schema)) return true;
  switch (schema.kind) {
    case 'array':
      return holds(schema.items, is, seen);
    case 'map':
      return holds(schema.values, is, seen);
    case 'union':
      return schema.branches.some((branch) => holds(branch, is, seen));
    case 'record':
      if (seen.has(schema)) return false;
      seen.add(schema);
      return schema.fields.some((field) => holds(field.schema, is, seen));
    default:
      return false;
  }
}
