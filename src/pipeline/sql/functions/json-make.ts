/** Functions that make JSON text. What one of them (or JSON_QUERY) made goes into another as JSON, any other VARCHAR as a string. */
import { type Typed, typeText } from '../types.ts';
import type { Value } from '../values.ts';
import { checkLength, fail } from './fail.ts';
import type { Implementation, SqlFunction } from './function.ts';
import { toJson } from './json-build.ts';
import { isJson, rootOf, stringAt } from './json-scan.ts';
import { jsonType, varchar } from './results.ts';

const quoted = toJson(varchar());

/** What becomes of values that are NULL. */
type OnNull = 'null' | 'absent';

function makeObject(types: readonly Typed[], onNull: OnNull): Implementation {
  const writers = types.map(({ type }) => toJson(type));
  return (...args: (Value | null)[]) => {
    let members = '';
    for (let i = 0; i < args.length; i += 2) {
      const key = args[i]!;
      if (key === null) fail(`JSON_OBJECT: key ${i / 2 + 1} is NULL`);
      if (onNull === 'absent' && args[i + 1] === null) continue;
      members += `${members === '' ? '' : ','}${quoted(key)}:${writers[i + 1]!(args[i + 1]!)}`;
    }
    checkLength(members.length, 'JSON_OBJECT');
    return `{${members}}`;
  };
}

function makeArray(types: readonly Typed[], onNull: OnNull): Implementation {
  const writers = types.map(({ type }) => toJson(type));
  return (...args: (Value | null)[]) => {
    const elements: string[] = [];
    for (const [i, v] of args.entries()) if (v !== null || onNull === 'null') elements.push(writers[i]!(v));
    const text = elements.join(',');
    checkLength(text.length, 'JSON_ARRAY');
    return `[${text}]`;
  };
}

function checkPairs(args: readonly Typed[]): string | undefined {
  if (args.length % 2 !== 0) return 'wants a value after each key';
  const wrong = args.findIndex(({ type }, i) => i % 2 === 0 && type.kind !== 'VARCHAR');
  return wrong < 0 ? undefined : `wants VARCHAR keys, and its key ${wrong / 2 + 1} is ${typeText(args[wrong]!)}`;
}

function checked(text: string): string {
  if (isJson(text)) return text;
  fail('JSON: the text is no JSON; JSON_VALID tells');
}

function unquoted(text: string): string {
  return isJson(text) && text[rootOf(text)] === '"' ? stringAt(text, rootOf(text)) : text;
}

const how =
  '64-bit integers and decimals keep all their digits, bytes are base64, dates and times ISO 8601, rows and maps objects.';

const serializer = (name: 'JSON_STRING' | 'TO_JSON'): SqlFunction => ({
  name,
  category: 'JSON',
  doc: `${name === 'TO_JSON' ? 'The same as JSON_STRING: a' : 'A'} value of any type as JSON text: ${how} NULL is NULL.`,
  examples: [
    { sql: `${name}(ARRAY[1.50, NULL])`, result: '"[1.50,null]"' },
    { sql: `${name}('say "hi"')`, result: JSON.stringify('"say \\"hi\\""') },
    { sql: `${name}(DATE '2026-01-31')`, result: '"\\"2026-01-31\\""' },
  ],
  parameters: [{ name: 'value', type: 'ANY' }],
  nulls: 'strict',
  result: () => jsonType,
  fallible: true,
  body: { via: 'made', make: ([first]) => toJson(first!.type) },
});

export const jsonMaking: readonly SqlFunction[] = [
  serializer('JSON_STRING'),
  serializer('TO_JSON'),
  {
    name: 'JSON_OBJECT',
    category: 'JSON',
    doc: `A JSON object of keys and their values, in their order: JSON_OBJECT(key, value, …), or with \`KEY key VALUE value\`. ${how} NULL values are null, or left out with \`ABSENT ON NULL\` behind them. What JSON_OBJECT, JSON_ARRAY, JSON_QUERY, JSON_STRING or JSON made directly goes in as JSON, any other text as a string. A key that is NULL is an error of the record.`,
    examples: [
      { sql: `JSON_OBJECT('id', 7, 'tags', ARRAY['a', 'b'])`, result: JSON.stringify('{"id":7,"tags":["a","b"]}') },
      { sql: `JSON_OBJECT('a' VALUE JSON_OBJECT('b' VALUE NULL))`, result: JSON.stringify('{"a":{"b":null}}') },
    ],
    parameters: [{ name: 'keys_and_values', type: 'ANY' }],
    optional: 1,
    variadic: true,
    nulls: 'own',
    nullable: false,
    check: checkPairs,
    result: () => jsonType,
    fallible: true,
    body: { via: 'made', make: (types) => makeObject(types, 'null') },
  },
  {
    name: 'JSON_ARRAY',
    category: 'JSON',
    doc: `A JSON array of the values that are not NULL; with \`NULL ON NULL\` behind them those are null. ${how} What another function made as JSON goes in as JSON: see JSON_OBJECT.`,
    examples: [
      { sql: `JSON_ARRAY(1, 'a', NULL, TRUE)`, result: JSON.stringify('[1,"a",true]') },
      { sql: `JSON_ARRAY(JSON_ARRAY(1), '[1]')`, result: JSON.stringify('[[1],"[1]"]') },
    ],
    parameters: [{ name: 'value', type: 'ANY' }],
    optional: 1,
    variadic: true,
    nulls: 'own',
    nullable: false,
    result: () => jsonType,
    fallible: true,
    body: { via: 'made', make: (types) => makeArray(types, 'absent') },
  },
  {
    name: 'JSON',
    category: 'JSON',
    doc: 'The text itself, checked to be JSON, to be put into JSON_OBJECT or JSON_ARRAY as it is. A text that is no JSON is an error of the record.',
    examples: [{ sql: `JSON_ARRAY(JSON('{"a": 1}'))`, result: JSON.stringify('[{"a": 1}]') }],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    nulls: 'strict',
    result: () => jsonType,
    fallible: true,
    body: { via: 'call', fn: checked },
  },
  {
    name: 'JSON_QUOTE',
    category: 'JSON',
    doc: 'The text as a JSON string, in quotes and with escapes.',
    examples: [{ sql: `JSON_QUOTE('a"b')`, result: JSON.stringify('"a\\"b"') }],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    nulls: 'strict',
    result: () => jsonType,
    fallible: true,
    body: { via: 'call', fn: quoted },
  },
  {
    name: 'JSON_UNQUOTE',
    category: 'JSON',
    doc: 'The text that a JSON string stands for; any other text as it is.',
    examples: [
      { sql: `JSON_UNQUOTE('"a\\"b"')`, result: JSON.stringify('a"b') },
      { sql: `JSON_UNQUOTE('[1]')`, result: '"[1]"' },
    ],
    parameters: [{ name: 'text', type: 'VARCHAR' }],
    nulls: 'strict',
    result: varchar,
    body: { via: 'call', fn: unquoted },
  },
];

/** Of the functions that make JSON, those that do with NULL what they don't by themselves: what the clause ON NULL asks for. No rows of the table. */
export const otherOnNull: ReadonlyMap<string, SqlFunction> = new Map(
  jsonMaking.flatMap((fn): [string, SqlFunction][] => {
    if (fn.name === 'JSON_OBJECT')
      return [[fn.name, { ...fn, body: { via: 'made', make: (types) => makeObject(types, 'absent') } }]];
    return fn.name === 'JSON_ARRAY'
      ? [[fn.name, { ...fn, body: { via: 'made', make: (types) => makeArray(types, 'null') } }]]
      : [];
  }),
);
