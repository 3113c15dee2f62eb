/** JavaScript values (sql/values.ts) as JSON, by their SQL type: for what an expression made or what had to be taken apart. */
import { type SqlType, typeOf } from '../../sql/types.ts';
import { durationText } from '../../sql/value-text.ts';
import type { Branch, Long, Value } from '../../sql/values.ts';
import { writeAscii, writeDouble } from './number.ts';
import { type JsonFormat, numberWriter, type Writes } from './scalar.ts';
import { writeBase64, writeBytes, writeText } from './text.ts';

export type ValueWriter = Writes<Value | null>;

/** The writer of a type's values; NULL is `null`. One per type and format: recursive rows meet themselves. */
export function valueWriter(
  type: SqlType,
  format: JsonFormat,
  known: Map<SqlType, ValueWriter> = new Map(),
): ValueWriter {
  const made = known.get(type);
  if (made !== undefined) return made;
  let write: Writes<Value> | undefined;
  const orNull: ValueWriter = (dst, at, v) => (v === null ? writeAscii(dst, at, 'null') : write!(dst, at, v));
  known.set(type, orNull);
  write = present(type, format, (inner) => valueWriter(inner, format, known)) as Writes<Value>;
  return orNull;
}

function present(type: SqlType, format: JsonFormat, of: (type: SqlType) => ValueWriter): Writes<never> {
  switch (type.kind) {
    case 'NULL':
      return (dst, at) => writeAscii(dst, at, 'null');
    case 'BOOLEAN':
      return (dst: Buffer, at: number, v: boolean) => writeAscii(dst, at, v ? 'true' : 'false');
    case 'FLOAT':
    case 'DOUBLE':
      return writeDouble;
    case 'VARCHAR':
      return writeText;
    case 'BYTES':
      return (dst: Buffer, at: number, v: Buffer) => writeBase64(v, 0, v.length, dst, at);
    case 'DURATION':
      return (dst: Buffer, at: number, v: Buffer) => writeText(dst, at, durationText(v, 0));
    case 'ARRAY':
      return list(of(type.element.type));
    case 'MAP':
      return map(of(type.value.type));
    case 'ROW':
      return row(
        type.fields.map((f) => Buffer.from(`${JSON.stringify(f.name)}:`)),
        // Asked for when first needed: a recursive row's fields include its own type.
        type.fields.map((f) => f.type.type),
        of,
      );
    case 'UNION': {
      const branches = type.schema.branches.map((b) => of(typeOf(b).type));
      return (dst: Buffer, at: number, v: Branch) => branches[v.branch]!(dst, at, v.value);
    }
    default: {
      const write = numberWriter(type, 'long', format) as Writes<Long>;
      return write;
    }
  }
}

function list(item: ValueWriter): Writes<readonly (Value | null)[]> {
  return (dst, at, items) => {
    dst[at++] = 91;
    for (let i = 0; i < items.length; i++) {
      if (i > 0) dst[at++] = 44;
      at = item(dst, at, items[i]!);
    }
    dst[at] = 93;
    return at + 1;
  };
}

function map(value: ValueWriter): Writes<ReadonlyMap<string, Value | null>> {
  return (dst, at, entries) => {
    dst[at++] = 123;
    let first = true;
    for (const [key, v] of entries) {
      if (!first) dst[at++] = 44;
      first = false;
      at = writeText(dst, at, key);
      dst[at++] = 58;
      at = value(dst, at, v);
    }
    dst[at] = 125;
    return at + 1;
  };
}

function row(
  names: readonly Buffer[],
  types: readonly SqlType[],
  of: (type: SqlType) => ValueWriter,
): Writes<readonly (Value | null)[]> {
  const writers = types.map(of);
  return (dst, at, values) => {
    dst[at++] = 123;
    for (let i = 0; i < names.length; i++) {
      if (i > 0) dst[at++] = 44;
      at = writeBytes(dst, at, names[i]!);
      at = writers[i]!(dst, at, values[i]!);
    }
    dst[at] = 125;
    return at + 1;
  };
}
