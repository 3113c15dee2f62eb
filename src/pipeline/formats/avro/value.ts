/** JavaScript values (sql/values.ts) in Avro's binary encoding, by the output's schema: for what an expression made or what had to be taken apart. */
import { type AvroSchema, type AvroUnion, branchName } from '../../avro/schema.ts';
import { type SqlType, typeOf } from '../../sql/types.ts';
import type { Branch, Long, Value } from '../../sql/values.ts';
import {
  writeBytes,
  writeDecimal,
  writeDecimalFixed,
  writeDouble,
  writeFixed,
  writeFloat,
  writeInt,
  writeLong,
  writeText,
  writeUuid,
} from './wire.ts';

type Writes<V> = (dst: Buffer, at: number, v: V) => number;
export type ValueWriter = Writes<Value | null>;

/** The writer of values of `type` as `schema`, which output-schema.ts made for it. One per schema: recursive ones meet themselves. */
export function valueWriter(
  schema: AvroSchema,
  type: SqlType,
  known: Map<AvroSchema, ValueWriter> = new Map(),
): ValueWriter {
  const made = known.get(schema);
  if (made !== undefined) return made;
  let write: ValueWriter | undefined;
  known.set(schema, (dst, at, v) => write!(dst, at, v));
  const of = (inner: AvroSchema, innerType: SqlType): ValueWriter => valueWriter(inner, innerType, known);
  write = (schema.kind === 'union' ? union(schema, type, of) : present(schema, type, of)) as ValueWriter;
  known.set(schema, write);
  return write;
}

type Of = (schema: AvroSchema, type: SqlType) => ValueWriter;

function union(schema: AvroUnion, type: SqlType, of: Of): ValueWriter {
  const nullIndex = schema.branches.findIndex((b) => b.kind === 'null');
  if (type.kind === 'UNION') {
    const targets = type.schema.branches.map((branch) => {
      const index = schema.branches.findIndex((b) => branchName(b) === branchName(branch));
      return { index, write: of(branch, typeOf(branch).type) };
    });
    return (dst, at, v) => {
      if (v === null) return writeInt(dst, at, nullIndex);
      const { branch, value } = v as Branch;
      const { index, write } = targets[branch]!;
      return write(dst, writeInt(dst, at, index), value);
    };
  }
  const index = schema.branches.findIndex((b) => b.kind !== 'null');
  if (index < 0) return (dst, at) => writeInt(dst, at, nullIndex);
  const write = of(schema.branches[index]!, type);
  return (dst, at, v) => (v === null ? writeInt(dst, at, nullIndex) : write(dst, writeInt(dst, at, index), v));
}

function present(schema: AvroSchema, type: SqlType, of: Of): Writes<never> {
  switch (schema.kind) {
    case 'null':
      return (_dst, at) => at;
    case 'boolean':
      return (dst: Buffer, at: number, v: boolean) => {
        dst[at] = v ? 1 : 0;
        return at + 1;
      };
    case 'int':
      return writeInt;
    case 'long':
      return writeLong;
    case 'float':
      return writeFloat;
    case 'double':
      return writeDouble;
    case 'string':
      return writeText;
    case 'enum':
      return (dst: Buffer, at: number, v: string) => writeInt(dst, at, schema.symbols.indexOf(v));
    case 'bytes':
      return type.kind === 'DECIMAL' ? writeDecimal : writeBytes;
    case 'fixed': {
      const { size } = schema;
      if (type.kind === 'DECIMAL') return (dst: Buffer, at: number, v: Long) => writeDecimalFixed(dst, at, v, size);
      return type.kind === 'VARCHAR' ? writeUuid : writeFixed;
    }
    case 'array': {
      const item = of(schema.items, type.kind === 'ARRAY' ? type.element.type : { kind: 'NULL' });
      return (dst: Buffer, at: number, items: readonly (Value | null)[]) => {
        if (items.length > 0) at = writeInt(dst, at, items.length);
        for (const one of items) at = item(dst, at, one);
        dst[at] = 0;
        return at + 1;
      };
    }
    case 'map': {
      const value = of(schema.values, type.kind === 'MAP' ? type.value.type : { kind: 'NULL' });
      return (dst: Buffer, at: number, entries: ReadonlyMap<string, Value | null>) => {
        if (entries.size > 0) at = writeInt(dst, at, entries.size);
        for (const [key, one] of entries) at = value(dst, writeText(dst, at, key), one);
        dst[at] = 0;
        return at + 1;
      };
    }
    case 'record': {
      const types = type.kind === 'ROW' ? type.fields.map((f) => f.type.type) : [];
      const fields = schema.fields.map((f, i) => of(f.schema, types[i] ?? { kind: 'NULL' }));
      return (dst: Buffer, at: number, values: readonly (Value | null)[]) => {
        for (let i = 0; i < fields.length; i++) at = fields[i]!(dst, at, values[i]!);
        return at;
      };
    }
    case 'union':
      throw new TypeError('a union holds no union');
  }
}
