/** What a query's frame is parsed to: SELECT lists, FROM, WITH, UNION ALL, KEY BY. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamsOf } from '../../../../src/pipeline/sql/ast.ts';
import { parseQuery } from '../../../../src/pipeline/sql/parse.ts';
import { binary, column, number, queryShape } from './parse-shape.ts';

const [a, b] = [column('a'), column('b')];
const one = number('1');
const star = (rest: object = {}) => ({ kind: 'star', exclude: [], replace: [], ...rest });
const item = (expression: object, alias?: string) => ({ kind: 'expression', expression, ...(alias ? { alias } : {}) });
const named = (name: string, rest: object = {}) => ({ kind: 'named', name, columns: [], ...rest });
const select = (rest: object = {}) => ({ kind: 'select', items: [star()], from: named('s'), unnests: [], ...rest });
const query = (body: object, rest: object = {}) => ({ ctes: [], body, keyBy: [], ...rest });
const unnest = (operand: object, rest: object = {}) => ({
  kind: 'unnest',
  operand,
  ordinality: false,
  columns: [],
  ...rest,
});
const union = (...branches: readonly object[]) => ({ kind: 'union', branches });

function assertQueries(cases: readonly (readonly [sql: string, expected: object])[]): void {
  for (const [sql, expected] of cases) assert.deepEqual(queryShape(sql), expected, sql);
}

/** The SELECT list alone, and FROM alone. */
const assertItems = (list: string, ...items: readonly object[]): void =>
  assertQueries([[`SELECT ${list} FROM s`, query(select({ items }))]]);
const assertFrom = (text: string, rest: object): void =>
  assertQueries([[`SELECT * FROM ${text}`, query(select(rest))]]);

test('a SELECT list holds expressions with or without an alias', () => {
  assertItems('a, b AS c, a + 1 d, a "e f"', item(a), item(b, 'c'), item(binary('+', a, one), 'd'), item(a, 'e f'));
  assertItems('ALL a', item(a));
  assertItems('a offset, b left', item(a, 'offset'), item(b, 'left'));
  assertItems('a similar, b filter, a over', item(a, 'similar'), item(b, 'filter'), item(a, 'over'));
});

test('stars: all, of one table, without some columns, with some in place of others', () => {
  assertItems('*, t.*, a', star(), star({ qualifier: 't' }), item(a));
  assertItems('* EXCLUDE (a, "b c")', star({ exclude: ['a', 'b c'] }));
  assertItems('* EXCLUDE a, b', star({ exclude: ['a'] }), item(b));
  assertItems('* EXCEPT (a)', star({ exclude: ['a'] }));
  assertItems(
    't.* REPLACE (a + 1 AS a, 1 AS b)',
    star({
      qualifier: 't',
      replace: [
        { expression: binary('+', a, one), alias: 'a' },
        { expression: one, alias: 'b' },
      ],
    }),
  );
  const both = star({ exclude: ['b'], replace: [{ expression: one, alias: 'a' }] });
  assertItems('* EXCLUDE (b) REPLACE (1 AS a)', both);
  assertItems('* REPLACE (1 AS a) EXCLUDE b', both);
});

test('FROM names a stream, with an alias and names of its columns', () => {
  assertFrom('s', {});
  assertFrom('"my-stream" AS t', { from: named('my-stream', { alias: 't' }) });
  assertFrom('s t (a, b)', { from: named('s', { alias: 't', columns: ['a', 'b'] }) });
  assertFrom('s key', { from: named('s', { alias: 'key' }) });
  assertFrom('offset', { from: named('offset') });
});

test('FROM holds a subquery', () => {
  const inner = query(select({ where: a }));
  assertFrom('(SELECT * FROM s WHERE a) AS t (b)', {
    from: { kind: 'subquery', query: inner, alias: 't', columns: ['b'] },
  });
  const two = query(union(select(), select({ from: named('t') })));
  assertFrom('((SELECT * FROM s) UNION ALL SELECT * FROM t) u', {
    from: { kind: 'subquery', query: two, alias: 'u', columns: [] },
  });
});

