/** A sum of many terms is as long as it is, and not as deep: it is what the same sum is term by term. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { streams } from '../sql/cases.ts';
import { rowsOf } from '../unit/pipeline/support.ts';

const { schema, bodies } = streams['t']!;
function values(expression: string): readonly unknown[] {
  const input = { sql: `SELECT ${expression} AS v FROM t`, streams: { t: schema }, format: 'json' } as const;
  const kernel = compileQuery(input).kernel('t', schema);
  return bodies.map((body) => JSON.parse(rowsOf(kernel, body)[0]!.toString()).v);
}
const terms = (term: string, by: string, count: number): string => Array.from({ length: count }, () => term).join(by);

test('500 terms are added', () => {
  assert.deepEqual(values(terms('id', ' + ', 500)), [500, 1000, 1500]);
  assert.deepEqual(values(terms('id', ' - ', 2000)), [-1998, -3996, -5994]);
  assert.deepEqual(values(terms('maybe', ' + ', 500)), [2500, null, 0]);
  assert.deepEqual(values(`maybe + ${terms('id', ' + ', 500)}`), [505, null, 1500]);
});

test('each term has the type that it has in a tree', () => {
  assert.deepEqual(
    values(`${terms('id', ' + ', 300)} + 0.25 + ${terms('id', ' + ', 200)}`),
    [500.25, 1000.25, 1500.25],
  );
  assert.deepEqual(
    values(`${terms('id', ' + ', 100)} + 0.25e0 + 0.25 + ${terms('id', ' + ', 100)}`),
    [200.5, 400.5, 600.5],
  );
  assert.deepEqual(values(`${terms('id', ' * ', 10)} * ${terms('1', ' * ', 100)} % 7 / 2`), [0, 1, 2]);
  assert.deepEqual(values(`id + ${terms('id * 2', ' + ', 400)} - ${terms('1', ' - ', 100)}`), [701, 1502, 2303]);
  const days = values(`TIMESTAMPDIFF(DAY, at, at + ${terms("INTERVAL '1' DAY", ' + ', 120)})`);
  assert.deepEqual(days, [120, 120, 120]);
});

test('a wrong term is told once, with its place', () => {
  assert.throws(
    () => values(`${terms('id', ' + ', 300)} + name + ${terms('id', ' + ', 100)}`),
    (e: Error) => {
      assert.match(e.message, /\+ wants numbers, but this is VARCHAR/);
      return e.message.split('wants numbers').length === 2;
    },
  );
});

test('what goes beyond the type is an error of the record, as in a tree', () => {
  assert.throws(() => values(`${terms('id', ' + ', 100)} + 2147483600`), /beyond INT/);
  assert.deepEqual(values(terms('1', ' + ', 600)), [600, 600, 600]);
});
