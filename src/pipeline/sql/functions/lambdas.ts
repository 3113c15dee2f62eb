/**
 * Functions of arrays and maps that take lambdas. A lambda is called with values and answers a value or null; it is TRUE
 * only where it answers true. Semantics are Trino's and Spark's, which agree where a row says nothing else.
 */
import { limits } from '../../../contracts/limits.ts';
import { budget, room } from '../../budget.ts';
import { sameType } from '../nodes.ts';
import { commonType, isApproximate, isInteger } from '../type-rules.ts';
import { type SqlType, type Typed, typeText } from '../types.ts';
import type { Long, Value } from '../values.ts';
import { arrayOf, commonOf, elementIn, mapKey, mapOf, orNull, sameAsFirst, valueIn } from './collection-types.ts';
import { checkLength, fail } from './fail.ts';
import type { Implementation, Parameter, SqlFunction } from './function.ts';
import { checkItems } from './items.ts';
import { type Entries, noKey } from './maps.ts';
import { boolean } from './results.ts';

type Item = Value | null;
type Items = readonly Item[];
type Lambda = (...args: readonly Item[]) => Item;

/** Calls of lambdas since the outermost function that takes one began; lambdas may stand inside of lambdas. */
const work = { depth: 0, calls: 0 };

/** Bytes of what a lambda answers where that is small, and of its place: a larger answer is counted when it is made. */
const bytesOfAnswer = 40;

/** A function that says how many calls of its lambda it will make, before it makes them; and whether it keeps their answers. */
const counted =
  (
    name: string,
    calls: (...args: Parameters<Implementation>) => number,
    run: Implementation,
    keeps = false,
  ): Implementation =>
  (...args) => {
    if (work.depth === 0) work.calls = 0;
    const more = calls(...args);
    if (keeps) room(bytesOfAnswer * more, name);
    work.calls += more;
    if (work.calls > limits.lambdaCallsMax)
      fail(`${name} calls lambdas over ${limits.lambdaCallsMax} times, those inside of each other included`);
    work.depth++;
    try {
      return run(...(keeps ? args : args.map(lettingGo)));
    } finally {
      work.depth--;
    }
  };

/** A lambda whose answers are let go of: what a call of it makes is made of the record no longer, unless the answer may hold it. */
const lettingGo = (arg: unknown): unknown =>
  typeof arg !== 'function'
    ? arg
    : (...args: readonly Item[]): Item => {
        const { left } = budget;
        const answer = (arg as Lambda)(...args);
        if (typeof answer !== 'object' || answer === null) budget.left = left;
        return answer;
      };

const ofItems = (name: string, run: (items: Items, lambda: Lambda) => Item, keeps = false): SqlFunction['body'] => ({
  via: 'call',
  fn: counted(name, (items: Items) => items.length, run, keeps),
});
const ofEntries = (
  name: string,
  run: (entries: Entries, lambda: Lambda) => Item,
  keeps = false,
): SqlFunction['body'] => ({
  via: 'call',
  fn: counted(name, (entries: Entries) => entries.size, run, keeps),
});

/** Whether any element's answer is `wanted`: NULL where none is, but one is not known. */
function some(items: Items, lambda: Lambda, wanted: boolean): boolean | null {
  let answer: boolean | null = false;
  for (const item of items) {
    const one = lambda(item);
    if (one === wanted) return true;
    if (one === null) answer = null;
  }
  return answer;
}

const not = (answer: boolean | null): boolean | null => (answer === null ? null : !answer);

function zip(a: Items, b: Items, lambda: Lambda): Items {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => lambda(a[i] ?? null, b[i] ?? null));
}

function transformKeys(entries: Entries, lambda: Lambda): Entries {
  const made = new Map<string, Item>();
  for (const [key, value] of entries) made.set((lambda(key, value) as string | null) ?? noKey('TRANSFORM_KEYS'), value);
  return made;
}

function transformValues(entries: Entries, lambda: Lambda): Entries {
  const made = new Map<string, Item>();
  for (const [key, value] of entries) made.set(key, lambda(key, value));
  return made;
}

function filterEntries(entries: Entries, lambda: Lambda): Entries {
  const left = new Map<string, Item>();
  for (const [key, value] of entries) if (lambda(key, value) === true) left.set(key, value);
  return left;
}

