/** The default of a field, from its JSON (Avro 1.11, "field default values") to the value that SQL holds. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { type Long, narrow, type Value } from '../sql/values.ts';
import { decimalBytesMax, readDecimal } from './decimal.ts';
import { defaultMistake, shown } from './default.ts';
import { domainMistake, domainOf } from './domain.ts';
import { type AvroSchema, viewUnion } from './schema.ts';
import { uuidText } from './uuid.ts';

/**
 * `json` has been checked against the schema (default.ts), or it is a MillraceError `invalid_schema`. A union's default is
 * of the first branch that it fits: the first one by the specification, others as Java lets pass.
 */
export function defaultValue(schema: AvroSchema, json: unknown): Value | null {
  return value(schema, json, 0);
}

function value(schema: AvroSchema, json: unknown, depth: number): Value | null {
  const v = plainValue(schema, json, depth);
  const domain = domainOf(schema);
  const mistake = domain === undefined || v === null ? undefined : domainMistake(domain, v);
  if (mistake !== undefined) throw wrong(`a default lies outside of its type: ${mistake}`);
  return v;
}

function plainValue(schema: AvroSchema, json: unknown, depth: number): Value | null {
  // A recursive record whose default leaves out the field in which it holds itself has no end.
  if (depth > limits.schemaDepthMax) throw wrong(`a default is nested deeper than ${limits.schemaDepthMax}`);
  switch (schema.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
    case 'enum':
      return json as boolean | string;
    case 'int':
    case 'double':
      return Number(json);
    case 'float':
      return Math.fround(Number(json));
    case 'long':
      return narrow(BigInt(json as Long));
    case 'bytes':
    case 'fixed':
      return binary(Buffer.from(json as string, 'latin1'), schema.logical?.name);
    case 'array':
      return (json as readonly unknown[]).map((item) => value(schema.items, item, depth + 1));
    case 'map':
      return new Map(
        Object.entries(json as object).map(([key, one]) => [key, value(schema.values, one, depth + 1)] as const),
      );
    case 'record': {
      const given = json as Readonly<Record<string, unknown>>;
      return schema.fields.map((field) => {
        if (Object.hasOwn(given, field.name)) return value(field.schema, given[field.name], depth + 1);
        if (field.default === undefined) throw wrong(`a default of ${schema.name} lacks the field ${field.name}`);
        return value(field.schema, field.default.json, depth + 1);
      });
    }
    case 'union': {
      const branch = schema.branches.findIndex((b) => defaultMistake(json, b, depth) === undefined);
      if (branch < 0) throw wrong(`${shown(json)} is a default of none of the union's branches`);
      const held = value(schema.branches[branch]!, json, depth + 1);
      return held === null || viewUnion(schema).kind === 'nullable' ? held : { branch, value: held };
    }
  }
}

/** Bytes and fixed stand in JSON as a string whose characters are the bytes. */
function binary(bytes: Buffer, logical: string | undefined): Value {
  if (logical === 'decimal' && bytes.length > decimalBytesMax)
    throw wrong(`the default of a decimal has more than ${decimalBytesMax} bytes`);
  if (logical === 'decimal') return readDecimal(bytes, 0, bytes.length);
  return logical === 'uuid' ? uuidText(bytes, 0) : bytes;
}

const wrong = (message: string): MillraceError =>
  new MillraceError(failure('invalid_schema', `The Avro schema is wrong. ${message}`));
