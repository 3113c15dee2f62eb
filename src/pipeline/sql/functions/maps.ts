/**
 * Functions of maps, whose keys are VARCHAR and never NULL. A key that comes twice has its last value. What takes lambdas
 * is in lambdas.ts; CARDINALITY and ELEMENT_AT, which take arrays too, in arrays.ts.
 */
import { notNull, nullable, plain, type SqlType, type Typed, typeText } from '../types.ts';
import type { Value } from '../values.ts';
import { splitText } from './characters.ts';
import { alike, arrayOf, castTo, commonOf, elementIn, mapKey, mapOf, valueIn } from './collection-types.ts';
import { fail } from './fail.ts';
import type { Parameter, SqlFunction } from './function.ts';
import { boolean } from './results.ts';

type Item = Value | null;
export type Entries = ReadonlyMap<string, Item>;

function fromArrays(keys: readonly (string | null)[], values: readonly Item[]): Entries {
  if (keys.length !== values.length) return fail(`MAP_FROM_ARRAYS of ${keys.length} keys and ${values.length} values`);
  const entries = new Map<string, Item>();
  for (const [i, key] of keys.entries()) entries.set(key ?? noKey('MAP_FROM_ARRAYS'), values[i]!);
  return entries;
}

function fromEntries(rows: readonly (readonly Item[] | null)[]): Entries {
  const entries = new Map<string, Item>();
  for (const row of rows) {
    if (row === null) return fail('MAP_FROM_ENTRIES: an entry is NULL');
    entries.set((row[0] as string | null) ?? noKey('MAP_FROM_ENTRIES'), row[1]!);
  }
  return entries;
}

export const noKey = (name: string): never => fail(`${name}: a key is NULL`);

function union(...maps: readonly Entries[]): Entries {
  const all = new Map<string, Item>();
  for (const map of maps) for (const [key, value] of map) all.set(key, value);
  return all;
}

/** Pieces that are empty are no entries; a piece without the second separator is a key without a value. */
function fromText(text: string, between = ',', after = '='): Entries {
  const entries = new Map<string, Item>();
  for (const piece of between === '' ? [text] : splitText(text, between, 'STR_TO_MAP')) {
    if (piece === '') continue;
    const at = after === '' ? -1 : piece.indexOf(after);
    if (at < 0) entries.set(piece, null);
    else entries.set(piece.slice(0, at), piece.slice(at + after.length));
  }
  return entries;
}

const entryOf = (value: Typed): Typed =>
  notNull({
    kind: 'ROW',
    fields: [
      { name: 'key', type: mapKey },
      { name: 'value', type: value },
    ],
  });

/** The fields of an array's rows, where they are two of which the first is VARCHAR. */
function pairIn(array: Typed): readonly [Typed, Typed] | undefined {
  const { type } = elementIn(array);
  if (type.kind !== 'ROW' || type.fields.length !== 2) return undefined;
  const [key, value] = type.fields.map((f) => f.type);
  return key!.type.kind === 'VARCHAR' ? [key!, value!] : undefined;
}

function textKeys([keys]: readonly Typed[]): string | undefined {
  const element = elementIn(keys!);
  return ['VARCHAR', 'NULL'].includes(element.type.kind) ? undefined : `wants VARCHAR keys, not ${typeText(element)}`;
}

const ofValues = (args: readonly Typed[]): SqlType => mapOf(commonOf(args.map(valueIn))!);
const map: Parameter = { name: 'map', type: 'MAP' };
const base = { category: 'arrays and maps', nulls: 'strict', parameters: [map] } as const;

