/** Functions of arrays, maps and lambdas: on values, and compiled over the columns of a record. */
import assert from 'node:assert/strict';
import test from 'node:test';
import avsc from 'avsc';
import fc from 'fast-check';
import { limits } from '../../../../src/contracts/limits.ts';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { collections } from '../../../../src/pipeline/sql/functions/collections.ts';
import { decimal, notNull, nullable, plain, type SqlType } from '../../../../src/pipeline/sql/types.ts';
import type { Value } from '../../../../src/pipeline/sql/values.ts';
import { kernelOf, runOnce } from '../support.ts';
import { callsOf } from './call.ts';

const { call, row } = callsOf(collections);
const arrayOf = (type: SqlType): SqlType => ({ kind: 'ARRAY', element: nullable(type) });

const schema = JSON.stringify({
  type: 'record',
  name: 'T',
  fields: [
    { name: 'ints', type: { type: 'array', items: ['null', 'int'] } },
    { name: 'longs', type: { type: 'array', items: 'long' } },
    { name: 'texts', type: ['null', { type: 'array', items: 'string' }] },
    { name: 'm', type: { type: 'map', values: ['null', 'long'] } },
    { name: 'i', type: ['null', 'int'] },
    { name: 's', type: 'string' },
  ],
});
const value = {
  ints: [3, null, 1, 3],
  longs: [1, 9007199254740000, 5],
  texts: ['b', 'a'],
  m: { x: 1, y: null },
  i: 3,
  s: 'a',
};
const body = (changed: Partial<typeof value> | { i?: null; texts?: null } = {}): Buffer =>
  avsc.Type.forSchema(JSON.parse(schema)).toBuffer({ ...value, ...changed });

const select = (sql: string, src = body()): unknown => {
  const text = runOnce(kernelOf(`SELECT ${sql} AS v FROM t`, schema), src);
  return (JSON.parse(text!) as { v: unknown }).v;
};

test('functions of arrays and maps read columns, elements that are NULL included', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['CARDINALITY(ints)', 4],
    ['CARDINALITY(m)', 2],
    ['ARRAY_CONTAINS(ints, NULL)', true],
    ['ARRAY_CONTAINS(ints, i)', true],
    ['ARRAY_CONTAINS(longs, i)', false],
    ['ARRAY_CONTAINS(longs, 9007199254740000)', true],
    ['ARRAY_CONTAINS(ints, 1.0)', true],
    ['ARRAY_CONTAINS(ints, 1.5)', false],
    ['ARRAY_POSITION(ints, i)', 1],
    ['ARRAY_CONCAT(ints, longs)', [3, null, 1, 3, 1, 9007199254740000, 5]],
    ['ARRAY_APPEND(ints, 0.5)', [3, null, 1, 3, 0.5]],
    ['ARRAY_EXCEPT(ints, longs)', [3, null]],
    ['ARRAY_JOIN(ints, s)', '3a1a3'],
    ['ARRAY_JOIN(ARRAY_SORT(texts), s)', 'aab'],
    ['ARRAY_SUM(longs)', 9007199254740006],
    ['ARRAY_MAX(texts)', 'b'],
    ['ELEMENT_AT(m, s)', null],
    ["ELEMENT_AT(m, 'x')", 1],
    ['ELEMENT_AT(longs, i)', 5],
    [
      'MAP_ENTRIES(m)',
      [
        { key: 'x', value: 1 },
        { key: 'y', value: null },
      ],
    ],
    ["MAP_UNION(m, MAP['y', 2])", { x: 1, y: 2 }],
    ['MAP_FROM_ARRAYS(texts, ARRAY[i, 4])', { b: 3, a: 4 }],
    ['TRANSFORM(ints, x -> x + i)', [6, null, 4, 6]],
    [
      'TRANSFORM(ints, x -> TRANSFORM(longs, y -> x * 10 + y % 10))',
      [
        [31, 30, 35],
        [null, null, null],
        [11, 10, 15],
        [31, 30, 35],
      ],
    ],
    ['FILTER(ints, x -> x = i)', [3, 3]],
    ['FILTER(texts, x -> x <> s)', ['b']],
    ['REDUCE(longs, 0, (a, x) -> a + x)', 9007199254740006],
    ['REDUCE(ints, 0.5E0, (a, x) -> a + COALESCE(x, 0))', 7.5],
    ['REDUCE(texts, s, (a, x) -> a || x)', 'aba'],
    ['REDUCE(ints, i, (a, x) -> COALESCE(x, a))', 3],
    ['TRANSFORM_VALUES(m, (k, v) -> COALESCE(v, i))', { x: 1, y: 3 }],
    ['TRANSFORM_KEYS(m, (k, v) -> k || s)', { xa: 1, ya: null }],
    ['MAP_FILTER(m, (k, v) -> v IS NULL)', { y: null }],
    ['ANY_MATCH(ints, x -> x > i)', null],
    ['ALL_MATCH(texts, x -> x >= s)', true],
    ['ZIP_WITH(texts, ints, (t, x) -> t || CAST(x AS VARCHAR))', ['b3', null, null, null]],
    ["STR_TO_MAP('k=' || s)", { k: 'a' }],
    ['SEQUENCE(1, i)', [1, 2, 3]],
    ['FLATTEN(ARRAY[longs, ARRAY[i]])', [1, 9007199254740000, 5, 3]],
    ['ARRAYS_OVERLAP(ints, longs)', true],
  ];
  for (const [sql, expected] of cases) assert.deepEqual(select(sql), expected, sql);
});

