/**
 * JSON as people write it → Avro bodies: unions without their wrapping, missing fields from their defaults, bytes as
 * base64, timestamps as numbers or ISO 8601. Owns nothing of Avro's encoding; avsc does that.
 */

import avsc from 'avsc';
import { at, put } from '../contracts/by-name.ts';
import { clipped } from '../contracts/clipped.ts';
import { parseExactJson } from '../contracts/exact-json.ts';
import { failure, MillraceError, type Problem } from '../contracts/failure.ts';
import { nearest } from '../contracts/nearest.ts';
import { parseSchema } from '../pipeline/avro/parse.ts';

export interface JsonToAvro {
  /** One JSON text → the body. Throws MillraceError `bad_record` with every problem. */
  encode(json: string): Buffer;
  /** Names of the record's fields; [] where the schema is no record. */
  readonly fields: readonly string[];
}

/** Throws MillraceError `invalid_schema`. */
export function jsonToAvro(schemaText: string): JsonToAvro {
  const type = typeOf(schemaText);
  const fields = type.typeName === 'record' ? (type as avsc.types.RecordType).fields.map((f) => f.name) : [];
  return {
    fields,
    encode: (json) => {
      const problems: Problem[] = [];
      const value = convert(type, parseJson(json), '', problems);
      if (problems.length > 0)
        throw new MillraceError(failure('bad_record', 'The record does not fit the schema.'), problems);
      return type.toBuffer(value);
    },
  };
}

function typeOf(schemaText: string): avsc.Type {
  try {
    // avsc is lenient, and cuts what it is lenient with; of JSON's numbers it would be given the nearest doubles.
    parseSchema(schemaText);
    const schema = wide(parseExactJson(schemaText)) as avsc.Schema;
    return avsc.Type.forSchema(schema, { wrapUnions: true, registry: { long: bigLong() }, logicalTypes: timeTypes });
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MillraceError(failure('invalid_schema', `The Avro schema can't be used: ${reason}.`), [], {
      cause: error,
    });
  }
}

/** A long of a logical type that no text stands for is a plain one, which has its whole range: avsc puts its own beneath logical types. */
function wide(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(wide);
  if (!isMapping(schema)) return schema;
  const { type, logicalType, fields } = schema;
  if (type === 'long' && logicalType !== undefined && !(String(logicalType) in units)) return 'long';
  const nested = Object.entries(schema).map(([key, part]) => [key, nests.has(key) ? wide(part) : part]);
  if (!Array.isArray(fields)) return Object.fromEntries(nested);
  const wider = (fields as readonly Readonly<Record<string, unknown>>[]).map((f) => ({ ...f, type: wide(f['type']) }));
  return { ...Object.fromEntries(nested), fields: wider };
}
/** Where schemas stand in a schema, fields aside. */
const nests: ReadonlySet<string> = new Set(['type', 'items', 'values']);

/** The whole range of long: avsc's own ends at 2^53. */
function bigLong(): avsc.types.LongType {
  return avsc.types.LongType.__with({
    fromBuffer: (b: Buffer) => b.readBigInt64LE(),
    toBuffer: (n: bigint) => {
      const b = Buffer.alloc(8);
      b.writeBigInt64LE(n);
      return b;
    },
    fromJSON: (n: number | bigint) => BigInt(n),
    // avsc copies by both: nothing else is made of it here.
    toJSON: (n: bigint) => n,
    isValid: (n: unknown) => typeof n === 'bigint',
    compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
  });
}

/** Keeps its name (and avsc's own long beneath, whose 2^53 reach beyond the year 2200), so that {@link scalar} knows which text it may be written as; the value itself stays a number. */
class TimeType extends avsc.types.LogicalType {
  protected override _fromValue(value: unknown): unknown {
    return value;
  }
  protected override _toValue(value: unknown): unknown {
    return value;
  }
}

/** Logical type → units since 1970 for epoch milliseconds. */
const units: Readonly<Record<string, (ms: number) => number>> = {
  date: (ms) => Math.floor(ms / 86_400_000),
  'timestamp-millis': (ms) => ms,
  'timestamp-micros': (ms) => ms * 1_000,
};

const timeTypes = Object.fromEntries(Object.keys(units).map((name) => [name, TimeType]));

/** Integers that a JavaScript number can't hold come as bigint. */
function parseJson(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    throw new MillraceError(failure('bad_record', `It is not JSON: ${(error as Error).message}.`));
  }
}

