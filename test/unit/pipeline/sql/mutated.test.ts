/**
 * Queries that are right, and what is left of them after random changes: whatever the text, the parser gives a sound AST or
 * a mistake with a place in the text, and nothing else. A failure prints its seed and the smallest text that fails.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../../../src/contracts/limits.ts';
import type { Expression, Span } from '../../../../src/pipeline/sql/ast.ts';
import { invalidSql, MistakeFound } from '../../../../src/pipeline/sql/mistake.ts';
import { parseQuery, parseSinkExpression } from '../../../../src/pipeline/sql/parse.ts';
import * as refusals from '../../../../src/pipeline/sql/refusals.ts';
import { tokenize } from '../../../../src/pipeline/sql/tokens.ts';
import { shape } from './parse-shape.ts';

const corpus: readonly string[] = [
  "SELECT id, geo.country AS c, tags[1].name, \"a b\" FROM s AS t WHERE id > 5 AND NOT t.x = 'it''s' KEY BY id, geo.c;",
  'SELECT * EXCLUDE (a, b) REPLACE (a + 1 AS a), t.* EXCEPT c FROM s t (a, b) -- comment\n',
  'WITH x (a) AS (SELECT a FROM s), y AS (SELECT * FROM x) SELECT * FROM y UNION ALL (SELECT a FROM (SELECT a FROM s) u) KEY BY a',
  'SELECT k, v, n FROM s CROSS JOIN UNNEST(m) WITH ORDINALITY AS u (k, v, n), UNNEST(k) LEFT JOIN UNNEST(z) AS q (w) ON TRUE',
  'SELECT CASE a WHEN 1 THEN b ELSE NULL END, CASE WHEN a IS NOT NULL THEN TRUE WHEN b IS UNKNOWN THEN c END FROM s',
  'SELECT CAST(a AS DECIMAL(10, 2)), TRY_CAST(b AS ROW<x INT NOT NULL, y ARRAY<MAP<VARCHAR, INT>>>), c::TIMESTAMP(3) WITH LOCAL TIME ZONE, d::INT ARRAY FROM s',
  "SELECT a || 'x' || b, a LIKE 'x!%' ESCAPE '!', a NOT ILIKE b, a SIMILAR TO b, a RLIKE b, a NOT REGEXP b FROM s",
  'SELECT a IN (1, 2), b NOT IN UNNEST(c), a BETWEEN 1 AND 2 + 3, a NOT BETWEEN b AND c, a IS DISTINCT FROM b FROM s',
  'SELECT a = ANY (b), a >= ALL (ARRAY[1, 2]), a <> SOME (c) FROM s WHERE EXISTS (SELECT 1 FROM UNNEST(b) AS t (x) WHERE x > a)',
  "SELECT TRANSFORM(a, x -> x + 1), REDUCE(a, (x, y) -> x * y), ROW(a, b), (a, b), ARRAY[], MAP[], MAP['k', 1]['k'] FROM s",
  "SELECT DATE '2026-01-31', TIME '10:00:00', TIMESTAMP '2026-01-31 10:00:00', X'00ff', INTERVAL -'1-2' YEAR TO MONTH, a - INTERVAL '5' DAY(3) FROM s",
  "SELECT EXTRACT(HOUR FROM a), FLOOR(a TO DAY), CEIL(b), SUBSTRING(a FROM 1 FOR 2), SUBSTRING(a FOR 3), TRIM(LEADING 'x' FROM a), POSITION('a' IN b), OVERLAY(a PLACING b FROM 1 FOR 2), TIMESTAMPADD(DAY, 1, a) FROM s",
  "SELECT JSON_VALUE(a, '$.x' RETURNING INT DEFAULT -1 ON EMPTY NULL ON ERROR), JSON_QUERY(a, '$' WITH CONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON EMPTY), JSON_EXISTS(a, '$' UNKNOWN ON ERROR), JSON_OBJECT(KEY 'a' VALUE b, 'c': d) FROM s",
  'SELECT a FROM s WHERE EXISTS (SELECT * REPLACE (1 + 1 AS x) FROM UNNEST(a[1 + b]) t (x), UNNEST(x) u WHERE u IS NULL)',
  'SELECT CURRENT_TIMESTAMP, value, key, date, -a * +b / c % .5e-3, (a).b, f(a).b[1]::BIGINT FROM "my-stream" /* c */ WHERE ((a OR b) AND c) IS NOT FALSE',
];

/** The text in pieces: its tokens as they are written. */
const pieces = (sql: string): string[] =>
  tokenize(sql)
    .filter((t) => t.kind !== 'end')
    .map((t) => sql.slice(t.offset, t.offset + t.length));

const vocabulary: readonly string[] = [
  ...new Set([
    ...corpus.flatMap(pieces),
    ...refusals.reserved,
    ...refusals.notAlias,
    ...refusals.bareCalls,
    ...[...refusals.refusedOperators].flatMap(([word, more]) => [word, ...more.map((m) => m.second)]),
    ...[
      '->',
      '=>',
      '{',
      '}',
      '?',
      ':',
      '^',
      '/*',
      '*/',
      '--',
      "'",
      '"',
      '`',
      '1e',
      '\u2028',
      '💥',
      '\ud83d',
      '\0',
      'é',
    ],
  ]),
];