test('a NULL array makes NULL of every function, its lambda not called', () => {
  const calls = [
    'CARDINALITY(texts)',
    "ARRAY_CONTAINS(texts, 'a')",
    'ARRAY_APPEND(texts, NULL)',
    'ARRAY_REMOVE(texts, s)',
  ];
  calls.push("REDUCE(texts, '', (a, x) -> a || x)", 'TRANSFORM(texts, x -> x || s)', 'ARRAY_CONCAT(texts, ARRAY[s])');
  for (const sql of calls) assert.equal(select(sql, body({ texts: null })), null, sql);
});

test('arguments of the wrong types are mistakes of the query that say what is wanted', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['CARDINALITY(s)', /wants an array or a map, not VARCHAR/],
    ['ARRAY_CONTAINS(ints, s)', /wants elements of one type, and has INT and VARCHAR/],
    ['ARRAY_CONCAT(ints, texts)', /wants elements of one type/],
    ['ARRAY_SORT(ARRAY[m])', /wants elements that have an order, not MAP/],
    ['ARRAY_SUM(texts)', /wants numbers, not VARCHAR/],
    ['FLATTEN(ints)', /wants an array of arrays, not of INT/],
    ['ELEMENT_AT(m, 1)', /wants a VARCHAR key/],
    ['ELEMENT_AT(ints, s)', /wants an integer position/],
    ['FILTER(ints, x -> x + 1)', /wants a lambda that makes BOOLEAN, not INT/],
    ['ANY_MATCH(texts, x -> x)', /wants a lambda that makes BOOLEAN/],
    ['TRANSFORM(ints, (x, y) -> x)', /1 parameters?, not 2/],
    ['TRANSFORM_KEYS(m, (k, v) -> v)', /wants a lambda that makes VARCHAR, not BIGINT/],
    ['REDUCE(texts, 0, (a, x) -> x)', /wants a lambda that makes INT, and it makes VARCHAR/],
    ['REDUCE(ints, 0, (a, x) -> a + 0.5)', /wants a lambda that makes INT.*CAST/],
    ['MAP_FROM_ARRAYS(ints, ints)', /wants VARCHAR keys, not INT/],
    ['MAP_FROM_ENTRIES(ints)', /wants an array of rows of a VARCHAR key and a value/],
    ["MAP_UNION(m, MAP['a', s])", /wants elements of one type/],
  ];
  for (const [sql, message] of cases) assert.throws(() => select(sql), message, sql);
});

