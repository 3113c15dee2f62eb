/**
 * Functions that read JSON held as VARCHAR: by paths (json-path.ts), in place (json-scan.ts), so that numbers keep their
 * digits. What makes JSON is in json-make.ts. The clauses of JSON_VALUE, JSON_QUERY and JSON_EXISTS come as arguments.
 */
import { notNull, plain } from '../types.ts';
import type { Value } from '../values.ts';
import { fail } from './fail.ts';
import type { Implementation, Parameter, SqlFunction } from './function.ts';
import { jsonMaking } from './json-make.ts';
import { findAll, type JsonPath, parseJsonPath, writtenAt } from './json-path.ts';
import { firstIn, isJson, kindAt, nextAfter, stringAt, valueOfMember } from './json-scan.ts';
import { boolean, int, jsonType, varchar } from './results.ts';

type PathOf = (text: string) => JsonPath;

/** A literal is parsed here, once; any other path when it isn't the one before. */
function pathOf(known: Value | null | undefined): PathOf {
  let last = parseJsonPath(typeof known === 'string' ? known : '$');
  return (text) => {
    if (text !== last.text) last = parseJsonPath(text);
    return last;
  };
}

/** What the clauses ON EMPTY and ON ERROR make instead of a value: NULL, an error of the record, or another value. */
function instead(mode: string, otherwise: Value | null, problem: () => string): Value | null {
  if (mode === 'error') fail(problem());
  return mode === 'null' ? null : otherwise;
}

const misfit = (json: string, path: JsonPath): string =>
  isJson(json) ? `the strict JSON path '${path.text}' does not fit` : 'the text is no JSON';

function jsonValue(paths: PathOf): Implementation {
  return (
    json: string | null,
    pathText: string | null,
    onEmpty = 'null',
    emptyDefault: Value | null = null,
    onError = 'null',
    errorDefault: Value | null = null,
  ) => {
    if (json === null || pathText === null) return null;
    const path = paths(pathText);
    const found = isJson(json) ? findAll(path, json) : undefined;
    const problem = (what: string) => () => `JSON_VALUE: ${what}`;
    if (found === undefined) return instead(onError, errorDefault, problem(misfit(json, path)));
    const kind = found.length === 1 ? kindAt(json, found[0]!) : found.length === 0 ? 'nothing' : 'array';
    switch (kind) {
      case 'nothing':
        return instead(onEmpty, emptyDefault, problem(`nothing is at '${path.text}'`));
      case 'string':
        return stringAt(json, found[0]!);
      case 'null':
      case 'array':
      case 'object':
        // To a lax path nothing is there that it could be meant for; a strict one doesn't fit: as in Flink.
        return path.strict
          ? instead(onError, errorDefault, problem(`at '${path.text}' is not one string, number or boolean`))
          : instead(onEmpty, emptyDefault, problem(`at '${path.text}' is not one string, number or boolean`));
      default:
        return writtenAt(json, found[0]!);
    }
  };
}