/** What REDUCE carries from element to element: the start, widened to a number's type that the elements have. */
function stateOf([array, start]: readonly Typed[]): Typed {
  const element = elementIn(array!).type;
  const isNumber = (type: SqlType): boolean => isInteger(type) || isApproximate(type);
  if (start!.type.kind === 'NULL') return orNull(elementIn(array!));
  if (!isNumber(start!.type) || !isNumber(element)) return orNull(start!);
  return orNull(commonOf([start!, elementIn(array!)])!);
}

function checkState(args: readonly Typed[]): string | undefined {
  const [state, step] = [stateOf(args), args[2]!];
  const common = commonType(state.type, step.type);
  if (common !== undefined && sameType(common, state.type)) return undefined;
  return `wants a lambda that makes ${typeText(state)}, and it makes ${typeText(orNull(step))}: CAST the start or what it makes`;
}

function makeReduce(types: readonly Typed[]): Implementation {
  const toDouble = isApproximate(stateOf(types).type) && isInteger(types[2]!.type);
  return counted(
    'REDUCE',
    (items: Items | null) => items?.length ?? 0,
    (items: Items | null, start: Item, lambda: Lambda | null, finish?: Lambda) => {
      // A start that is NULL without a type leaves the lambda without one, too.
      if (items === null || lambda === null) return null;
      let state = start;
      for (const item of items) {
        const next = lambda(state, item);
        state = toDouble && next !== null ? Number(next as Long) : next;
        checkSize(state);
      }
      return finish === undefined ? state : finish(state);
    },
  );
}

/** What each step makes longer, many steps would make huge. */
function checkSize(state: Item): void {
  if (typeof state === 'string' || Buffer.isBuffer(state)) checkLength(state.length, 'REDUCE');
  else if (Array.isArray(state)) checkItems(state.length, 'REDUCE');
}

const array: Parameter = { name: 'array', type: 'ARRAY' };
const map: Parameter = { name: 'map', type: 'MAP' };
const ofElement = ([given]: readonly Typed[]): readonly Typed[] => [elementIn(given!)];
const ofEntry = ([given]: readonly Typed[]): readonly Typed[] => [mapKey, valueIn(given!)];

const truth =
  (lambdaAt: number) =>
  (args: readonly Typed[]): string | undefined => {
    const made = args[lambdaAt]!;
    return ['BOOLEAN', 'NULL'].includes(made.type.kind)
      ? undefined
      : `wants a lambda that makes BOOLEAN, not ${typeText(made)}`;
  };

const base = { category: 'arrays and maps', nulls: 'strict', fallible: true } as const;
const ofArray = { ...base, parameters: [array, { name: 'x', type: 'LAMBDA', of: ofElement }] } as const;
const ofMap = { ...base, parameters: [map, { name: '(k, v)', type: 'LAMBDA', of: ofEntry }] } as const;

const matching = (
  name: string,
  doc: string,
  example: SqlFunction['examples'],
  run: (items: Items, lambda: Lambda) => boolean | null,
): SqlFunction => ({
  ...ofArray,
  name,
  doc: `${doc} NULL where the elements of which the lambda makes NULL would decide.`,
  examples: example,
  nullable: true,
  check: truth(1),
  result: boolean,
  body: ofItems(name, run),
});

const reduce = (name: 'REDUCE' | 'AGGREGATE'): SqlFunction => ({
  ...base,
  name,
  doc: `${name === 'AGGREGATE' ? 'The same as REDUCE: what' : 'What'} a lambda makes of a start and the first element, then of that and the second, and so on to the last; at the end what another lambda, if there is one, makes of it. The lambda makes what the start is; a number is widened to the type of the elements, and a start that is NULL needs a CAST to say what it is. NULL of a NULL array.`,
  examples: [
    { sql: `${name}(ARRAY[1, 2, 3], 0, (a, x) -> a + x)`, result: '6' },
    { sql: `${name}(ARRAY['a', 'b'], '', (a, x) -> a || x, a -> UPPER(a))`, result: '"AB"' },
  ],
  parameters: [
    array,
    { name: 'start', type: 'ANY' },
    { name: '(a, x)', type: 'LAMBDA', of: (before) => [stateOf(before), elementIn(before[0]!)] },
    { name: 'a', type: 'LAMBDA', of: (before) => [stateOf(before)] },
  ],
  optional: 1,
  nulls: 'own',
  nullable: true,
  check: checkState,
  casts: (args) => [undefined, stateOf(args).type],
  result: (args) => (args[3] ?? stateOf(args)).type,
  body: { via: 'made', make: makeReduce },
});

