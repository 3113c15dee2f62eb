/** Whether the JSON of a default fits its schema, by the table in the Avro specification ("field default values"). */
import { clipped } from '../../contracts/clipped.ts';
import { exactJson } from '../../contracts/exact-json.ts';
import { limits } from '../../contracts/limits.ts';
import type { AvroSchema } from './schema.ts';

/** What isn't seen at once of what fits. */
const rules: { readonly [K in AvroSchema['kind']]?: string } = {
  long: ' (a whole number of 64 bits, without fraction or exponent)',
  float: ' (a number in the range of a float)',
  double: ' (a number in the range of a double)',
  bytes: ' (a text of characters from U+0000 to U+00FF)',
  fixed: ' (a text of as many characters as it has bytes, from U+0000 to U+00FF)',
};

/** Characters of a default that are shown. */
const shownCharsMax = 80;
export const shown = (json: unknown): string => clipped(exactJson(json), shownCharsMax);

/** What is wrong, or undefined. A default of a union must fit its first branch; other branches are let pass, as Java does since 1.9. */
export function defaultMistake(json: unknown, schema: AvroSchema, depth: number): string | undefined {
  if (depth > limits.schemaDepthMax) return `nested deeper than ${limits.schemaDepthMax}`;
  const fits = (ok: boolean): string | undefined =>
    ok ? undefined : `${shown(json)} is not a default for ${schema.kind}${rules[schema.kind] ?? ''}`;
  switch (schema.kind) {
    case 'null':
      return fits(json === null);
    case 'boolean':
      return fits(typeof json === 'boolean');
    case 'int':
      return fits(Number.isInteger(json) && (json as number) === ((json as number) | 0));
    case 'long':
      // One with a fraction or an exponent is a double: beyond 2^53 it needn't be the number that is written.
      return fits(typeof json === 'bigint' ? BigInt.asIntN(64, json) === json : Number.isSafeInteger(json));
    case 'float':
      return fits(isNumber(json) && Number.isFinite(Math.fround(Number(json))));
    case 'double':
      return fits(isNumber(json) && Number.isFinite(Number(json)));
    case 'string':
      return fits(typeof json === 'string' && json.isWellFormed());
    case 'bytes':
      return fits(typeof json === 'string' && isBytes(json));
    case 'fixed':
      return fits(typeof json === 'string' && json.length === schema.size && isBytes(json));
    case 'enum':
      return fits(schema.symbols.includes(json as string));
    case 'array':
      if (!Array.isArray(json)) return fits(false);
      return json.map((item) => defaultMistake(item, schema.items, depth + 1)).find((m) => m !== undefined);
    case 'map':
      if (!isObject(json)) return fits(false);
      return Object.values(json)
        .map((item) => defaultMistake(item, schema.values, depth + 1))
        .find((m) => m !== undefined);
    case 'record':
      if (!isObject(json)) return fits(false);
      return schema.fields
        .map((f) => {
          if (!Object.hasOwn(json, f.name)) return f.default === undefined ? `${f.name} is missing` : undefined;
          return defaultMistake(json[f.name], f.schema, depth + 1);
        })
        .find((m) => m !== undefined);
    case 'union':
      return schema.branches.some((b) => defaultMistake(json, b, depth + 1) === undefined) ? undefined : fits(false);
  }
}

/** Bytes stand in JSON as a string, each as the character of its number. */
const isBytes = (text: string): boolean => /^[\0-\xff]*$/.test(text);

const isNumber = (json: unknown): json is number | bigint => typeof json === 'number' || typeof json === 'bigint';

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