/** The value as avsc wants it. What doesn't fit adds a problem, and the rest is looked at all the same. */
function convert(type: avsc.Type, json: unknown, path: string, problems: Problem[]): unknown {
  if (type instanceof avsc.types.RecordType) return convertRecord(type, json, path, problems);
  if (type instanceof avsc.types.WrappedUnionType) return convertUnion(type, json, path, problems);
  if (type instanceof avsc.types.ArrayType && Array.isArray(json)) {
    return json.map((item, i) => convert(type.itemsType, item, `${path}/${i}`, problems));
  }
  if (type instanceof avsc.types.MapType && isMapping(json)) {
    return Object.fromEntries(
      Object.entries(json).map(([k, v]) => [k, convert(type.valuesType, v, `${path}/${k}`, problems)]),
    );
  }
  const value = scalar(type, json);
  if (value !== undefined && type.isValid(value)) return value;
  problems.push({ path, message: `${shown(json)} is no ${wordFor(type)}`, ...remedyFor(type) });
  return undefined;
}

function convertRecord(type: avsc.types.RecordType, json: unknown, path: string, problems: Problem[]): unknown {
  if (!isMapping(json)) {
    problems.push({ path, message: `${shown(json)} is no record`, remedy: 'write an object' });
    return undefined;
  }
  const known = type.fields.map((f) => f.name);
  for (const key of Object.keys(json)) {
    if (known.includes(key)) continue;
    const meant = nearest(
      key,
      known.filter((k) => !(k in json)),
    );
    const remedy = meant === null ? `fields: ${known.join(', ')}` : `write ${meant}`;
    problems.push({ path: `${path}/${key}`, message: 'the schema has no such field', remedy });
  }
  const record: Record<string, unknown> = {};
  for (const field of type.fields) {
    const given = at(json, field.name);
    if (given !== undefined) put(record, field.name, convert(field.type, given, `${path}/${field.name}`, problems));
    else {
      const otherwise = field.defaultValue();
      put(record, field.name, otherwise);
      if (otherwise === undefined) {
        problems.push({
          path: `${path}/${field.name}`,
          message: 'is missing, and has no default',
          remedy: `write ${aOf(field.type)}`,
        });
      }
    }
  }
  return record;
}

/** The first branch that takes the value; the wrapped form of Avro's own JSON encoding is taken too. */
function convertUnion(type: avsc.types.WrappedUnionType, json: unknown, path: string, problems: Problem[]): unknown {
  const wrapped = isMapping(json) && Object.keys(json).length === 1 ? Object.entries(json)[0] : undefined;
  let nearestProblems: Problem[] | null = null;
  for (const branch of type.types) {
    const name = branch.branchName ?? '';
    for (const candidate of wrapped?.[0] === name ? [wrapped[1], json] : [json]) {
      const found: Problem[] = [];
      const value = convert(branch, candidate, path, found);
      if (found.length === 0) return value === null ? null : { [name]: value };
      // A mistake deep inside says more than that no branch takes the whole.
      if (found.every((p) => p.path !== path)) nearestProblems ??= found;
    }
  }
  const branches = type.types.map(wordFor).join(', ');
  problems.push(...(nearestProblems ?? [{ path, message: `${shown(json)} is none of ${branches}` }]));
  return undefined;
}

/** JSON's value as avsc's for types without parts; undefined where there is none. */
function scalar(type: avsc.Type, json: unknown): unknown {
  if (type instanceof TimeType) {
    const inUnits = units[type.typeName.replace('logical:', '')];
    const ms = typeof json === 'string' ? Date.parse(json) : Number.NaN;
    return Number.isNaN(ms) || inUnits === undefined ? scalar(type.underlyingType, json) : inUnits(ms);
  }
  switch (type.typeName) {
    case 'abstract:long':
      return typeof json === 'number' && Number.isSafeInteger(json) ? inRange(BigInt(json)) : inRange(json);
    case 'float':
    case 'double':
      return typeof json === 'bigint' ? Number(json) : json;
    case 'bytes':
    case 'fixed':
      return typeof json === 'string' && base64.test(json) ? Buffer.from(json, 'base64') : undefined;
    default:
      // Only a long takes a bigint, and avsc's other types can't even look at one.
      return typeof json === 'bigint' ? undefined : json;
  }
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const inRange = (n: unknown): bigint | undefined =>
  typeof n === 'bigint' && BigInt.asIntN(64, n) === n ? n : undefined;

const wordFor = (type: avsc.Type): string =>
  type.name ?? type.typeName.replace(/^(abstract|logical):/, '').replace(/^union:.*/, 'union');

const aOf = (type: avsc.Type): string =>
  type instanceof avsc.types.WrappedUnionType
    ? `one of ${type.types.map(wordFor).join(', ')}`
    : `a value of type ${wordFor(type)}`;

function remedyFor(type: avsc.Type): { remedy?: string } {
  if (type instanceof avsc.types.EnumType) return { remedy: `write one of ${type.symbols.join(', ')}` };
  if (type instanceof TimeType) return { remedy: 'write ISO 8601, or its number' };
  if (type.typeName === 'bytes' || type.typeName === 'fixed') return { remedy: 'write base64' };
  return {};
}

function shown(json: unknown): string {
  return clipped(typeof json === 'bigint' ? String(json) : JSON.stringify(json), 40);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