const at = fc.nat(10_000);
const change = fc.oneof(
  fc.record({ how: fc.constant('delete' as const), at }),
  fc.record({ how: fc.constant('insert' as const), at, what: fc.constantFrom(...vocabulary) }),
  fc.record({ how: fc.constant('replace' as const), at, what: fc.constantFrom(...vocabulary) }),
  fc.record({ how: fc.constant('repeat' as const), at, times: fc.oneof(fc.constant(2), fc.nat(400)) }),
  fc.record({ how: fc.constant('swap' as const), at, other: at }),
  fc.record({ how: fc.constant('cut' as const), at }),
);
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

function changed(parts: readonly string[], changes: readonly Change[]): string[] {
  const list = [...parts];
  for (const c of changes) {
    const i = c.at % (list.length + 1);
    if (c.how === 'delete') list.splice(i, 1);
    else if (c.how === 'cut') list.length = Math.min(i, list.length);
    else if (c.how === 'insert') list.splice(i, 0, c.what);
    else if (c.how === 'replace') list.splice(i, 1, c.what);
    else if (i < list.length) {
      const piece = list[i]!;
      if (c.how === 'repeat') list.splice(i, 1, ...Array<string>(c.times).fill(piece));
      else {
        const j = c.other % list.length;
        list[i] = list[j]!;
        list[j] = piece;
      }
    }
  }
  return list;
}

const isExpression = (value: object): value is Expression => 'kind' in value && 'height' in value;
/** Their text alone is no expression, or another one: units and lambdas are arguments, and some literals are not written. */
const notAlone: ReadonlySet<string> = new Set(['unit', 'lambda', 'string', 'number', 'boolean']);

/** Everything is frozen, spans lie within those of what holds them, heights are true, and an expression's text alone means the same. */
function assertSound(sql: string, value: unknown, within: Span, alone: { left: number }): number {
  if (typeof value !== 'object' || value === null) return 0;
  assert.ok(Object.isFrozen(value), `not frozen: ${JSON.stringify(value)}`);
  if (Array.isArray(value)) return value.reduce((most, v) => Math.max(most, assertSound(sql, v, within, alone)), 0);
  const span = 'span' in value ? (value.span as Span) : 'offset' in value ? (value as Span) : within;
  assertWithin(span, within);
  let height = 0;
  for (const v of Object.values(value)) height = Math.max(height, assertSound(sql, v, span, alone));
  if (!isExpression(value)) return height;
  assert.equal(value.height, height + 1, `height of ${value.kind}`);
  assert.ok(value.height <= limits.sqlDepthMax);
  if (!notAlone.has(value.kind) && span.length <= limits.expressionCharsMax && alone.left-- > 0) {
    const text = sql.slice(span.offset, span.offset + span.length);
    assert.deepEqual(shape(parseSinkExpression(text)), shape(value), text);
  }
  return value.height;
}

function assertWithin(span: Span, within: Span): void {
  const { offset, length } = span;
  const inside = length >= 0 && offset >= within.offset && offset + length <= within.offset + within.length;
  assert.ok(inside, `${JSON.stringify({ offset, length })} lies outside ${JSON.stringify(within)}`);
}

/** What the parser makes of a text: 'read' or the mistake's message. */
function outcome(sql: string, parse: (sql: string) => unknown): string {
  const whole = { offset: 0, length: sql.length };
  let ast: unknown;
  try {
    ast = parse(sql);
  } catch (found) {
    if (!(found instanceof MistakeFound)) throw found;
    const { span, message } = found.mistake;
    assertWithin(span, whole);
    assert.match(
      invalidSql(sql, [found.mistake]).message,
      /^The SQL is wrong\. line \d+, column \d+: .+\n.*\n *\^+$/su,
    );
    return message;
  }
  assertSound(sql, ast, whole, { left: 30 });
  return 'read';
}

test('every query of the corpus is read', () => {
  for (const sql of corpus) assert.equal(outcome(sql, parseQuery), 'read', sql);
});

test('queries with changed tokens are read, or refused at a place in the text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(change, { minLength: 1, maxLength: 6 }), (sql, changes) => {
      outcome(changed(pieces(sql), changes).join(' '), parseQuery);
    }),
    { numRuns: 4_000 },
  );
});

test('queries with changed characters are read, or refused at a place in the text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(change, { minLength: 1, maxLength: 6 }), (sql, changes) => {
      outcome(changed(sql.split(''), changes).join(''), parseQuery);
    }),
    { numRuns: 3_000 },
  );
});

test('any words in any order are read, or refused at a place in the text', () => {
  const words = fc.array(fc.constantFrom(...vocabulary), { maxLength: 40 }).map((list) => list.join(' '));
  fc.assert(
    fc.property(words, (text) => {
      outcome(text, parseSinkExpression);
      outcome(`SELECT ${text}`, parseQuery);
      outcome(`SELECT a FROM ${text}`, parseQuery);
    }),
    { numRuns: 2_000 },
  );
});
