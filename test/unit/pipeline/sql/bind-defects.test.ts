/** Small cases of what the binder once got wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import { allRows, compile, problemsOf, typesOf } from './bind-support.ts';

const message = (sql: string): string | undefined => problemsOf(sql)[0]?.message;

test('decimals are compared with all their digits', () => {
  const d = "CAST('0.00000000000000000000000000001' AS DECIMAL(38, 29))";
  assert.deepEqual(allRows(`SELECT ${d} > big - big AS a FROM t WHERE id = 1`), [{ a: true }]);
});

test('a DATE moved by hours is a TIMESTAMP; by days it stays a DATE', () => {
  assert.deepEqual(allRows("SELECT day + INTERVAL '3' HOUR AS a, day + INTERVAL '1' DAY AS b FROM u WHERE n = 2"), [
    { a: -75600000, b: 0 },
  ]);
});

test('a text beside a timestamp that is none is a mistake at compile time', () => {
  assert.match(message("SELECT id FROM t WHERE at > 'yesterday'")!, /is no TIMESTAMP/);
});

test('a pattern that can not be is a mistake at its place', () => {
  assert.equal(problemsOf("SELECT name REGEXP '(' AS a FROM t")[0]?.position?.column, 20);
});

test('rows compare field by field: a NULL in one leaves it open', () => {
  assert.deepEqual(allRows('SELECT (id, note) = (2, NULL) AS a, (id, note) = (9, NULL) AS b FROM t WHERE id = 2'), [
    { a: null, b: false },
  ]);
});

test('NULLIF is of the type of its first argument', () => {
  assert.deepEqual(typesOf('SELECT NULLIF(id, 2.0) AS a FROM t'), { a: 'INT' });
  assert.deepEqual(allRows('SELECT NULLIF(id, 2.0) AS a FROM t'), [{ a: 1 }, { a: null }, { a: 3 }]);
});

test('a CAST of a ROW names its fields', () => {
  const sql = 'SELECT p.a FROM (SELECT CAST(ROW(id, name) AS ROW<a INT, b VARCHAR>) AS p FROM t WHERE id = 1) AS q';
  assert.deepEqual(allRows(sql), [{ a: 1 }]);
});

test('what may be NULL within an output is what may be in any branch', () => {
  assert.deepEqual(typesOf('SELECT ARRAY[id] AS a FROM t UNION ALL SELECT ARRAY[id, NULL] FROM t'), {
    a: 'ARRAY<INT> NOT NULL',
  });
});

test('an UNNEST of NULL is refused, and no column of a wrong one is told', () => {
  assert.match(message('SELECT id, x FROM t CROSS JOIN UNNEST(NULL) AS a (x)')!, /wants an ARRAY/);
  const wrong = problemsOf('SELECT nope FROM (SELECT x FROM t CROSS JOIN UNNEST(name) AS a (x)) AS q');
  assert.equal(wrong.length, 1);
});

test("a table's name goes before a column's", () => {
  assert.deepEqual(allRows('SELECT z.z AS q FROM t, UNNEST(tags) AS z WHERE id = 3'), [{ q: 'c' }]);
});

test('recursive rows of two streams come together', () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [
      {
        name: 'tree',
        type: { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] },
      },
    ],
  });
  const sql = 'SELECT tree FROM a UNION ALL SELECT tree FROM b';
  assert.ok(compileQuery({ sql, streams: { a: schema, b: schema }, format: 'json' }));
});

test('depth is bounded once subqueries are in place, and KEY BY counts', () => {
  const chain = (n: number, f: string): string =>
    Array.from({ length: n }, (_, i) => `c${i + 1} AS (SELECT ${f} AS x FROM c${i})`).join(', ');
  const deep = `${'UPPER('.repeat(150)}x${')'.repeat(150)}`;
  const first = 'WITH c0 AS (SELECT name AS x FROM t), ';
  assert.match(message(`${first}${chain(50, deep)} SELECT x FROM c50`)!, /nested deeper/);
  assert.match(message(`${first}${chain(17, 'x || x')} SELECT 1 AS z FROM c17 KEY BY x`)!, /more than 200000/);
});

test('an output schema is valid Avro whatever names a stream has', () => {
  const row = { type: 'record', name: 'Row', fields: [{ name: 'a', type: 'int' }] };
  const streams = { z: JSON.stringify({ type: 'record', name: 'T', fields: [{ name: 'r', type: row }] }) };
  assert.ok(parseSchema(compileQuery({ sql: 'SELECT r FROM z', streams, format: 'avro' }).outputSchema));
  assert.ok(parseSchema(compile('SELECT ROW(id, id) AS r FROM t').outputSchema));
});

test('a header whose name holds a slash is a path of one part', () => {
  assert.equal(problemsOf('SELECT id FROM t', { headers: { 'a/b': 'zip' } })[0]?.path, '/spec/sink/kafka/headers/a~1b');
});

test('a length that nothing could heed is refused, and intervals are types', () => {
  assert.match(message('SELECT CAST(raw AS BYTES(2)) AS a FROM t')!, /has no length/);
  const sql = "SELECT CAST(CAST('1-02' AS INTERVAL YEAR TO MONTH) AS VARCHAR) AS a FROM t WHERE id = 1";
  assert.deepEqual(allRows(sql), [{ a: '+1-02' }]);
});
