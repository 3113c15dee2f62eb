/**
 * Functions of arrays, and those of arrays or maps alike. What takes lambdas is in lambdas.ts. Elements are the same, and
 * in order, as equality.ts has it: NULL is the same as NULL. Semantics are Flink SQL's where it has the function, else
 * Trino's or Spark's, as the row says.
 */
import { limits } from '../../../contracts/limits.ts';
import { isApproximate, isInteger, isNumeric, precisionMax } from '../type-rules.ts';
import { decimal, notNull, nullable, plain, type SqlType, type Typed, typeText } from '../types.ts';
import { type Long, narrow } from '../values.ts';
import {
  alike,
  arrayOf,
  castTo,
  commonOf,
  elementIn,
  isCollection,
  orderedElements,
  sameAsFirst,
  valueIn,
} from './collection-types.ts';
import { equalValues } from './equality.ts';
import { fail } from './fail.ts';
import type { Implementation, Parameter, SqlFunction } from './function.ts';
import {
  concat,
  distinct,
  element,
  elementAt,
  extreme,
  flatten,
  type Item,
  type Items,
  join,
  overlap,
  positionOf,
  sequence,
  sifted,
  slice,
  sort,
} from './items.ts';
import { boolean, int, varchar } from './results.ts';

/** ELEMENT_AT's second argument: a position in an array, a key of a map. */
function isPlace([given, place]: readonly Typed[]): string | undefined {
  const { type } = place!;
  const fits = given!.type.kind === 'MAP' ? type.kind === 'VARCHAR' : isInteger(type);
  if (fits || type.kind === 'NULL' || given!.type.kind === 'NULL') return undefined;
  return `wants ${given!.type.kind === 'MAP' ? 'a VARCHAR key' : 'an integer position'}, not ${typeText(place!)}`;
}

const array: Parameter = { name: 'array', type: 'ARRAY' };
const other: Parameter = { name: 'other', type: 'ARRAY' };
const item: Parameter = { name: 'element', type: 'ANY' };
const collection: Parameter = { name: 'collection', type: 'ANY' };
const base = { category: 'arrays and maps', nulls: 'strict', parameters: [array], result: sameAsFirst } as const;

/** What takes several arrays whose elements are brought to one type. */
const together = {
  check: alike((args) => args.map(elementIn)),
  casts: (args: readonly Typed[]) => {
    const common = arrayOf(commonOf(args.map(elementIn))!);
    return args.map(({ type }) => castTo(common, type));
  },
} as const;

/** What takes an array and something to be compared with its elements, or to be among them. */
const withItem = {
  check: alike((args) => [elementIn(args[0]!), args[1]!]),
  casts: ([given, one]: readonly Typed[]) => {
    const common = commonOf([elementIn(given!), one!])!;
    return [castTo(arrayOf(common), given!.type), castTo(common.type, one!.type)];
  },
} as const;

const ofCommon = (args: readonly Typed[]): SqlType => arrayOf(commonOf(args.map(elementIn))!);
const ofCommonItem = ([given, one]: readonly Typed[]): SqlType => arrayOf(commonOf([elementIn(given!), one!])!);
const ofElement = ([given]: readonly Typed[]): SqlType => elementIn(given!).type;

/** The sum's type: BIGINT of integers, DOUBLE of floating numbers, the widest DECIMAL of decimals. */
function sumOf([given]: readonly Typed[]): SqlType {
  const { type } = elementIn(given!);
  if (type.kind === 'DECIMAL') return decimal(precisionMax, type.scale);
  return plain(isApproximate(type) ? 'DOUBLE' : 'BIGINT');
}

function makeSum(types: readonly Typed[]): Implementation {
  if (sumOf(types).kind === 'DOUBLE')
    return (items: readonly (number | null)[]) => items.reduce<number>((sum, item) => sum + (item ?? 0), 0);
  const most = sumOf(types).kind === 'DECIMAL' ? 10n ** BigInt(precisionMax) : 2n ** 63n;
  return (items: readonly (Long | null)[]) => {
    let sum = 0n;
    for (const item of items) sum += BigInt(item ?? 0);
    return sum < most && sum >= -most ? narrow(sum) : fail('ARRAY_SUM is beyond its type');
  };
}

