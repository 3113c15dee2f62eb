/** What is refused, at which place, and with which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MillraceError } from '../../../../src/contracts/failure.ts';
import { limits } from '../../../../src/contracts/limits.ts';
import { parseExpressionOrThrow, parseQueryOrThrow } from '../../../../src/pipeline/sql/front.ts';
import { parseQuery, parseSinkExpression } from '../../../../src/pipeline/sql/parse.ts';
import { assertRefused, mistakeOf } from './parse-shape.ts';

const joins = 'only arrays and maps are joined to their record: CROSS JOIN UNNEST(array) AS t (element)';
const sinks = 'write the query alone: where its rows go stands in the sink of the job';
const arrays = 'to look into an array, write x = ANY (array)';

test('clauses that there are not yet are refused by name', () => {
  assertRefused(parseQuery, [
    ['SELECT a FROM t «JOIN» u ON t.a = u.a', `JOIN is not supported yet | ${joins}`],
    ['SELECT a FROM t AS x «LEFT» JOIN u ON TRUE', `JOIN is not supported yet | ${joins}`],
    ['SELECT a FROM t «FULL» OUTER JOIN u', `JOIN is not supported yet | ${joins}`],
    ['SELECT a FROM t «NATURAL» JOIN u', `JOIN is not supported yet | ${joins}`],
    ['SELECT a FROM t «CROSS» JOIN u', `CROSS JOIN is not supported yet | ${joins}`],
    ['SELECT a «CROSS» JOIN u', `JOIN is not supported yet | ${joins}`],
    ['SELECT a FROM t«,» u', `a join of several streams is not supported yet | ${joins}`],
    ['SELECT a FROM t «GROUP» BY a', 'GROUP BY is not supported yet'],
    ['SELECT a «GROUP» BY a', 'GROUP BY is not supported yet'],
    ['SELECT a FROM t WHERE a «HAVING» b', 'HAVING is not supported yet'],
    ['SELECT a FROM t «WINDOW» w AS (PARTITION BY a)', 'WINDOW is not supported yet'],
    ['SELECT a FROM t «ORDER» BY a', 'ORDER BY is not supported yet'],
    ['SELECT a FROM t «LIMIT» 1', 'LIMIT is not supported yet'],
    ['SELECT a FROM t KEY BY a «LIMIT» 1', 'LIMIT is not supported yet'],
    ['SELECT a FROM t WHERE a «OFFSET» 1 ROW', 'OFFSET is not supported yet'],
    ['SELECT a FROM (SELECT a FROM t «FETCH» FIRST 1 ROW ONLY)', 'FETCH is not supported yet'],
    ['SELECT a FROM t «INTERSECT» SELECT a FROM t', 'INTERSECT is not supported yet'],
    ['(SELECT a FROM t) «EXCEPT» SELECT a FROM t', 'EXCEPT is not supported yet'],
    [
      'SELECT a FROM t «UNION» SELECT a FROM t',
      'UNION without ALL is not supported yet | UNION ALL keeps equal rows, and is',
    ],
    [
      'SELECT a FROM t «UNION» DISTINCT SELECT a FROM t',
      'UNION without ALL is not supported yet | UNION ALL keeps equal rows, and is',
    ],
    ['SELECT a FROM t «MATCH_RECOGNIZE» (PATTERN (a))', 'MATCH_RECOGNIZE is not supported yet'],
    ['SELECT a FROM t «TABLESAMPLE» BERNOULLI (1)', 'TABLESAMPLE is not supported yet'],
    ['SELECT a FROM t «FOR» SYSTEM_TIME AS OF b', 'FOR SYSTEM_TIME is not supported yet'],
    ['SELECT «DISTINCT» a FROM t', 'SELECT DISTINCT is not supported yet'],
    ['«VALUES» (1)', 'VALUES is not supported yet'],
    ['SELECT a FROM («VALUES» (1))', 'VALUES is not supported yet'],
    [
      "SELECT a FROM «TABLE»(TUMBLE(TABLE t, DESCRIPTOR(a), INTERVAL '1' DAY))",
      'windows and table functions (TABLE) are not supported yet',
    ],
    ['SELECT a FROM «tumble»(t)', `the table function tumble is not supported yet | ${joins}`],
    [
      'SELECT a FROM t CROSS JOIN «LATERAL» TABLE(f(a))',
      'LATERAL is not supported yet | write UNNEST(array) without it',
    ],
    ['«INSERT» INTO u SELECT a FROM t', `INSERT is not supported yet | ${sinks}`],
    ['«CREATE» TABLE u (a INT)', `CREATE is not supported yet | ${sinks}`],
    ['«DELETE» FROM t', 'DELETE is not supported yet'],
    [
      '«EXPLAIN» SELECT a FROM t',
      'EXPLAIN is not supported yet | write the query alone: millrace explain shows its plan',
    ],
    ['WITH «RECURSIVE» x AS (SELECT a FROM t) SELECT a FROM x', 'WITH RECURSIVE is not supported yet'],
  ]);
});

test('UNNEST and EXISTS are refused where they cannot stand', () => {
  const exists = 'write EXISTS (SELECT 1 FROM UNNEST(array) AS t (element) WHERE …)';
  assertRefused(parseQuery, [
    [
      'SELECT a FROM «UNNEST»(b)',
      'FROM begins with a stream | write FROM stream CROSS JOIN UNNEST(array) AS t (element)',
    ],
    ['SELECT «UNNEST»(a) FROM t', 'UNNEST is no value | it stands in FROM: CROSS JOIN UNNEST(array) AS t (element)'],
    ['SELECT a FROM t WHERE EXISTS (SELECT 1 FROM UNNEST(a) «LIMIT» 1)', 'LIMIT is not supported yet'],
    ['SELECT a FROM t, UNNEST(a«,» b)', 'UNNEST of several arrays is not supported yet'],
    ['SELECT a FROM t, UNNEST(a) «WITH» OFFSET', 'after UNNEST only WITH ORDINALITY is supported'],
    [
      'SELECT a FROM t LEFT JOIN UNNEST(a) AS u ON «u».x = 1',
      'a condition of a JOIN is not supported yet | write ON TRUE, and the condition in WHERE',
    ],
    [
      'SELECT a FROM t LEFT JOIN UNNEST(a) AS u «WHERE» u',
      'expected ON, but found "WHERE" | a JOIN of UNNEST ends with ON TRUE',
    ],
    [
      'SELECT a FROM t WHERE EXISTS (SELECT 1 FROM «u»)',
      `EXISTS over anything but an array or a map is not supported yet | ${exists}`,
    ],
    [
      'SELECT a FROM t WHERE EXISTS (SELECT 1 FROM UNNEST(a) «UNION» ALL SELECT 1 FROM UNNEST(b))',
      'UNION in EXISTS is not supported yet',
    ],
    [
      'SELECT a FROM t WHERE EXISTS («WITH» x AS (SELECT 1 FROM t) SELECT 1 FROM x)',
      'WITH in EXISTS is not supported yet',
    ],
    [
      'SELECT a FROM t WHERE EXISTS (SELECT 1 FROM UNNEST(a) «KEY» BY a)',
      'KEY BY stands at the end of the outermost query',
    ],
  ]);
});

test('subqueries as values are refused by name', () => {
  assertRefused(parseQuery, [
    ['SELECT («SELECT» a FROM t) FROM t', 'a subquery as a value is not supported yet | write it in FROM'],
    ['SELECT a = «SELECT» FROM t', 'a subquery as a value is not supported yet | write it in FROM'],
    ['SELECT a IN («SELECT» a FROM t) FROM t', `a subquery in IN is not supported yet | ${arrays}`],
    ['SELECT a > ALL («SELECT» a FROM t) FROM t', `a subquery in ALL is not supported yet | ${arrays}`],
    ['SELECT ARRAY(«SELECT» a FROM t) FROM t', 'a subquery as a value is not supported yet | write it in FROM'],
  ]);
});

test('forms of expressions that there are not yet are refused by name', () => {
  assertRefused(parseSinkExpression, [
    ['«COUNT»(*)', 'the aggregate COUNT is not supported yet'],
    ['1 + «sum»(DISTINCT a)', 'the aggregate SUM is not supported yet'],
    ['sum(a) «OVER» (PARTITION BY b)', 'a window function (OVER) is not supported yet'],
    ['sum(a) «FILTER» (WHERE b)', 'FILTER of an aggregate is not supported yet'],
    ['listagg(a) «WITHIN» GROUP (ORDER BY a)', 'WITHIN GROUP of an aggregate is not supported yet'],
    ["a «AT» TIME ZONE 'UTC'", 'AT TIME ZONE is not supported yet'],
    ['a «MEMBER» OF b', 'MEMBER OF is not supported yet'],
    ['a «SUBMULTISET» OF b', 'SUBMULTISET OF is not supported yet'],
    ['a «MULTISET» UNION b', 'MULTISET UNION is not supported yet'],
    ['«a» OVERLAPS (c, d)', 'OVERLAPS stands between two periods | write (start, end) OVERLAPS (start, end)'],
    ['a «AT» LOCAL', 'AT LOCAL is not supported yet'],
    ["JSON_VALUE(a «FORMAT» JSON, 'x')", 'FORMAT JSON is not supported yet'],
    ['lag(a) «IGNORE» NULLS', 'IGNORE NULLS is not supported yet'],
    ['lag(a) «RESPECT» NULLS', 'RESPECT NULLS is not supported yet'],
    ['«MULTISET»[1]', 'MULTISET is not supported yet'],
    ["a LIKE «ANY» ('x')", 'ANY of several patterns is not supported yet'],
    [
      "«TIMESTAMP_LTZ» '2026-01-01 00:00:00'",
      "literals of TIMESTAMP_LTZ are not supported yet | write CAST('2026-01-31 12:00:00' AS TIMESTAMP_LTZ(3))",
    ],
    [
      "«TIMESTAMP» WITH LOCAL TIME ZONE '2026-01-01 00:00:00'",
      "literals of TIMESTAMP_LTZ are not supported yet | write CAST('2026-01-31 12:00:00' AS TIMESTAMP_LTZ(3))",
    ],
    ["«B»'01'", "strings that begin with B' are not supported yet | N'…', U&'…' and X'00ff' do"],
    ["CAST(a AS DATE «FORMAT» 'YYYY')", 'FORMAT in a cast is not supported yet'],
    ['«?»', 'parameters are not supported yet'],
    ["JSON_VALUE(a, 'x' «PASSING» b AS c)", 'PASSING is not supported yet'],
  ]);
});

test('a mistake of the frame points at what is wrong, and says what was wanted', () => {
  const keyByLast = 'KEY BY stands at the end of the outermost query';
  const frontWith = 'WITH stands at the beginning of the query or of a subquery | move it to the front';
  assertRefused(parseQuery, [
    ['«»', 'expected SELECT, but the text ends | a query begins with SELECT'],
    ['SELECT «FROM» t', 'expected an expression, but found "FROM"'],
    ['SELECT a, «FROM» t', 'expected an expression, but found "FROM"'],
    ['SELECT a«»', 'expected FROM, but the text ends | FROM and the name of a stream come after the SELECT list'],
    [
      'SELECT a AS «FROM» t',
      'expected a name after AS, but found "FROM" | it is a keyword: quote it to use it as a name',
    ],
    ['SELECT a FROM t t «x»', 'expected the end of the query, but found "x"'],
    ['SELECT a FROM «1»', 'expected the name of a stream, but found "1"'],
    ['SELECT a FROM (SELECT a FROM t) «(»a)', 'expected the end of the query, but found "("'],
    ['SELECT a FROM t; «SELECT» a FROM t', 'a second statement: one query alone is wanted'],
    ['SELECT a FROM my«-»stream', 'a name without quotes ends before this | quote it where it holds a dot or a hyphen'],
    ['SELECT a FROM my«.»stream', 'a stream has a name of one part | quote it where it holds a dot or a hyphen'],
    ['SELECT a.b[1].«*» FROM t', 'expected a field, but found "*" | only a table has .*'],
    ['SELECT * EXCLUDE (a«.»b) FROM t', 'only whole columns can be left out'],
    ['SELECT * EXCLUDE a «EXCEPT» b FROM t', 'EXCEPT stands twice'],
    ['SELECT * REPLACE (1 AS a) «REPLACE» (2 AS a) FROM t', 'REPLACE stands twice'],
    ['SELECT * REPLACE (1 «a») FROM t', 'expected AS, but found "a" | write REPLACE (expression AS column)'],
    ['SELECT a FROM (SELECT a FROM t «KEY» BY a)', keyByLast],
    ['(SELECT a FROM t «KEY» BY a)', keyByLast],
    ['SELECT a FROM t UNION ALL («WITH» x AS (SELECT a FROM t) SELECT a FROM x)', frontWith],
    ['WITH x «SELECT» a FROM t', 'expected AS, but found "SELECT" | write WITH name AS (SELECT …)'],
    [
      `SELECT a FROM t KEY BY ${'a, '.repeat(limits.keyPartsMax)}«b.c», d`,
      `a key has at most ${limits.keyPartsMax} parts`,
    ],
  ]);
});

test('a mistake of an expression points at what is wrong, and says what was wanted', () => {
  const ofInterval = "write it in others: INTERVAL '7' DAY, INTERVAL '0.001' SECOND";
  const intervals = 'there are YEAR TO MONTH, and DAY, HOUR, MINUTE TO a smaller unit';
  assertRefused(parseSinkExpression, [
    ['a +«»', 'expected an expression, but the text ends'],
    ['a «b»', 'expected the end of the expression, but found "b"'],
    ['a«;»', 'expected the end of the expression, but found ";"'],
    ['b = «=» 1', 'expected an expression, but found "=" | equality is written with one ='],
    ['a + «*»', 'expected an expression, but found "*" | * stands alone in the SELECT list'],
    ['(a«»', 'expected ), but the text ends | a parenthesis is not closed'],
    ['f(a«»', 'expected ), but the text ends | the arguments of a function are not closed'],
    ['a[1«»', 'expected ], but the text ends | a subscript is not closed'],
    ["a.«'x'»", 'expected a field, but found "x"'],
    ['a.f«(»a)', 'a function has a name of one word'],
    ['x «->» x + 1', 'a lambda stands only as an argument of a function'],
    ['f((x, 1) «->» x)', 'a lambda stands only as an argument of a function'],
    ['a NOT «b»', 'expected IN, LIKE or BETWEEN after NOT, but found "b"'],
    ['a IN («)»', 'expected an expression, but found ")"'],
    ['a = ANY(b«,» c)', 'expected ), but found "," | ANY takes one array'],
    ['a BETWEEN 1 «OR» 2', 'expected AND, but found "OR" | BETWEEN has two bounds: BETWEEN 1 AND 5'],
    ['a IS «b»', 'expected NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM or JSON, but found "b"'],
    ['SUBSTRING(a, 1 «FROM» 2)', 'expected ), but found "FROM" | the arguments of a function are not closed'],
    ['CASE WHEN a«,» b THEN c END', 'expected THEN, but found "," | each WHEN has a THEN'],
    ["X «'00'»", 'expected the end of the expression, but found "00"'],
    ['CASE a «END»', 'expected WHEN, but found "END" | a CASE has at least one'],
    ['CASE WHEN a «END»', 'expected THEN, but found "END" | each WHEN has a THEN'],
    ["MAP['a'«]»", 'expected ,, but found "]" | a MAP lists keys and values in turn: MAP[key, value, …]'],
    ['CAST(a«,» INT)', 'expected AS, but found "," | write CAST(value AS type)'],
    ["X'0«g»'", "X'…' holds something that is no hexadecimal digit"],
    ["X«'000'»", "X'…' holds an odd number of digits | each byte is two: write 0a, not a"],
    ["INTERVAL '5' «DECADE»", `an INTERVAL has no unit DECADE | ${ofInterval}`],
    ["INTERVAL '5' «parsec»", 'expected one of YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, but found "parsec"'],
    ["INTERVAL '5'«»", 'expected one of YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, but the text ends'],
    ['INTERVAL «5» DAY', "the text of an INTERVAL stands in quotes | write INTERVAL '5'"],
    ["INTERVAL '5' MONTH TO «DAY»", `there is no INTERVAL MONTH TO DAY | ${intervals}`],
    ["INTERVAL '5' HOUR TO «DAY»", `there is no INTERVAL HOUR TO DAY | ${intervals}`],
    ['EXTRACT(«HOURS» FROM a)', 'there is no unit of time HOURS | did you mean HOUR?'],
    ['EXTRACT(HOUR«,» a)', 'expected FROM, but found "," | write EXTRACT(HOUR FROM x)'],
    ['FLOOR(a TO «1»)', 'expected a unit of time, but found "1" | such as YEAR, MONTH, DAY, HOUR, MINUTE or SECOND'],
    ['TRIM(LEADING a, b«)»', 'expected FROM, but found ")" | write TRIM(LEADING \' \' FROM x)'],
    ["JSON_VALUE(a, 'b' «nothing» ON EMPTY)", 'expected NULL, ERROR or DEFAULT, but found "nothing"'],
    ["JSON_VALUE(a, 'b' NULL ON ERROR «NULL ON EMPTY»)", 'ON EMPTY and ON ERROR stand once each, in this order'],
    ["JSON_VALUE(a, 'b' «WITH» WRAPPER)", 'expected NULL, ERROR or DEFAULT, but found "WITH"'],
    [
      "JSON_QUERY(a, 'b' WITH CONDITIONAL «UNCONDITIONAL» WRAPPER)",
      'expected WRAPPER, but found "UNCONDITIONAL" | write WITH or WITHOUT WRAPPER',
    ],
    ["JSON_EXISTS(a, 'b' «NULL» ON ERROR)", 'expected TRUE, FALSE, UNKNOWN or ERROR, but found "NULL"'],
    ["JSON_EXISTS(a, 'b' TRUE ON «EMPTY»)", 'JSON_EXISTS has no ON EMPTY'],
    ["«'»a", "a string is not closed | close it with '"],
    ['«"»a', 'a quoted name is not closed | close it with "'],
    ['«""» + a', 'a quoted name is empty'],
    ['1«a»', '"a" directly after a number'],
    ['a «/*» b', 'a comment is not closed | close it with */'],
    ['a «💥» b', 'unexpected character "💥"'],
  ]);
});

