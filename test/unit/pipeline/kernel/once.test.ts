/** A column that chance decides has one value per row, in every part of the row. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import type { CompileInput } from '../../../../src/pipeline/ports.ts';
import { sampleBodies, sampleSchema } from '../../../sql/sample.ts';
import { rowsOf } from '../support.ts';
import { textsOf } from './bounds.ts';

const schema = JSON.stringify({
  type: 'record',
  name: 'T',
  fields: [
    { name: 'n', type: 'int' },
    { name: 'tags', type: { type: 'array', items: 'string' } },
  ],
});
const body = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema).toBuffer({ n: 1, tags: ['a', 'b'] });

const partsOf = (sql: string, sink: Partial<CompileInput> = {}): readonly (readonly (string | null)[])[] =>
  textsOf(compileQuery({ sql, streams: { t: schema }, format: 'json', ...sink }).kernel('t', schema), body);

const idOf = (value: string | null | undefined): unknown => (JSON.parse(value ?? '{}') as { id?: unknown }).id;

test('the key, the headers and the value of a row say the same', () => {
  for (const sql of [
    'SELECT UUID() AS id, n FROM t KEY BY id',
    'WITH w AS (SELECT UUID() AS id FROM t) SELECT id FROM w KEY BY id',
    'SELECT UUID() AS id FROM t CROSS JOIN UNNEST(tags) AS u (tag) KEY BY id',
  ]) {
    const rows = partsOf(sql, { headers: { id: 'id', start: 'LEFT(id, 4)' } });
    for (const [key, value, header, start] of rows) {
      assert.match(key!, /^[0-9a-f-]{36}$/);
      assert.deepEqual([idOf(value), header, start], [key, key, key!.slice(0, 4)]);
    }
    assert.equal(new Set(rows.map(([key]) => key)).size, rows.length);
  }
});

test('a tombstone is of the rows whose column makes it so', () => {
  const sql = 'SELECT RAND() AS id FROM t';
  for (let i = 0; i < 40; i++) {
    const [[key, value] = []] = partsOf(sql, { key: ['id'], tombstone: 'id < 0.5' });
    assert.equal(value === null, Number(key) < 0.5);
    if (value !== null) assert.equal(String(idOf(value)), key);
  }
});

test('what only looks the same is told apart', () => {
  const [[key, value] = []] = partsOf('SELECT UUID() AS id FROM t KEY BY UUID()');
  assert.notEqual(idOf(value), key);
});

test('a text of names that double is compiled in the time of its length', () => {
  const doubled = Array.from({ length: 60 }, (_, i) => `c${i + 1} AS (SELECT a || a AS a FROM c${i})`);
  const sql = `WITH c0 AS (SELECT UUID() AS a FROM t), ${doubled.join(', ')} SELECT a FROM c60`;
  assert.throws(() => partsOf(sql), /operations once its subqueries are in place/);
});

test('with a seed, every use shows the same of the numbers that follow one another', () => {
  for (const [sql, expected] of [
    [
      'SELECT id, r FROM (SELECT id, RAND(42) AS r FROM t) AS q WHERE r < 0.7',
      ['{"id":2,"r":0.6832234717598454}', '{"id":3,"r":0.30871945533265976}'],
    ],
    [
      'SELECT r, tag FROM (SELECT RAND_INTEGER(42, 10) AS r, tags FROM t) AS q CROSS JOIN UNNEST(tags) AS u (tag)',
      ['{"r":0,"tag":"a"}', '{"r":0,"tag":"b"}', '{"r":3,"tag":"c"}'],
    ],
    [
      'SELECT tag, r, r AS again FROM (SELECT tag, RAND_INTEGER(42, 10) AS r FROM t CROSS JOIN UNNEST(tags) AS u (tag)) AS q WHERE r > 0',
      ['{"tag":"b","r":3,"again":3}', '{"tag":"c","r":8,"again":8}'],
    ],
    ['SELECT tag FROM t CROSS JOIN UNNEST(tags) AS u (tag) WHERE RAND(42) < 0.7', ['{"tag":"b"}', '{"tag":"c"}']],
    [
      'SELECT TRANSFORM(tags, x -> x || CAST(r AS VARCHAR)) AS l, r FROM (SELECT tags, RAND_INTEGER(42, 10) AS r FROM t) AS q',
      ['{"l":["a0","b0"],"r":0}', '{"l":[],"r":3}', '{"l":["c8"],"r":8}'],
    ],
    [
      'SELECT CASE WHEN id = 3 THEN l[1] END AS a, l[1] AS b FROM (SELECT id, TRANSFORM(tags, x -> RAND_INTEGER(42, 100)) AS l FROM t) AS q',
      ['{"a":null,"b":30}', '{"a":null,"b":null}', '{"a":48,"b":48}'],
    ],
    [
      'WITH w AS (SELECT id, RAND_INTEGER(40 + 2, 100) AS r FROM t) SELECT id, r FROM w UNION ALL SELECT 0, r FROM w WHERE id > 1',
      ['{"id":1,"r":30}', '{"id":2,"r":63}', '{"id":0,"r":63}', '{"id":3,"r":48}', '{"id":0,"r":48}'],
    ],
    [
      'SELECT r, r * 2 AS twice FROM (SELECT * REPLACE (RAND_INTEGER(42, 100) AS id) FROM t) AS q (r, a, b, c, d, e, f, g, h, i, j, k, l, m, n) WHERE r <> 30',
      ['{"r":63,"twice":126}', '{"r":48,"twice":96}'],
    ],
    [
      "SELECT CASE RAND_INTEGER(42, 10) WHEN 0 THEN 'none' WHEN 3 THEN 'three' WHEN 8 THEN 'eight' END AS c, NULLIF(RAND_INTEGER(42, 10), 3.0) AS n FROM t",
      ['{"c":"none","n":0}', '{"c":"three","n":null}', '{"c":"eight","n":8}'],
    ],
  ] as const) {
    const kernel = compileQuery({ sql, streams: { t: sampleSchema }, format: 'json' }).kernel('t', sampleSchema);
    assert.deepEqual(
      sampleBodies.flatMap((one) => rowsOf(kernel, one)),
      expected,
      sql,
    );
  }
});
