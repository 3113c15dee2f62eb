/** The binder, asked through whole queries: what names mean, what tables and unions become, and what is said of mistakes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '../../../../src/pipeline/avro/parse.ts';
import { allRows, compile, problemsOf, typesOf } from './bind-support.ts';

const messages = (sql: string): readonly string[] => problemsOf(sql).map((p) => p.message);

test('a column that passes through subqueries stays a path: only that is read', () => {
  const sql =
    'WITH a AS (SELECT id, geo AS g FROM t), b AS (SELECT g.point AS p FROM a WHERE id < 3) SELECT q.p.y FROM b AS q';
  assert.deepEqual(compile(sql).readColumns, ['geo.point.y', 'id']);
  assert.deepEqual(allRows(sql), [{ y: 7 }, { y: null }]);
});

test('a field of a ROW that a subquery makes is the item alone', () => {
  assert.deepEqual(compile('SELECT r.name FROM (SELECT ROW(id, name) AS r FROM t) AS q').readColumns, ['name']);
});

test('columns of several streams are read by stream and path', () => {
  assert.deepEqual(compile('SELECT geo.country AS c FROM t UNION ALL SELECT doc FROM u').readColumns, [
    't:geo.country',
    'u:doc',
  ]);
});

test('branches of a union keep the order of the text, and the first one names the columns', () => {
  assert.deepEqual(allRows('SELECT id AS a FROM t WHERE id = 1 UNION ALL SELECT big FROM t WHERE id = 1'), [
    { a: 1 },
    { a: 10 },
  ]);
  assert.deepEqual(typesOf('SELECT id AS a FROM t UNION ALL SELECT big FROM t'), { a: 'BIGINT NOT NULL' });
});

test('a name that WITH defines hides the stream of that name only behind it', () => {
  assert.deepEqual(allRows('WITH t AS (SELECT id FROM t WHERE id = 2) SELECT * FROM t'), [{ id: 2 }]);
});

test('metadata belongs to the stream alone: it is not part of * and not seen through a subquery', () => {
  assert.equal('_offset' in typesOf('SELECT * FROM t'), false);
  assert.deepEqual(allRows('SELECT q.o FROM (SELECT _offset AS o FROM t WHERE id = 1) AS q'), [{ o: 0 }]);
  assert.deepEqual(messages('SELECT _offset FROM (SELECT id FROM t) AS q'), ['no column _offset in q']);
});

test('a union of several types is reached by the names of its branches', () => {
  assert.deepEqual(allRows('SELECT event.Login.user AS a, event.Alert.level AS b, event.string AS c FROM u'), [
    { a: 'ada', b: null, c: null },
    { a: null, b: 3, c: null },
    { a: null, b: null, c: 'plain' },
  ]);
});

test('an outer UNNEST keeps records without elements, all its columns NULL', () => {
  const sql = 'SELECT n, i.name, o FROM u LEFT JOIN UNNEST(items) WITH ORDINALITY AS i (name, count, o) ON TRUE';
  assert.deepEqual(typesOf(sql), { n: 'INT NOT NULL', name: 'VARCHAR', o: 'INT' });
  assert.deepEqual(allRows(`${sql} WHERE n = 2`), [{ n: 2, name: null, o: null }]);
});

test('EXISTS is never NULL, and sees what stands around it', () => {
  const sql = 'SELECT EXISTS (SELECT * FROM UNNEST(items) AS i WHERE i.count > n) AS e FROM u';
  assert.deepEqual(typesOf(sql), { e: 'BOOLEAN NOT NULL' });
  assert.deepEqual(allRows(sql), [{ e: true }, { e: false }, { e: false }]);
});

test('ANY of no element is FALSE and ALL is TRUE, also for NULL', () => {
  const sql = 'SELECT NULL = ANY(tags) AS a, NULL <> ALL(tags) AS b FROM t WHERE id = 2';
  assert.deepEqual(allRows(sql), [{ a: false, b: true }]);
});

test('precision and scale of DECIMAL are derived as in Flink', () => {
  assert.deepEqual(
    typesOf('SELECT 1.5 + 1 AS a, 1.5 * 2.25 AS b, 1.0 / 3 AS c, 10.5 % 3 AS d, big + 1.5 AS e FROM t'),
    {
      a: 'DECIMAL(12, 1) NOT NULL',
      b: 'DECIMAL(6, 3) NOT NULL',
      c: 'DECIMAL(13, 12) NOT NULL',
      d: 'DECIMAL(3, 1) NOT NULL',
      e: 'DECIMAL(21, 1) NOT NULL',
    },
  );
});

test('a constant that would be an error is the error of the records that come there', () => {
  assert.deepEqual(allRows("SELECT id FROM t WHERE id = 99 AND CAST('x' AS INT) = 1"), []);
  assert.deepEqual(allRows('SELECT CASE WHEN id > 0 THEN id ELSE 1 / 0 END AS a FROM t WHERE id = 1'), [{ a: 1 }]);
});

test('all mistakes are told at once, each at its place with the nearest right name', () => {
  const problems = problemsOf('SELECT idd, geo.contry, UPPR(name) FROM t WHERE name = 1');
  assert.deepEqual(
    problems.map((p) => [p.position!.column, p.position!.length, p.remedy]).sort(([a], [b]) => Number(a) - Number(b)),
    [
      [8, 3, 'did you mean id?'],
      [17, 6, 'did you mean country?'],
      [25, 4, 'did you mean UPPER?'],
      [49, 8, undefined],
    ],
  );
});

test('a mistake in a subquery of several branches is told once', () => {
  const sql = 'SELECT nope FROM (SELECT id FROM t UNION ALL SELECT n FROM u) AS q';
  assert.deepEqual(messages(sql), ['no column nope in q']);
});

test('a key sees the output first, then the source; of a union only the output', () => {
  assert.deepEqual(compile('SELECT id AS a FROM t KEY BY a, geo.country').readColumns, ['geo.country', 'id']);
  assert.deepEqual(messages('SELECT id FROM t UNION ALL SELECT n FROM u KEY BY name'), ['no column name in the query']);
});

test("mistakes of the sink's expressions say where they stand", () => {
  const problems = problemsOf('SELECT id FROM t', { key: ['nope', 'id'], headers: { h: 'zip' }, tombstone: 'id' });
  assert.deepEqual(
    problems.map((p) => p.path),
    ['/spec/sink/kafka/key/0', '/spec/sink/kafka/headers/h', '/spec/sink/kafka/tombstone'],
  );
});

test('branches are bounded before they are made', () => {
  const ctes = Array.from({ length: 30 }, (_, i) => `c${i + 1} AS (SELECT x FROM c${i} UNION ALL SELECT x FROM c${i})`);
  const [message] = messages(`WITH c0 AS (SELECT name AS x FROM t), ${ctes.join(', ')} SELECT x FROM c30`);
  assert.match(message!, /becomes 128 branches/);
});

test('names that Avro can not have are made ones of its own', () => {
  const { outputSchema } = compile('SELECT id + 1, id AS "1x", name AS "a b" FROM t', { format: 'avro' });
  const schema = parseSchema(outputSchema);
  assert.deepEqual(schema.kind === 'record' && schema.fields.map((f) => f.name), ['EXPR_0', '_1x', 'a_b']);
});
