/**
 * Avro JSON text → {@link AvroSchema}, by the rules of the Avro 1.11 specification: names and namespaces, recursion,
 * unions, defaults, aliases, logical types. Every mistake is a problem with the path at which it stands.
 */
import { parseExactJson } from '../../contracts/exact-json.ts';
import { failure, MillraceError, type Problem } from '../../contracts/failure.ts';
import { isAvroPrimitive } from '../../contracts/format.ts';
import { limits } from '../../contracts/limits.ts';
import { defaultMistake } from './default.ts';
import { parseLogical } from './logical.ts';
import { widthOf } from './measure.ts';
import type { AvroEnum, AvroField, AvroFixed, AvroRecord, AvroSchema } from './schema.ts';

const nameForm = /^[A-Za-z_][A-Za-z0-9_]*$/;

type Json = Readonly<Record<string, unknown>>;

/** Throws MillraceError `invalid_schema`, whose problems name the path of each mistake as a JSON pointer. */
export function parseSchema(text: string): AvroSchema {
  if (Buffer.byteLength(text) > limits.schemaBytesMax)
    throw invalid([{ path: '', message: `the schema is larger than ${limits.schemaBytesMax} bytes` }]);
  let json: unknown;
  try {
    json = parseExactJson(text);
  } catch (cause) {
    // A bare name such as `string` is how some tools write a primitive schema.
    if (isAvroPrimitive(text.trim())) json = text.trim();
    else throw invalid([{ path: '', message: `not JSON: ${(cause as Error).message}` }]);
  }
  const parser = new Parser();
  const schema = parser.parse(json, '', undefined, 0);
  if (parser.problems.length === 0 && widthOf(schema) > limits.schemaWidthMax)
    throw invalid([{ path: '', message: `one value of it holds more than ${limits.schemaWidthMax} values` }]);
  parser.checkDefaults();
  if (parser.problems.length > 0) throw invalid(parser.problems);
  return schema;
}

function invalid(problems: readonly Problem[]): MillraceError {
  const lines = problems.map((p) => `${p.path === '' ? 'schema' : p.path}: ${p.message}`);
  return new MillraceError(failure('invalid_schema', `The Avro schema is wrong. ${lines.join('; ')}`), problems);
}

/** What stands in for a part that is wrong, so that the other parts are still checked. */
const placeholder: AvroSchema = { kind: 'null' };

class Parser {
  readonly problems: Problem[] = [];
  readonly #named = new Map<string, AvroSchema>();
  readonly #defaults: { readonly path: string; readonly json: unknown; readonly schema: AvroSchema }[] = [];

  /** Defaults are checked at the end, when every name that they may need has been seen whole. */
  checkDefaults(): void {
    for (const { path, json, schema } of this.#defaults) {
      const mistake = defaultMistake(json, schema, 0);
      if (mistake !== undefined) this.#wrong(path, mistake);
    }
  }

  parse(json: unknown, path: string, namespace: string | undefined, depth: number): AvroSchema {
    if (depth > limits.schemaDepthMax) return this.#wrong(path, `nested deeper than ${limits.schemaDepthMax}`);
    if (typeof json === 'string') return this.#reference(json, path, namespace);
    if (Array.isArray(json)) return this.#union(json, path, namespace, depth);
    if (typeof json === 'object' && json !== null) return this.#object(json as Json, path, namespace, depth);
    return this.#wrong(path, 'a schema is a name, an object or an array (a union)');
  }