function jsonQuery(paths: PathOf): Implementation {
  return (json: string | null, pathText: string | null, wrapper = 'without', onEmpty = 'null', onError = 'null') => {
    if (json === null || pathText === null) return null;
    const path = paths(pathText);
    const found = isJson(json) ? findAll(path, json) : undefined;
    const problem = (what: string) => () => `JSON_QUERY: ${what}`;
    if (found === undefined) return instead(onError, onError, problem(misfit(json, path)));
    if (found.length === 0) return instead(onEmpty, onEmpty, problem(`nothing is at '${path.text}'`));
    const kind = found.length === 1 ? kindAt(json, found[0]!) : 'several';
    if (kind === 'array' ? wrapper !== 'unconditional' : kind === 'object' && wrapper === 'without')
      return writtenAt(json, found[0]!);
    if (wrapper !== 'without') return `[${found.map((at) => writtenAt(json, at)).join(',')}]`;
    const mode = path.strict ? onError : onEmpty;
    return instead(mode, mode, problem(`at '${path.text}' is not one object or array: write WITH WRAPPER`));
  };
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function jsonExists(paths: PathOf): Implementation {
  return (json: string, pathText: string, onError = 'false') => {
    const path = paths(pathText);
    const found = isJson(json) ? findAll(path, json) : undefined;
    if (found !== undefined) return found.length > 0;
    return instead(onError, truths.get(onError) ?? null, () => `JSON_EXISTS: ${misfit(json, path)}`);
  };
}

/** A function of the one value that a path, or none, leads to; NULL where there isn't just one. */
const ofOne =
  (of: (json: string, at: number) => Value | null) =>
  (paths: PathOf): Implementation =>
  (json: string, pathText = '$') => {
    if (!isJson(json)) return null;
    const path = paths(pathText);
    const found = findAll(path, json);
    return found?.length === 1 ? of(json, found[0]!) : null;
  };

function keysOf(json: string, at: number): readonly string[] | null {
  if (kindAt(json, at) !== 'object') return null;
  const keys = new Set<string>();
  for (let key = firstIn(json, at); key >= 0; key = nextAfter(json, valueOfMember(json, key)))
    keys.add(stringAt(json, key));
  return [...keys];
}

function lengthOf(json: string, at: number): number {
  if (kindAt(json, at) !== 'array') return keysOf(json, at)?.length ?? 1;
  let count = 0;
  for (let element = firstIn(json, at); element >= 0; element = nextAfter(json, element)) count++;
  return count;
}

const json: Parameter = { name: 'json', type: 'VARCHAR' };
const path: Parameter = { name: 'path', type: 'VARCHAR' };
const mode = (name: string): Parameter => ({ name, type: 'VARCHAR' });

/** The path is its second argument. */
const byPath = (make: (paths: PathOf) => Implementation): SqlFunction['body'] => ({
  via: 'made',
  make: (_, known) => make(pathOf(known[1])),
});

const base = { category: 'JSON', nulls: 'strict', nullable: true, fallible: true } as const;
const paths = 'A path is lax, or strict where it begins so: `$.a."b c"[0].*`, `[last - 1]`, `[0 to 2, 5]`, `[*]`.';

const reading: readonly SqlFunction[] = [
  {
    ...base,
    name: 'JSON_VALUE',
    doc: `The string, number (with the digits it is written with) or boolean at a path in a JSON text, as VARCHAR, or as the type after RETURNING. ${paths} What stands instead where nothing is there, or by a lax path none of these, and where the text is no JSON, a strict path doesn't fit or the value doesn't fit the type, say the clauses \`{NULL | ERROR | DEFAULT x} ON EMPTY\` and \`… ON ERROR\`: NULL without them. A wrong path is an error.`,
    examples: [
      { sql: `JSON_VALUE('{"a": [{"b": 12.50}]}', '$.a[0].b')`, result: '"12.50"' },
      { sql: `JSON_VALUE('{"id": 9007199254740993}', '$.id' RETURNING BIGINT)`, result: '9007199254740993' },
      { sql: `JSON_VALUE('{"a": 1}', '$.b' DEFAULT 'none' ON EMPTY)`, result: '"none"' },
      { sql: `JSON_VALUE('{"a": {}}', '$.a')`, result: 'null' },
      { sql: `JSON_VALUE('{"a": "x"}', '$.a' RETURNING INT DEFAULT 5 ON ERROR)`, result: '5' },
    ],
    parameters: [
      json,
      path,
      mode('on_empty'),
      { name: 'empty_default', type: 'ANY' },
      mode('on_error'),
      { name: 'error_default', type: 'ANY' },
    ],
    optional: 4,
    nulls: 'own',
    casts: () => [undefined, undefined, undefined, plain('VARCHAR'), undefined, plain('VARCHAR')],
    result: varchar,
    body: byPath(jsonValue),
  },
  {
    ...base,
    name: 'JSON_QUERY',
    doc: `The object or array at a path in a JSON text, as it is written. ${paths} \`WITH [CONDITIONAL] WRAPPER\` puts brackets around what was found, always, or unless it is one array; without it anything else is as if nothing were there, and by a strict path an error. What stands instead say \`{NULL | EMPTY ARRAY | EMPTY OBJECT | ERROR} ON EMPTY\` and \`… ON ERROR\`: NULL without them. A wrong path is an error.`,
    examples: [
      { sql: `JSON_QUERY('{"a": {"b": 1}}', '$.a')`, result: '"{\\"b\\": 1}"' },
      { sql: `JSON_QUERY('[{"c": 1}, {"c": 2.0}]', '$[*].c' WITH WRAPPER)`, result: '"[1,2.0]"' },
      { sql: `JSON_QUERY('{"a": 1}', '$.b' EMPTY ARRAY ON EMPTY)`, result: '"[]"' },
    ],
    parameters: [json, path, mode('wrapper'), mode('on_empty'), mode('on_error')],
    optional: 3,
    nulls: 'own',
    result: () => jsonType,
    body: byPath(jsonQuery),
  },
  {
    ...base,
    name: 'JSON_EXISTS',
    doc: `Whether anything is at a path in a JSON text. ${paths} Where the text is no JSON, or a strict path doesn't fit, \`{TRUE | FALSE | UNKNOWN | ERROR} ON ERROR\` says what it is: FALSE without it. A wrong path is an error.`,
    examples: [
      { sql: `JSON_EXISTS('{"a": [1, null]}', '$.a[1]')`, result: 'true' },
      { sql: `JSON_EXISTS('{"a": [1, null]}', '$.a[2]')`, result: 'false' },
    ],
    parameters: [json, path, mode('on_error')],
    optional: 1,
    result: boolean,
    body: byPath(jsonExists),
  },
  {
    ...base,
    name: 'JSON_VALID',
    doc: 'Whether the text is one JSON value (RFC 8259).',
    examples: [
      { sql: `JSON_VALID('[1, {"a": null}]')`, result: 'true' },
      { sql: `JSON_VALID('{a: 1}')`, result: 'false' },
    ],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    nullable: false,
    fallible: false,
    result: boolean,
    body: { via: 'call', fn: isJson },
  },
  {
    ...base,
    name: 'JSON_TYPE',
    doc: "The type of a JSON text, or of the one value at a path in it: 'object', 'array', 'string', 'number', 'boolean' or 'null'. NULL where the text is no JSON or there isn't just one value.",
    examples: [
      { sql: `JSON_TYPE('{"a": [1]}', '$.a')`, result: '"array"' },
      { sql: `JSON_TYPE('null')`, result: '"null"' },
    ],
    parameters: [json, path],
    optional: 1,
    result: varchar,
    body: byPath(ofOne(kindAt)),
  },
  {
    ...base,
    name: 'JSON_LENGTH',
    doc: "How many elements an array has, or different keys an object; 1 for anything else. Of a JSON text, or of the one value at a path in it; NULL where the text is no JSON or there isn't just one value.",
    examples: [
      { sql: `JSON_LENGTH('{"a": [1, 2, 3]}', '$.a')`, result: '3' },
      { sql: `JSON_LENGTH('[1, 2')`, result: 'null' },
    ],
    parameters: [json, path],
    optional: 1,
    result: int,
    body: byPath(ofOne(lengthOf)),
  },
  {
    ...base,
    name: 'JSON_KEYS',
    doc: "The different keys of an object, in the order of the text. Of a JSON text, or of the one value at a path in it; NULL where the text is no JSON or there isn't just one object.",
    examples: [{ sql: `JSON_KEYS('{"a": 1, "b": {"c": 2}}')`, result: '["a","b"]' }],
    parameters: [json, path],
    optional: 1,
    result: () => ({ kind: 'ARRAY', element: notNull(plain('VARCHAR')) }),
    body: byPath(ofOne(keysOf)),
  },
];

export const jsonFunctions: readonly SqlFunction[] = [...reading, ...jsonMaking];
