/** Whether the JSON of a default fits its schema, by the table in the Avro specification ("field default values"). */
import { limits } from '../../contracts/limits.ts';
import type { AvroSchema } from './schema.ts';

/** What is wrong, or undefined. A default of a union must fit its first branch; other branches are let pass, as Java does since 1.9. */
export function defaultMistake(json: unknown, schema: AvroSchema, depth: number): string | undefined {
  if (depth > limits.schemaDepthMax) return `nested deeper than ${limits.schemaDepthMax}`;
  const fits = (ok: boolean): string | undefined =>
    ok ? undefined : `${shownJson(json)} is not a default for ${schema.kind}`;
  switch (schema.kind) {
    case 'null':
      return fits(json === null);
    case 'boolean':
      return fits(typeof json === 'boolean');
    case 'int':
      return fits(Number.isInteger(json) && (json as number) === ((json as number) | 0));
    case 'long':
      return fits(typeof json === 'bigint' ? BigInt.asIntN(64, json) === json : Number.isInteger(json));
    case 'float':
    case 'double':
      return fits(typeof json === 'number' || typeof json === 'bigint');
    case 'string':
    case 'bytes':
      return fits(typeof json === 'string');
    case 'fixed':
      return fits(typeof json === 'string' && json.length === schema.size);
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

/** JSON text; whole numbers beyond a double's are bigints here, which JSON.stringify refuses. */
export const shownJson = (json: unknown): string =>
  JSON.stringify(json, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