test('ARRAY_SLICE takes positions from both ends, as Flink does', () => {
  const slice = (...args: number[]): unknown => call('ARRAY_SLICE', [['a', 'b', 'c', 'd', 'e'], ...args]);
  assert.deepEqual(slice(2, 4), ['b', 'c', 'd']);
  assert.deepEqual(slice(0, 2), ['a', 'b']);
  assert.deepEqual(slice(1), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(slice(-3, -2), ['c', 'd']);
  assert.deepEqual(slice(-9, 2), ['a', 'b']);
  assert.deepEqual(slice(4, 99), ['d', 'e']);
  for (const [from, to] of [
    [4, 3],
    [6, 9],
    [1, -6],
    [-1, -2],
  ] as const)
    assert.deepEqual(slice(from, to), [], `${from} ${to}`);
});

test('ARRAY_SORT is stable in its order of texts, numbers, NULL and NaN, and leaves its argument as it was', () => {
  const given = ['b', null, '\u{10000}', '\uffff', 'a'];
  assert.deepEqual(call('ARRAY_SORT', [given]), [null, 'a', 'b', '\uffff', '\u{10000}']);
  assert.deepEqual(call('ARRAY_SORT', [given, false]), ['\u{10000}', '\uffff', 'b', 'a', null]);
  assert.deepEqual(call('ARRAY_SORT', [given, false, true]), [null, '\u{10000}', '\uffff', 'b', 'a']);
  assert.deepEqual(call('ARRAY_SORT', [[2, Number.NaN, -0, 2n ** 60n]]), [-0, 2, 2n ** 60n, Number.NaN]);
  assert.deepEqual(given, ['b', null, '\u{10000}', '\uffff', 'a']);
});

test('functions of sets agree with sets, for elements of any form', () => {
  const items = fc.array(fc.constantFrom<Value | null>(null, 'a', 'b', 'ab', ''), { maxLength: 6 });
  const type = [arrayOf(plain('VARCHAR')), arrayOf(plain('VARCHAR'))];
  fc.assert(
    fc.property(items, items, (a, b) => {
      const [x, y] = [new Set(a), new Set(b)];
      assert.deepEqual(call('ARRAY_DISTINCT', [a], type), [...x]);
      assert.deepEqual(call('ARRAY_UNION', [a, b], type), [...new Set([...a, ...b])]);
      assert.deepEqual(
        call('ARRAY_INTERSECT', [a, b], type),
        a.filter((v, i) => y.has(v) && a.indexOf(v) === i),
      );
      assert.deepEqual(
        call('ARRAY_EXCEPT', [a, b], type),
        [...x].filter((v) => !y.has(v)),
      );
    }),
  );
  const nested = [[1], [1], [null], [null], []];
  assert.deepEqual(call('ARRAY_DISTINCT', [nested]), [[1], [null], []]);
  assert.deepEqual(call('ARRAY_POSITION', [[Buffer.from('x'), Buffer.from('y')], Buffer.from('y')]), 2);
});

test('what is not known is NULL: overlaps, and matches of lambdas', () => {
  const overlap = (a: Value, b: Value): unknown => call('ARRAYS_OVERLAP', [a, b]);
  assert.equal(overlap([1, null], [1]), true);
  assert.equal(overlap([1, null], [2]), null);
  assert.equal(overlap([null], [null]), null);
  assert.equal(overlap([], [null]), false);
  const truths = [true, false, null];
  for (const a of truths)
    for (const b of truths) {
      const match = (name: string): unknown =>
        call(name, [[a, b], (x: boolean | null) => x], [arrayOf(plain('BOOLEAN')), plain('BOOLEAN')]);
      const any = [a, b].includes(true) ? true : [a, b].includes(null) ? null : false;
      const all = [a, b].includes(false) ? false : [a, b].includes(null) ? null : true;
      assert.equal(match('ANY_MATCH'), any, `${a} ${b}`);
      assert.equal(match('ALL_MATCH'), all, `${a} ${b}`);
      assert.equal(match('NONE_MATCH'), any === null ? null : !any, `${a} ${b}`);
    }
});

test('SEQUENCE meets its ends exactly, beyond 2^53 too, and refuses what never gets there or is too long', () => {
  assert.deepEqual(call('SEQUENCE', [5, 5]), [5]);
  assert.deepEqual(call('SEQUENCE', [3, 1]), [3, 2, 1]);
  assert.deepEqual(call('SEQUENCE', [1, 10, 4]), [1, 5, 9]);
  assert.deepEqual(call('SEQUENCE', [Number.MAX_SAFE_INTEGER, 9007199254740993n]), [
    9007199254740991,
    9007199254740992n,
    9007199254740993n,
  ]);
  assert.equal((call('SEQUENCE', [1, limits.sequenceItemsMax]) as Value[]).length, limits.sequenceItemsMax);
  assert.throws(() => call('SEQUENCE', [0, limits.sequenceItemsMax]), /would make 10001 elements; the most is 10000/);
  assert.throws(() => call('SEQUENCE', [-(2n ** 63n), 2n ** 63n - 1n]), RecordError);
  assert.throws(() => call('SEQUENCE', [1, 2, 0]), RecordError);
  assert.throws(() => call('SEQUENCE', [1, 2, -1]), /never gets there/);
});

test('ARRAY_SUM is exact, and an error beyond its type', () => {
  const big = arrayOf(plain('BIGINT'));
  assert.equal(call('ARRAY_SUM', [[2n ** 62n, 2n ** 62n - 1n, null]], [big]), 2n ** 63n - 1n);
  assert.throws(() => call('ARRAY_SUM', [[2n ** 62n, 2n ** 62n]], [big]), RecordError);
  assert.equal(call('ARRAY_SUM', [[]], [big]), 0);
  assert.equal(call('ARRAY_SUM', [[0.5, null, 0.25]], [arrayOf(plain('DOUBLE'))]), 0.75);
  assert.throws(() => call('ARRAY_SUM', [[10n ** 38n - 1n, 1]], [arrayOf(decimal(38, 0))]), RecordError);
});

test('positions that are no place in an array are NULL, and 0 is an error', () => {
  const at = (place: Value): unknown => call('ELEMENT_AT', [['a', 'b'], place]);
  assert.deepEqual([1, 2, -1, -2].map(at), ['a', 'b', 'b', 'a']);
  assert.deepEqual([3, -3, 2n ** 62n, -(2n ** 62n)].map(at), [null, null, null, null]);
  assert.throws(() => at(0), RecordError);
  assert.equal(call('ELEMENT', [[]]), null);
  assert.throws(() => call('ELEMENT', [['a', 'b']]), /ELEMENT of an array of 2 elements/);
});

test('maps are made of keys that are not NULL, the last of those that are the same', () => {
  assert.deepEqual(
    call('MAP_FROM_ARRAYS', [
      ['a', 'b', 'a'],
      [1, 2, 3],
    ]),
    new Map([
      ['a', 3],
      ['b', 2],
    ]),
  );
  assert.throws(() => call('MAP_FROM_ARRAYS', [['a'], []]), /1 keys and 0 values/);
  assert.throws(
    () =>
      call('MAP_FROM_ARRAYS', [
        ['a', null],
        [1, 2],
      ]),
    /a key is NULL/,
  );
  const entry: SqlType = {
    kind: 'ROW',
    fields: [
      { name: 'k', type: notNull(plain('VARCHAR')) },
      { name: 'v', type: nullable(plain('INT')) },
    ],
  };
  const made = (rows: Value): unknown => call('MAP_FROM_ENTRIES', [rows], [arrayOf(entry)]);
  assert.deepEqual(
    made([
      ['a', 1],
      ['a', null],
    ]),
    new Map([['a', null]]),
  );
  assert.throws(() => made([null]), RecordError);
  assert.throws(() => made([[null, 1]]), RecordError);
  assert.throws(
    () =>
      call(
        'TRANSFORM_KEYS',
        [new Map([['a', 1]]), () => null],
        [{ kind: 'MAP', value: nullable(plain('INT')) }, plain('VARCHAR')],
      ),
    RecordError,
  );
});

test('STR_TO_MAP splits at plain text, at the first sign of each entry', () => {
  const entries = (...args: string[]): unknown =>
    Object.fromEntries(call('STR_TO_MAP', args) as ReadonlyMap<string, Value>);
  assert.deepEqual(entries('a=1,b=,=c,,d,e=f=g,a=2'), { a: '2', b: '', '': 'c', d: null, e: 'f=g' });
  assert.deepEqual(entries(''), {});
  assert.deepEqual(entries('a.b|c.d', '|', '.'), { a: 'b', c: 'd' });
  assert.deepEqual(entries('a,b', '', ','), { a: 'b' });
  assert.deepEqual(entries('a=b', ',', ''), { 'a=b': null });
});

test('what grows from element to element, and lambdas inside of lambdas, are bounded', () => {
  const many = `SEQUENCE(1, ${limits.sequenceItemsMax})`;
  const isBound = (e: unknown): boolean => e instanceof RecordError && /the most is|over/.test(e.message);
  assert.throws(() => select(`REDUCE(${many}, s, (a, x) -> a || a)`), isBound);
  assert.throws(() => select(`REDUCE(${many}, ints, (a, x) -> ARRAY_CONCAT(a, a))`), isBound);
  assert.throws(
    () => select(`CARDINALITY(TRANSFORM(${many}, x -> CARDINALITY(TRANSFORM(${many}, y -> x + y + i))))`),
    isBound,
  );
  assert.equal(select(`CARDINALITY(TRANSFORM(${many}, x -> x + i))`), limits.sequenceItemsMax);
});

test('an array or a state of REDUCE beyond the bound is an error of the record, whatever made it', () => {
  const half = Array.from({ length: limits.arrayItemsMax / 2 + 1 }, () => 1);
  assert.throws(() => call('ARRAY_CONCAT', [half, half]), /ARRAY_CONCAT would make an array of 1000002 elements/);
  assert.throws(() => call('FLATTEN', [[half, half]]), /FLATTEN would make an array of 1000002 elements/);
  const types = [arrayOf(plain('INT')), plain('VARCHAR'), plain('VARCHAR')];
  const double = (a: string): string => a + a;
  assert.throws(
    () => call('REDUCE', [Array.from({ length: 28 }, () => 1), 'a', double], types),
    /REDUCE would make a text/,
  );
});

test('an error inside of a lambda leaves the count of calls as it should be', () => {
  const divided = `TRANSFORM(SEQUENCE(1, ${limits.sequenceItemsMax}), x -> 1 / (i - 3))`;
  const kernel = kernelOf(`SELECT ${divided} AS v FROM t`, schema);
  for (let n = 0; n < limits.lambdaCallsMax / limits.sequenceItemsMax + 10; n++)
    assert.throws(() => runOnce(kernel, body()), /division by zero/);
  assert.deepEqual(select('TRANSFORM(longs, x -> 1)'), [1, 1, 1]);
});

test('REDUCE keeps the form of its state: a DOUBLE that is made of integers is a number', () => {
  const types = [arrayOf(plain('BIGINT')), plain('DOUBLE'), plain('BIGINT')];
  assert.equal(call('REDUCE', [[2n ** 60n], 0.5, (_: number, x: bigint) => x], types), 2 ** 60);
  assert.equal(
    row('REDUCE').result([notNull(arrayOf(plain('BIGINT'))), notNull(plain('INT')), notNull(plain('BIGINT'))]).kind,
    'BIGINT',
  );
});