export const lambdas: readonly SqlFunction[] = [
  {
    ...ofArray,
    name: 'TRANSFORM',
    doc: 'What a lambda makes of each element.',
    examples: [{ sql: 'TRANSFORM(ARRAY[1, 2, NULL], x -> x * 10)', result: '[10,20,null]' }],
    result: ([, made]) => arrayOf(made!),
    body: ofItems('TRANSFORM', (items, lambda) => items.map((item) => lambda(item)), true),
  },
  {
    ...ofArray,
    name: 'FILTER',
    doc: 'The elements of which a lambda is TRUE.',
    examples: [{ sql: 'FILTER(ARRAY[1, NULL, 3], x -> x > 1)', result: '[3]' }],
    check: truth(1),
    result: sameAsFirst,
    body: ofItems('FILTER', (items, lambda) => items.filter((item) => lambda(item) === true)),
  },
  reduce('REDUCE'),
  reduce('AGGREGATE'),
  matching(
    'ANY_MATCH',
    'Whether a lambda is TRUE of an element; FALSE of an empty array.',
    [
      { sql: 'ANY_MATCH(ARRAY[1, 2], x -> x > 1)', result: 'true' },
      { sql: 'ANY_MATCH(ARRAY[1, NULL], x -> x > 1)', result: 'null' },
    ],
    (items, lambda) => some(items, lambda, true),
  ),
  matching(
    'ALL_MATCH',
    'Whether a lambda is TRUE of all elements; TRUE of an empty array.',
    [
      { sql: 'ALL_MATCH(ARRAY[1, 2], x -> x > 1)', result: 'false' },
      { sql: 'ALL_MATCH(ARRAY[2, NULL], x -> x > 1)', result: 'null' },
    ],
    (items, lambda) => not(some(items, lambda, false)),
  ),
  matching(
    'NONE_MATCH',
    'Whether a lambda is FALSE of all elements; TRUE of an empty array.',
    [
      { sql: 'NONE_MATCH(ARRAY[1, 2], x -> x > 2)', result: 'true' },
      { sql: 'NONE_MATCH(ARRAY[1, NULL], x -> x > 1)', result: 'null' },
    ],
    (items, lambda) => not(some(items, lambda, true)),
  ),
  {
    ...base,
    name: 'ZIP_WITH',
    doc: 'What a lambda makes of the elements of two arrays at the same positions; the shorter array goes on with NULLs.',
    examples: [
      { sql: "ZIP_WITH(ARRAY['a', 'b'], ARRAY[1, 2], (x, y) -> x || CAST(y AS VARCHAR))", result: '["a1","b2"]' },
    ],
    parameters: [
      array,
      { name: 'other', type: 'ARRAY' },
      { name: '(x, y)', type: 'LAMBDA', of: (before) => before.map((given) => orNull(elementIn(given))) },
    ],
    result: ([, , made]) => arrayOf(made!),
    body: { via: 'call', fn: counted('ZIP_WITH', (a: Items, b: Items) => Math.max(a.length, b.length), zip, true) },
  },
  {
    ...ofMap,
    name: 'TRANSFORM_VALUES',
    doc: 'The map with what a lambda makes of each key and value as the value.',
    examples: [{ sql: "TRANSFORM_VALUES(MAP['a', 1, 'b', 2], (k, v) -> v * 10)", result: '{"a":10,"b":20}' }],
    result: ([, made]) => mapOf(made!),
    body: ofEntries('TRANSFORM_VALUES', transformValues, true),
  },
  {
    ...ofMap,
    name: 'TRANSFORM_KEYS',
    doc: 'The map with what a lambda makes of each key and value, a VARCHAR, as the key. A key that comes twice has its last value; NULL is an error of the record.',
    examples: [{ sql: "TRANSFORM_KEYS(MAP['a', 1, 'b', 2], (k, v) -> UPPER(k))", result: '{"A":1,"B":2}' }],
    check: ([, made]) =>
      made!.type.kind === 'VARCHAR' ? undefined : `wants a lambda that makes VARCHAR, not ${typeText(made!)}`,
    result: sameAsFirst,
    body: ofEntries('TRANSFORM_KEYS', transformKeys, true),
  },
  {
    ...ofMap,
    name: 'MAP_FILTER',
    doc: 'The entries of which a lambda is TRUE.',
    examples: [{ sql: "MAP_FILTER(MAP['a', 1, 'b', 2], (k, v) -> v > 1)", result: '{"b":2}' }],
    check: truth(1),
    result: sameAsFirst,
    body: ofEntries('MAP_FILTER', filterEntries),
  },
];
