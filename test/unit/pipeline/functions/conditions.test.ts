/** Functions that choose among values, and say what a text consists of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditions } from '../../../../src/pipeline/sql/functions/conditions.ts';
import { notNull, nullable, plain, type Typed } from '../../../../src/pipeline/sql/types.ts';
import { kernelOf, runOnce, typeOf } from '../support.ts';
import { callsOf } from './call.ts';

const { call, row } = callsOf(conditions);
const int = notNull(plain('INT'));
const bigint = nullable(plain('BIGINT'));
const varchar = notNull(plain('VARCHAR'));
const map = notNull({ kind: 'MAP', value: int });

test('GREATEST and LEAST compare exactly beyond 2^53, texts by code point, bytes by value', () => {
  assert.equal(call('GREATEST', [1, 3, 2]), 3);
  assert.equal(
    call('LEAST', [9_007_199_254_740_991, 9_007_199_254_740_993n, -9_223_372_036_854_775_808n]),
    -(2n ** 63n),
  );
  assert.equal(call('GREATEST', [9_007_199_254_740_993n, 9_007_199_254_740_992n]), 9_007_199_254_740_993n);
  assert.equal(call('GREATEST', ['a', 'B']), 'a');
  // U+FF21 stands before U+1F600, though its UTF-16 unit is above the other's first.
  assert.equal(call('GREATEST', ['Ａ', '😀']), '😀');
  assert.deepEqual(call('GREATEST', [Buffer.from([1]), Buffer.from([1, 2])]), Buffer.from([1, 2]));
  assert.equal(call('LEAST', [true, false]), false);
  assert.equal(call('GREATEST', [1.5, Number.NaN]), Number.NaN);
  assert.equal(call('LEAST', [5]), 5);
});

test('GREATEST is NULL when any value is', () => assert.equal(call('GREATEST', [1, null, 2]), null));

test('what has no order, or no type in common, has no greatest', () => {
  assert.match(row('GREATEST').check!([map, map])!, /order/);
  assert.match(row('LEAST').check!([int, varchar])!, /one type/);
});

test('IF takes the third value unless the condition is TRUE, and computes no other', () => {
  const schema = JSON.stringify({ type: 'record', name: 'T', fields: [{ name: 'n', type: 'int' }] });
  const body = typeOf(schema).toBuffer({ n: 0 });
  for (const [sql, expected] of [
    ['IF(n = 0, 1, 2)', 1],
    ['IF(n <> 0, 1, 2)', 2],
    ['IF(NULLIF(n, 0) = 1, 1, 2)', 2],
    ['IF(n = 0, NULLIF(n, 0), 2)', null],
    ['IF(n = 0, -1, 10 / n)', -1],
    ['IF(n <> 0, 10 / n, -1)', -1],
  ] as const)
    assert.equal(runOnce(kernelOf(`SELECT ${sql} AS v FROM t`, schema), body), `{"v":${expected}}`, sql);
});

test('values among which is chosen are brought to one type', () => {
  const kinds = (name: string, args: readonly Typed[]) => row(name).casts!(args).map((type) => type?.kind);
  assert.deepEqual(kinds('COALESCE', [int, bigint, int]), ['BIGINT', 'BIGINT', 'BIGINT']);
  assert.deepEqual(kinds('GREATEST', [int, bigint]), ['BIGINT', 'BIGINT']);
  assert.equal(row('NVL').result([nullable({ kind: 'NULL' }), int]).kind, 'INT');
  assert.equal(row('NULLIF').result([int, bigint]).kind, 'INT');
  assert.match(row('COALESCE').check!([int, varchar])!, /one type/);
});

test('IS_DECIMAL is TRUE of numbers alone', () => {
  for (const text of ['1', '1.5', '-.5', '+1', '1.', '1e5', '1.5E-3', ' 1 ', '00'])
    assert.equal(call('IS_DECIMAL', [text]), true, text);
  for (const text of ['', ' ', '.', '-', '1,5', '1e', 'e5', '1 2', 'NaN', '0x1F', '1d', '--1', '٣'])
    assert.equal(call('IS_DECIMAL', [text]), false, text);
  assert.equal(call('IS_DECIMAL', [`${'1'.repeat(1_000_000)}x`]), false);
});

test('IS_DIGIT and IS_ALPHA want at least one character', () => {
  for (const [name, text, expected] of [
    ['IS_DIGIT', '123', true],
    ['IS_DIGIT', '٣', true],
    ['IS_DIGIT', '1.2', false],
    ['IS_DIGIT', '', false],
    ['IS_DIGIT', '1\n', false],
    ['IS_ALPHA', 'abcé𝒜', true],
    ['IS_ALPHA', 'a1', false],
    ['IS_ALPHA', '', false],
  ] as const)
    assert.equal(call(name, [text]), expected, `${name} ${text}`);
  for (const name of ['IS_DECIMAL', 'IS_DIGIT', 'IS_ALPHA']) assert.equal(call(name, [null]), false);
});