  #wrong(path: string, message: string): AvroSchema {
    if (this.problems.length < 50) this.problems.push({ path, message });
    return placeholder;
  }

  #reference(name: string, path: string, namespace: string | undefined): AvroSchema {
    if (isAvroPrimitive(name)) return { kind: name };
    const found = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name);
    return found ?? this.#wrong(path, `unknown type ${JSON.stringify(name)}: a name must be defined before it is used`);
  }

  #union(json: readonly unknown[], path: string, namespace: string | undefined, depth: number): AvroSchema {
    if (json.length === 0) return this.#wrong(path, 'a union needs at least one branch');
    const branches = json.map((branch, i) => this.parse(branch, `${path}/${i}`, namespace, depth + 1));
    const seen = new Set<string>();
    branches.forEach((branch, i) => {
      if (branch === placeholder) return;
      if (branch.kind === 'union') this.#wrong(`${path}/${i}`, 'a union may not hold a union directly');
      const key = 'name' in branch ? branch.name : branch.kind;
      if (seen.has(key)) this.#wrong(`${path}/${i}`, `the union already has a branch ${key}`);
      seen.add(key);
    });
    return Object.freeze({ kind: 'union', branches: Object.freeze(branches) });
  }

  #object(json: Json, path: string, namespace: string | undefined, depth: number): AvroSchema {
    const type = json['type'];
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(json, path, namespace, depth);
      case 'enum':
        return this.#enum(json, path, namespace);
      case 'fixed':
        return this.#fixed(json, path, namespace);
      case 'array':
        return Object.freeze({
          kind: 'array',
          items: this.parse(json['items'], `${path}/items`, namespace, depth + 1),
        });
      case 'map':
        return Object.freeze({
          kind: 'map',
          values: this.parse(json['values'], `${path}/values`, namespace, depth + 1),
        });
      default: {
        if (typeof type !== 'string') return this.parse(type, `${path}/type`, namespace, depth + 1);
        if (!isAvroPrimitive(type)) return this.#reference(type, `${path}/type`, namespace);
        const logical = parseLogical(json, type, undefined);
        return Object.freeze(logical === undefined ? { kind: type } : { kind: type, logical });
      }
    }
  }

  #record(json: Json, path: string, namespace: string | undefined, depth: number): AvroSchema {
    const { name, space, aliases } = this.#name(json, path, namespace);
    const fields: AvroField[] = [];
    const record: AvroRecord = { kind: 'record', name, aliases, fields };
    this.#define(record, path);
    const list = json['fields'];
    if (!Array.isArray(list)) return this.#wrong(`${path}/fields`, 'a record needs an array of fields');
    const seen = new Set<string>();
    for (const [i, field] of list.entries()) {
      const parsed = this.#field(field, `${path}/fields/${i}`, space, depth);
      if (parsed === undefined) continue;
      if (seen.has(parsed.name))
        this.#wrong(`${path}/fields/${i}/name`, `the record already has a field ${parsed.name}`);
      seen.add(parsed.name);
      fields.push(parsed);
    }
    Object.freeze(fields);
    return Object.freeze(record);
  }

  #field(field: unknown, path: string, namespace: string | undefined, depth: number): AvroField | undefined {
    if (typeof field !== 'object' || field === null) {
      this.#wrong(path, 'a field is an object');
      return undefined;
    }
    const { name, type, default: json, aliases } = field as Json;
    if (typeof name !== 'string' || !nameForm.test(name)) {
      const rule = 'letters, digits and _, not beginning with a digit';
      this.#wrong(`${path}/name`, `${JSON.stringify(name)} is not a name: ${rule}`);
      return undefined;
    }
    if (type === undefined) {
      this.#wrong(path, `field ${name} has no type`);
      return undefined;
    }
    const schema = this.parse(type, `${path}/type`, namespace, depth + 1);
    if (json !== undefined) this.#defaults.push({ path: `${path}/default`, json, schema });
    const base = { name, aliases: Object.freeze(strings(aliases)), schema };
    return Object.freeze(json === undefined ? base : { ...base, default: { json } });
  }

  #enum(json: Json, path: string, namespace: string | undefined): AvroSchema {
    const { name, aliases } = this.#name(json, path, namespace);
    const { symbols, default: fallback } = json;
    if (!Array.isArray(symbols) || symbols.length === 0)
      return this.#wrong(`${path}/symbols`, 'an enum needs an array of symbols');
    const seen = new Set<unknown>();
    symbols.forEach((symbol: unknown, i) => {
      if (typeof symbol !== 'string' || !nameForm.test(symbol))
        this.#wrong(`${path}/symbols/${i}`, `${JSON.stringify(symbol)} is not a name`);
      if (seen.has(symbol)) this.#wrong(`${path}/symbols/${i}`, `the enum already has ${JSON.stringify(symbol)}`);
      seen.add(symbol);
    });
    if (fallback !== undefined && !symbols.includes(fallback))
      this.#wrong(`${path}/default`, `${JSON.stringify(fallback)} is not one of the symbols`);
    const base: AvroEnum = { kind: 'enum', name, aliases, symbols: Object.freeze(strings(symbols)) };
    return this.#define(Object.freeze(typeof fallback === 'string' ? { ...base, default: fallback } : base), path);
  }

  #fixed(json: Json, path: string, namespace: string | undefined): AvroSchema {
    const { name, aliases } = this.#name(json, path, namespace);
    const size = json['size'];
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > 2 ** 31 - 1)
      return this.#wrong(`${path}/size`, 'a fixed needs a size: a number of bytes, not negative');
    const base: AvroFixed = { kind: 'fixed', name, aliases, size };
    const logical = parseLogical(json, 'fixed', size);
    return this.#define(Object.freeze(logical === undefined ? base : { ...base, logical }), path);
  }

  #name(json: Json, path: string, namespace: string | undefined) {
    const { name, namespace: own, aliases } = json;
    if (typeof name !== 'string' || !name.split('.').every((part) => nameForm.test(part))) {
      this.#wrong(`${path}/name`, name === undefined ? 'a name is missing' : `${JSON.stringify(name)} is not a name`);
      return { name: '?', space: namespace, aliases: [] };
    }
    const dot = name.lastIndexOf('.');
    const last = name.slice(dot + 1);
    if (isAvroPrimitive(last))
      this.#wrong(`${path}/name`, `${last} is the name of a primitive type, which no other may have`);
    // Of a name with dots its own namespace counts, and what else is said is nobody's.
    if (dot < 0 && own !== undefined && !isNamespace(own))
      this.#wrong(`${path}/namespace`, `${JSON.stringify(own)} is not a namespace: names with dots between them`);
    const given = typeof own === 'string' ? own : namespace;
    const space = dot >= 0 ? name.slice(0, dot) : given === '' ? undefined : given;
    return {
      name: fullName(name, space),
      space,
      aliases: Object.freeze(strings(aliases).map((alias) => fullName(alias, space))),
    };
  }

  #define(schema: AvroRecord | AvroEnum | AvroFixed, path: string): AvroSchema {
    if (schema.name !== '?' && this.#named.has(schema.name))
      this.#wrong(`${path}/name`, `${schema.name} is already defined: use its name instead`);
    this.#named.set(schema.name, schema);
    return schema;
  }
}

const isNamespace = (given: unknown): boolean =>
  typeof given === 'string' && (given === '' || given.split('.').every((part) => nameForm.test(part)));
const fullName = (name: string, namespace: string | undefined): string =>
  name.includes('.') || namespace === undefined ? name : `${namespace}.${name}`;
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];
