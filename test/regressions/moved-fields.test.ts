/** Two columns that the reader's schema has in another order were read at one place: one of them got the other's bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { runOnce, typeOf } from '../unit/pipeline/support.ts';

test('fields that are read later than they stand on the wire keep their own places', () => {
  const schema = (...fields: readonly (readonly [string, string])[]): string =>
    JSON.stringify({ type: 'record', name: 'R', fields: fields.map(([name, type]) => ({ name, type })) });
  const writer = schema(['a', 'float'], ['b', 'double'], ['c', 'int'], ['d', 'double']);
  const reader = schema(['b', 'double'], ['d', 'double'], ['a', 'float'], ['c', 'long']);
  const kernel = compileQuery({ sql: 'SELECT * FROM t', streams: { t: reader }, format: 'json' }).kernel('t', writer);
  const body = typeOf(writer).toBuffer({ a: 47.625, b: 1, c: 75, d: 156.75 });
  assert.equal(runOnce(kernel, body), '{"b":1,"d":156.75,"a":47.625,"c":75}');
});