export const arrays: readonly SqlFunction[] = [
  {
    ...base,
    name: 'CARDINALITY',
    doc: 'How many elements an array has, or entries a map.',
    examples: [
      { sql: "CARDINALITY(ARRAY['a', NULL])", result: '2' },
      { sql: "CARDINALITY(MAP['a', 1])", result: '1' },
    ],
    parameters: [collection],
    check: isCollection,
    result: int,
    body: {
      via: 'call',
      fn: (given: Items | ReadonlyMap<string, Item>) => (given instanceof Map ? given.size : (given as Items).length),
    },
  },
  {
    ...base,
    name: 'ELEMENT',
    doc: 'The only element of an array; NULL of an empty one. More elements are an error of the record.',
    examples: [{ sql: "ELEMENT(ARRAY['a'])", result: '"a"' }],
    nullable: true,
    fallible: true,
    result: ofElement,
    body: { via: 'call', fn: element },
  },
  {
    ...base,
    name: 'ELEMENT_AT',
    doc: "An array's element at a position (the first is 1, the last -1), or a map's value of a key; NULL where there is none. Position 0 is an error of the record.",
    examples: [
      { sql: "ELEMENT_AT(ARRAY['a', 'b', 'c'], -1)", result: '"c"' },
      { sql: "ELEMENT_AT(ARRAY['a'], 2)", result: 'null' },
      { sql: "ELEMENT_AT(MAP['a', 1], 'a')", result: '1' },
    ],
    parameters: [collection, { name: 'position_or_key', type: 'ANY' }],
    check: (args) => isCollection(args) ?? isPlace(args),
    nullable: true,
    fallible: true,
    result: ([given]) => (given!.type.kind === 'MAP' ? valueIn(given!) : elementIn(given!)).type,
    body: { via: 'call', fn: elementAt },
  },
  {
    ...base,
    ...withItem,
    name: 'ARRAY_CONTAINS',
    doc: 'Whether an element is in an array; NULL is in one that holds NULL. NULL of a NULL array.',
    examples: [
      { sql: "ARRAY_CONTAINS(ARRAY['a', 'b'], 'b')", result: 'true' },
      { sql: 'ARRAY_CONTAINS(ARRAY[1, NULL], 2)', result: 'false' },
    ],
    parameters: [array, item],
    nulls: 'own',
    result: boolean,
    body: {
      via: 'call',
      fn: (items: Items | null, one: Item) => (items === null ? null : positionOf(items, one) >= 0),
    },
  },
  {
    ...base,
    ...withItem,
    name: 'ARRAY_POSITION',
    doc: 'The position of the first such element, from 1; 0 where there is none.',
    examples: [
      { sql: "ARRAY_POSITION(ARRAY['a', 'b', 'b'], 'b')", result: '2' },
      { sql: "ARRAY_POSITION(ARRAY['a'], 'c')", result: '0' },
    ],
    parameters: [array, item],
    result: int,
    body: { via: 'call', fn: (items: Items, one: Item) => positionOf(items, one) + 1 },
  },
  {
    ...base,
    ...withItem,
    name: 'ARRAY_APPEND',
    doc: 'The array with an element, which may be NULL, at its end; NULL of a NULL array.',
    examples: [{ sql: 'ARRAY_APPEND(ARRAY[1, 2], 3)', result: '[1,2,3]' }],
    parameters: [array, item],
    nulls: 'own',
    fallible: true,
    result: ofCommonItem,
    body: { via: 'call', fn: (items: Items | null, one: Item) => (items === null ? null : concat(items, [one])) },
  },
  {
    ...base,
    ...withItem,
    name: 'ARRAY_PREPEND',
    doc: 'The array with an element, which may be NULL, at its beginning; NULL of a NULL array.',
    examples: [{ sql: 'ARRAY_PREPEND(ARRAY[1, 2], 0)', result: '[0,1,2]' }],
    parameters: [array, item],
    nulls: 'own',
    fallible: true,
    result: ofCommonItem,
    body: { via: 'call', fn: (items: Items | null, one: Item) => (items === null ? null : concat([one], items)) },
  },
  {
    ...base,
    ...together,
    name: 'ARRAY_CONCAT',
    doc: 'The elements of all arrays, one array after the other.',
    examples: [{ sql: 'ARRAY_CONCAT(ARRAY[1, 2], ARRAY[2], ARRAY[3])', result: '[1,2,2,3]' }],
    variadic: true,
    fallible: true,
    result: ofCommon,
    body: { via: 'call', fn: concat },
  },
  {
    ...base,
    ...withItem,
    name: 'ARRAY_REMOVE',
    doc: 'The array without the elements that are the same as the given one, which may be NULL; NULL of a NULL array.',
    examples: [
      { sql: 'ARRAY_REMOVE(ARRAY[1, 2, 1], 1)', result: '[2]' },
      { sql: 'ARRAY_REMOVE(ARRAY[1, NULL], NULL)', result: '[1]' },
    ],
    parameters: [array, item],
    nulls: 'own',
    result: ofCommonItem,
    body: {
      via: 'call',
      fn: (items: Items | null, one: Item) => items?.filter((each) => !equalValues(each, one)) ?? null,
    },
  },
  {
    ...base,
    name: 'ARRAY_DISTINCT',
    doc: 'Each element once, where it stands first.',
    examples: [{ sql: 'ARRAY_DISTINCT(ARRAY[2, 1, NULL, 2, NULL])', result: '[2,1,null]' }],
    body: { via: 'call', fn: distinct },
  },
  {
    ...base,
    name: 'ARRAY_REVERSE',
    doc: 'The elements from the last to the first.',
    examples: [{ sql: 'ARRAY_REVERSE(ARRAY[1, 2, NULL])', result: '[null,2,1]' }],
    body: { via: 'call', fn: (items: Items) => items.toReversed() },
  },
  {
    ...base,
    name: 'ARRAY_SLICE',
    doc: 'The elements from one position to another, which is included, or to the end. Positions are from 1 (0 is 1), negative ones from the end: -1 is the last. An empty array where there are none.',
    examples: [
      { sql: "ARRAY_SLICE(ARRAY['a', 'b', 'c', 'd'], 2, 3)", result: '["b","c"]' },
      { sql: "ARRAY_SLICE(ARRAY['a', 'b', 'c', 'd'], -2)", result: '["c","d"]' },
    ],
    parameters: [array, { name: 'from', type: 'INT' }, { name: 'to', type: 'INT' }],
    optional: 1,
    body: { via: 'call', fn: slice },
  },
  {
    ...base,
    name: 'ARRAY_SORT',
    doc: 'The elements in order: ascending unless it is said otherwise, NULLs first where it is ascending, else last, unless that is said otherwise. Texts are ordered by code point, NaN stands above all numbers.',
    examples: [
      { sql: 'ARRAY_SORT(ARRAY[3, NULL, 1])', result: '[null,1,3]' },
      { sql: 'ARRAY_SORT(ARRAY[3, NULL, 1], FALSE)', result: '[3,1,null]' },
      { sql: 'ARRAY_SORT(ARRAY[3, NULL, 1], TRUE, FALSE)', result: '[1,3,null]' },
    ],
    parameters: [array, { name: 'ascending', type: 'BOOLEAN' }, { name: 'nulls_first', type: 'BOOLEAN' }],
    optional: 2,
    check: orderedElements,
    body: { via: 'call', fn: sort },
  },
  {
    ...base,
    name: 'ARRAY_MAX',
    doc: 'The last element in order that is not NULL; NULL where there is none.',
    examples: [{ sql: 'ARRAY_MAX(ARRAY[1, NULL, 3])', result: '3' }],
    check: orderedElements,
    nullable: true,
    result: ofElement,
    body: { via: 'call', fn: extreme(1) },
  },
  {
    ...base,
    name: 'ARRAY_MIN',
    doc: 'The first element in order that is not NULL; NULL where there is none.',
    examples: [{ sql: 'ARRAY_MIN(ARRAY[1, NULL, 3])', result: '1' }],
    check: orderedElements,
    nullable: true,
    result: ofElement,
    body: { via: 'call', fn: extreme(-1) },
  },
  {
    ...base,
    name: 'ARRAY_SUM',
    doc: "The sum of an array's numbers without NULLs, 0 of none: BIGINT of integers, DOUBLE of floating numbers, DECIMAL of decimals. A sum beyond its type is an error of the record. As Presto has it.",
    examples: [
      { sql: 'ARRAY_SUM(ARRAY[1, NULL, 3])', result: '4' },
      { sql: 'ARRAY_SUM(ARRAY[1.50, 2.25])', result: '3.75' },
    ],
    check: ([given]) => {
      const { type } = elementIn(given!);
      return isNumeric(type) || type.kind === 'NULL' ? undefined : `wants numbers, not ${type.kind}`;
    },
    fallible: true,
    result: sumOf,
    body: { via: 'made', make: makeSum },
  },
  {
    ...base,
    name: 'ARRAY_JOIN',
    doc: 'The elements as one text, with a separator between any two. Elements that are no text are cast to VARCHAR; NULLs are left out, or stand as the third argument says.',
    examples: [
      { sql: "ARRAY_JOIN(ARRAY['a', NULL, 'b'], ', ')", result: '"a, b"' },
      { sql: "ARRAY_JOIN(ARRAY['a', NULL, 'b'], ', ', '-')", result: '"a, -, b"' },
    ],
    parameters: [array, { name: 'separator', type: 'VARCHAR' }, { name: 'null_text', type: 'VARCHAR' }],
    optional: 1,
    casts: ([given]) => [castTo(arrayOf(nullable(plain('VARCHAR'))), given!.type)],
    fallible: true,
    result: varchar,
    body: { via: 'call', fn: join },
  },
  {
    ...base,
    ...together,
    name: 'ARRAY_UNION',
    doc: 'Each element that is in one of the arrays, once.',
    examples: [{ sql: 'ARRAY_UNION(ARRAY[2, 1, 2], ARRAY[3, 1])', result: '[2,1,3]' }],
    parameters: [array, other],
    fallible: true,
    result: ofCommon,
    body: { via: 'call', fn: (a: Items, b: Items) => distinct(concat(a, b)) },
  },
  {
    ...base,
    ...together,
    name: 'ARRAY_INTERSECT',
    doc: 'Each element that is in both arrays, once, in the order of the first.',
    examples: [{ sql: 'ARRAY_INTERSECT(ARRAY[2, 1, 2], ARRAY[1, 2, 3])', result: '[2,1]' }],
    parameters: [array, other],
    result: ofCommon,
    body: { via: 'call', fn: (a: Items, b: Items) => sifted(a, b, true) },
  },
  {
    ...base,
    ...together,
    name: 'ARRAY_EXCEPT',
    doc: 'Each element of the first array that is not in the second, once.',
    examples: [{ sql: 'ARRAY_EXCEPT(ARRAY[2, 1, 2], ARRAY[1])', result: '[2]' }],
    parameters: [array, other],
    result: ofCommon,
    body: { via: 'call', fn: (a: Items, b: Items) => sifted(a, b, false) },
  },
  {
    ...base,
    ...together,
    name: 'ARRAYS_OVERLAP',
    doc: 'Whether an element other than NULL is in both arrays; where none is, both have elements and one of them holds NULL, that is not known: NULL. As Spark has it.',
    examples: [
      { sql: 'ARRAYS_OVERLAP(ARRAY[1, 2], ARRAY[2, 3])', result: 'true' },
      { sql: 'ARRAYS_OVERLAP(ARRAY[1, NULL], ARRAY[2])', result: 'null' },
    ],
    parameters: [array, other],
    nullable: true,
    result: boolean,
    body: { via: 'call', fn: overlap },
  },
  {
    ...base,
    name: 'FLATTEN',
    doc: 'The elements of the arrays that are in an array; those that are NULL add none. As Trino has it.',
    examples: [{ sql: 'FLATTEN(ARRAY[ARRAY[1, 2], NULL, ARRAY[3]])', result: '[1,2,3]' }],
    parameters: [{ name: 'arrays', type: 'ARRAY' }],
    check: ([given]) => {
      const { kind } = elementIn(given!).type;
      return kind === 'ARRAY' || kind === 'NULL' ? undefined : `wants an array of arrays, not of ${kind}`;
    },
    fallible: true,
    result: ([given]) => arrayOf(elementIn(elementIn(given!))),
    body: { via: 'call', fn: flatten },
  },
  {
    ...base,
    name: 'SEQUENCE',
    doc: `The whole numbers from one to another, which is included where a step meets it. Steps are of 1, or -1 where the second is smaller, or as the third argument says. A step of 0 or the wrong way, and over ${limits.sequenceItemsMax} numbers, are errors of the record. As Trino has it.`,
    examples: [
      { sql: 'SEQUENCE(1, 4)', result: '[1,2,3,4]' },
      { sql: 'SEQUENCE(10, 0, -5)', result: '[10,5,0]' },
    ],
    parameters: [
      { name: 'from', type: 'BIGINT' },
      { name: 'to', type: 'BIGINT' },
      { name: 'step', type: 'BIGINT' },
    ],
    optional: 1,
    fallible: true,
    result: () => arrayOf(notNull(plain('BIGINT'))),
    body: { via: 'call', fn: sequence },
  },
];