test('a text that is too long or nested too deep is refused, whatever it is nested by', () => {
  const long = { message: `the SQL is longer than ${limits.sqlCharsMax} characters` };
  assert.throws(() => parseQuery(' '.repeat(limits.sqlCharsMax + 1)), long);
  const longer = { message: `the SQL is longer than ${limits.expressionCharsMax} characters` };
  assert.throws(() => parseSinkExpression('a'.repeat(limits.expressionCharsMax + 1)), longer);
  const n = limits.sqlDepthMax + 1;
  const nested: readonly string[] = [
    `${'('.repeat(n)}a${')'.repeat(n)}`,
    `${'- '.repeat(n)}a`,
    `${'NOT '.repeat(n)}a`,
    `a${'[1]'.repeat(n)}`,
    `f()${'.b'.repeat(n)}`,
    `a${'::INT'.repeat(n)}`,
    `a${' IS NULL'.repeat(n)}`,
    `${'f('.repeat(n)}${')'.repeat(n)}`,
    `${'f(x -> '.repeat(n)}x${')'.repeat(n)}`,
    `${'CASE WHEN a THEN '.repeat(n)}a${' END'.repeat(n)}`,
    `${'ARRAY['.repeat(n)}${']'.repeat(n)}`,
    `${'a IN ('.repeat(n)}a${')'.repeat(n)}`,
    `${'EXISTS (SELECT 1 FROM UNNEST(a) WHERE '.repeat(n)}a${')'.repeat(n)}`,
  ];
  const queries = [
    ...nested.map((e) => `SELECT ${e} FROM t`),
    `${'SELECT a FROM ('.repeat(n)}SELECT a FROM t${')'.repeat(n)}`,
    `${'('.repeat(n)}SELECT a FROM t${')'.repeat(n)}`,
    `${'WITH x AS ('.repeat(n)}SELECT a FROM t${') SELECT a FROM x'.repeat(n)}`,
  ];
  for (const sql of queries)
    assert.match(mistakeOf(() => parseQuery(sql)).message, /^the query is nested deeper than 200$/, sql.slice(0, 40));
});

