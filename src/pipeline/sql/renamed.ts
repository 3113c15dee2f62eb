/**
 * CASTs that were asked for and change no value, but what it is outside of SQL: a JSON text becomes a text, an enum or a uuid,
 * which SQL sees as VARCHAR, a string, a fixed BYTES. Owns which Avro schemas are those that SQL types get (output-schema.ts).
 */
import { type AvroSchema, holds } from '../avro/schema.ts';
import type { Bound } from './bound.ts';
import { jsonType } from './functions/results.ts';
import { make } from './nodes.ts';
import { sameType } from './type-rules.ts';
import type { SqlType } from './types.ts';

/** The CAST of a value to the type that it has already, where it isn't idle. */
export function renamed(operand: Bound, type: SqlType, safe: boolean): Bound | undefined {
  if (!sameType(operand.type, type) || (operand.type !== jsonType && hasPlainSchema(operand))) return undefined;
  // What stands within may have become NOT NULL.
  const isStructured = type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'ROW';
  const nullable = operand.nullable || (safe && isStructured);
  return make({ kind: 'cast', operand, safe }, type, nullable, operand.fallible || (!safe && isStructured));
}

/** Whether the output's schema of the expression would be its SQL type's own. */
const hasPlainSchema = (b: Bound): boolean => (b.kind === 'column' ? isPlain(b.column.schema) : isPlainType(b.type));

function isPlainType(type: SqlType): boolean {
  switch (type.kind) {
    case 'ARRAY':
      return isPlainType(type.element.type);
    case 'MAP':
      return isPlainType(type.value.type);
    case 'ROW':
      if (type.schema !== undefined) return isPlain(type.schema);
      return type.fields.every((field) => isPlainType(field.type.type));
    default:
      return true;
  }
}

/** Named types keep their names: of a record only its fields are looked at. */
const isPlain = (schema: AvroSchema): boolean => !holds(schema, isOwn);

/** Whether it is another schema than its SQL type's own. */
function isOwn(part: AvroSchema): boolean {
  if (part.kind === 'fixed') return part.logical?.name !== 'duration';
  return part.kind === 'enum' || (part.kind === 'string' && part.logical !== undefined);
}
