/** What `millrace explain` shows of a plan: the steps from the output down to the stream, and literals by their types. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '../../../../src/pipeline/compile.ts';
import { streams } from '../../../sql/cases.ts';

const schemas = Object.fromEntries(Object.entries(streams).map(([name, { schema }]) => [name, schema]));
const planOf = (sql: string, more: object = {}): string =>
  compileQuery({ sql, streams: schemas, format: 'json', ...more }).planText;
/** The text of one output column. */
const shown = (expression: string): string =>
  /^Project (.*) AS c$/m.exec(planOf(`SELECT ${expression} AS c FROM u`))![1]!;

test('steps stand from the output down to the stream, extras before them', () => {
  const sql = "SELECT id, tag FROM t LEFT JOIN UNNEST(tags) AS x (tag) ON TRUE WHERE name = 'it''s' KEY BY name";
  const lines = planOf(sql, { headers: { h: 'note' }, tombstone: 'id = 2' }).split('\n');
  assert.deepEqual(
    lines.map((l) => l.trim().replace('└ ', '')),
    [
      'Key name',
      'Header h = note',
      'Tombstone where (id = 2)',
      'Project id, x AS tag',
      "Filter (name = 'it''s')",
      'Outer unnest tags AS (x)',
      'Scan t',
    ],
  );
});

test('branches of UNION ALL stand one after the other', () => {
  assert.equal(
    planOf('SELECT id FROM t UNION ALL SELECT n FROM u'),
    'Union all\n  Project id\n    └ Scan t\n  Project n AS id\n    └ Scan u',
  );
});

for (const [expression, text] of [
  ["DATE '2026-01-31'", "DATE '2026-01-31'"],
  ["day = DATE '1969-12-31'", "(day = DATE '1969-12-31')"],
  ["TIME '12:00:00'", "TIME '12:00:00'"],
  ["TIMESTAMP '2026-01-31 12:00:00.5'", "TIMESTAMP '2026-01-31 12:00:00.5'"],
  ["day + INTERVAL '1-2' YEAR TO MONTH", "(day + INTERVAL '+1-02' YEAR TO MONTH)"],
  ["local - INTERVAL '1 02:03:04.5' DAY TO SECOND", "(local - INTERVAL '+1 02:03:04.500' DAY TO SECOND)"],
  ['price > 1.50', '(price > 1.50)'],
  ["X'00ff'", "X'00ff'"],
  ['9223372036854775807', '9223372036854775807'],
  ['TRUE', 'TRUE'],
  ["ARRAY[DATE '2026-01-31', NULL]", "ARRAY[DATE '2026-01-31', NULL]"],
  ["MAP['a''b', 1.5]", "MAP['a''b', 1.5]"],
  ["ROW(1, 'x')", "ROW(1, 'x')"],
] as const)
  test(`a literal is shown by its type: ${expression}`, () => assert.equal(shown(expression), text));

test('a long line is cut', () => {
  const text = planOf(`SELECT '${'x'.repeat(2_000)}' AS c FROM t`);
  assert.ok(text.length < 600 && text.includes('…'));
});