test('long lists are not deep', () => {
  const many = (text: string, by: string): string => Array(1_000).fill(text).join(by);
  for (const list of [
    many('a', ' AND '),
    many('a', ' || '),
    many('a', ' + '),
    many('a - b', ' * '),
    many('a', ', '),
    `f(${many('a', ', ')})`,
    `a${'.a'.repeat(1_000)}`,
  ])
    parseQuery(`SELECT ${list} FROM t`);
  parseQuery(many('SELECT a FROM t', ' UNION ALL '));
  parseQuery(`SELECT a FROM t${', UNNEST(a)'.repeat(1_000)}`);
});

test('users see line, column and a caret, and where in the spec the text stands', () => {
  const found = (parse: () => unknown): MillraceError => {
    try {
      parse();
    } catch (error) {
      if (error instanceof MillraceError) return error;
      throw error;
    }
    return assert.fail('the text is accepted');
  };
  const query = found(() => parseQueryOrThrow('SELECT a\nFROM t LIMIT 5'));
  assert.equal(
    query.message,
    'The SQL is wrong. line 2, column 8: LIMIT is not supported yet\nFROM t LIMIT 5\n       ^^^^^',
  );
  assert.equal(query.problems[0]?.path, '/spec/sql');
  const expression = found(() => parseExpressionOrThrow('a +', '/spec/sink/tombstone'));
  assert.equal(
    expression.message,
    'The SQL is wrong. line 1, column 4: expected an expression, but the text ends\na +\n   ^',
  );
  assert.equal(expression.problems[0]?.path, '/spec/sink/tombstone');
});