test('UNNEST stands beside a stream by CROSS JOIN, a comma or JOIN ON TRUE; LEFT JOIN keeps rows without elements', () => {
  const inner = (table: object) => ({ table, outer: false });
  assertFrom('s CROSS JOIN UNNEST(a)', { unnests: [inner(unnest(a))] });
  assertFrom('s, UNNEST(a) WITH ORDINALITY AS t (x, n)', {
    unnests: [inner(unnest(a, { ordinality: true, alias: 't', columns: ['x', 'n'] }))],
  });
  assertFrom('s INNER JOIN UNNEST(a) t ON TRUE', { unnests: [inner(unnest(a, { alias: 't' }))] });
  assertFrom('s JOIN UNNEST(a) ON TRUE', { unnests: [inner(unnest(a))] });
  const chain = [
    inner(unnest(a, { alias: 't' })),
    { table: unnest(column('t.b'), { alias: 'u', columns: ['x'] }), outer: true },
  ];
  assertFrom('s CROSS JOIN UNNEST(a) t LEFT OUTER JOIN UNNEST(t.b) AS u (x) ON TRUE WHERE b', {
    unnests: chain,
    where: b,
  });
  assertFrom('s LEFT JOIN UNNEST(a) ON TRUE', { unnests: [{ table: unnest(a), outer: true }] });
});

test('WITH names queries, each with names of its columns, at the front of any query but that of EXISTS', () => {
  const cte = (name: string, inner: object, columns: readonly string[] = []) => ({ name, columns, query: inner });
  assertQueries([
    [
      'WITH x (a, b) AS (SELECT * FROM s), y AS (SELECT * FROM x) SELECT * FROM y',
      query(select({ from: named('y') }), {
        ctes: [cte('x', query(select()), ['a', 'b']), cte('y', query(select({ from: named('x') })))],
      }),
    ],
    [
      'SELECT * FROM (WITH x AS (SELECT * FROM s) SELECT * FROM x)',
      query(
        select({
          from: {
            kind: 'subquery',
            query: query(select({ from: named('x') }), { ctes: [cte('x', query(select()))] }),
            columns: [],
          },
        }),
      ),
    ],
    [
      'WITH recursive AS (SELECT * FROM s) SELECT * FROM s',
      query(select(), { ctes: [cte('recursive', query(select()))] }),
    ],
  ]);
});

test('UNION ALL has any number of branches, which may stand in parentheses', () => {
  const t = select({ from: named('t') });
  assertQueries([
    ['SELECT * FROM s UNION ALL SELECT * FROM t UNION ALL SELECT * FROM s', query(union(select(), t, select()))],
    [
      'SELECT * FROM s UNION ALL (SELECT * FROM t UNION ALL SELECT * FROM s)',
      query(union(select(), union(t, select()))),
    ],
    ['((SELECT * FROM s)) UNION ALL (SELECT * FROM t)', query(union(select(), t))],
    ['(SELECT * FROM s)', query(select())],
  ]);
});

test('KEY BY ends the outermost query', () => {
  assertQueries([
    ['SELECT * FROM s KEY BY a, b + 1', query(select(), { keyBy: [a, binary('+', b, one)] })],
    ['SELECT * FROM s WHERE a KEY BY a;', query(select({ where: a }), { keyBy: [a] })],
    ['SELECT * FROM s UNION ALL SELECT * FROM s KEY BY a', query(union(select(), select()), { keyBy: [a] })],
    ['SELECT * FROM s key KEY BY a', query(select({ from: named('s', { alias: 'key' }) }), { keyBy: [a] })],
  ]);
});

test('semicolons and comments after a query, and comments within, say nothing', () => {
  assertQueries([['-- a\nSELECT /* b */ * FROM s -- c\n;; -- d', query(select())]]);
});

test('words that are not kept for the grammar name columns, aliases, tables and functions', () => {
  const words =
    'value key date time timestamp row map array type position offset unit interval limit group order left right any some ' +
    'year day hour with values json table using on first last both leading symmetric x over filter exists cast extract ' +
    'unnest replace exclude escape similar rlike regexp at member zone empty error default wrapper returning ordinality';
  for (const word of words.split(' ')) {
    const it = column(word);
    assertQueries([
      [
        `SELECT ${word}, ${word} AS ${word}, a.${word}, ${word} + 1, ${word}.a, f(${word}) FROM ${word} AS ${word} WHERE ${word} = ${word} AND ${word} KEY BY ${word}`,
        query(
          {
            kind: 'select',
            items: [
              item(it),
              item(it, word),
              item(column(`a.${word}`)),
              item(binary('+', it, one)),
              item(column(`${word}.a`)),
              item({ kind: 'call', name: 'f', args: [it] }),
            ],
            from: named(word, { alias: word }),
            unnests: [],
            where: { kind: 'and', operands: [binary('=', it, it), it] },
          },
          { keyBy: [it] },
        ),
      ],
    ]);
  }
});

test('the streams of a query are those that no WITH defines', () => {
  const sql =
    'WITH x AS (SELECT * FROM s) SELECT * FROM x UNION ALL SELECT * FROM (SELECT * FROM t WHERE EXISTS (SELECT 1 FROM UNNEST(a))) y';
  assert.deepEqual(
    streamsOf(parseQuery(sql)).map((n) => n.text),
    ['s', 't'],
  );
});