export const maps: readonly SqlFunction[] = [
  {
    ...base,
    name: 'MAP_KEYS',
    doc: 'The keys of a map, in its order.',
    examples: [{ sql: "MAP_KEYS(MAP['a', 1, 'b', 2])", result: '["a","b"]' }],
    result: () => arrayOf(mapKey),
    body: { via: 'call', fn: (entries: Entries) => [...entries.keys()] },
  },
  {
    ...base,
    name: 'MAP_VALUES',
    doc: "A map's values, in its order.",
    examples: [{ sql: "MAP_VALUES(MAP['a', 1, 'b', 2])", result: '[1,2]' }],
    result: ([given]) => arrayOf(valueIn(given!)),
    body: { via: 'call', fn: (entries: Entries) => [...entries.values()] },
  },
  {
    ...base,
    name: 'MAP_ENTRIES',
    doc: 'The entries of a map, in its order, as rows of key and value.',
    examples: [{ sql: "MAP_ENTRIES(MAP['a', 1])", result: '[{"key":"a","value":1}]' }],
    result: ([given]) => arrayOf(entryOf(valueIn(given!))),
    body: { via: 'call', fn: (entries: Entries) => [...entries] },
  },
  {
    ...base,
    name: 'MAP_FROM_ARRAYS',
    doc: 'The map of keys and of values at the same positions. A key that comes twice has its last value. Arrays of different lengths, or a key that is NULL, are errors of the record.',
    examples: [{ sql: "MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[1, NULL])", result: '{"a":1,"b":null}' }],
    parameters: [
      { name: 'keys', type: 'ARRAY' },
      { name: 'values', type: 'ARRAY' },
    ],
    check: textKeys,
    fallible: true,
    result: ([, values]) => mapOf(elementIn(values!)),
    body: { via: 'call', fn: fromArrays },
  },
  {
    ...base,
    name: 'MAP_FROM_ENTRIES',
    doc: 'The map of an array of rows of two fields, key and value. A key that comes twice has its last value. An entry or key that is NULL is an error of the record. As Spark has it.',
    examples: [{ sql: "MAP_FROM_ENTRIES(ARRAY[ROW('a', 1), ROW('b', 2)])", result: '{"a":1,"b":2}' }],
    parameters: [{ name: 'entries', type: 'ARRAY' }],
    check: ([entries]) =>
      pairIn(entries!) === undefined ? 'wants an array of rows of a VARCHAR key and a value' : undefined,
    fallible: true,
    result: ([entries]) => mapOf(pairIn(entries!)![1]),
    body: { via: 'call', fn: fromEntries },
  },
  {
    ...base,
    name: 'MAP_UNION',
    doc: 'The entries of all maps; a key that is in several has the value of the last of them.',
    examples: [{ sql: "MAP_UNION(MAP['a', 1, 'b', 2], MAP['b', 3])", result: '{"a":1,"b":3}' }],
    variadic: true,
    check: alike((args) => args.map(valueIn)),
    casts: (args) => args.map(({ type }) => castTo(ofValues(args), type)),
    result: ofValues,
    body: { via: 'call', fn: union },
  },
  {
    ...base,
    name: 'MAP_CONTAINS_KEY',
    doc: 'Whether a map has the key.',
    examples: [
      { sql: "MAP_CONTAINS_KEY(MAP['a', NULL], 'a')", result: 'true' },
      { sql: "MAP_CONTAINS_KEY(MAP['a', NULL], 'b')", result: 'false' },
    ],
    parameters: [map, { name: 'key', type: 'VARCHAR' }],
    result: boolean,
    body: { via: 'call', fn: (entries: Entries, key: string) => entries.has(key) },
  },
  {
    ...base,
    name: 'STR_TO_MAP',
    doc: 'The map of a text of entries: a comma between two entries, an equals sign after a key, or what the arguments say, as plain text (in Flink: regular expressions). A key ends at the first such sign; without one it has no value (NULL). Empty entries are left out, and a key that comes twice has its last value.',
    examples: [
      { sql: "STR_TO_MAP('a=1,b,c=x=y')", result: '{"a":"1","b":null,"c":"x=y"}' },
      { sql: "STR_TO_MAP('a:1; b:2', '; ', ':')", result: '{"a":"1","b":"2"}' },
    ],
    parameters: [
      { name: 'text', type: 'VARCHAR' },
      { name: 'between', type: 'VARCHAR' },
      { name: 'after_key', type: 'VARCHAR' },
    ],
    optional: 2,
    result: () => mapOf(nullable(plain('VARCHAR'))),
    body: { via: 'call', fn: fromText },
  },
];
