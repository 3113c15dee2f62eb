/** What each form of an expression is parsed to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertExpressions,
  binary,
  boolean,
  call,
  column,
  expressionShape,
  field,
  number,
  string,
  subscript,
  type,
} from './parse-shape.ts';

const [a, b, c] = [column('a'), column('b'), column('c')];
const [one, two] = [number('1'), number('2')];

test('a path of names is one column; a part of anything else is a field', () => {
  assertExpressions([
    ['a', a],
    ['a.b.c', column('a.b.c')],
    ['"a b"."c""d"', { kind: 'column', path: ['a b', 'c"d'] }],
    ['`a`.b', column('a.b')],
    ['a.select.end.from', column('a.select.end.from')],
    ['tags[1].name', field(subscript(column('tags'), one), 'name')],
    ['(a).b', field(a, 'b')],
    ['f(a).b.c', field(field(call('f', a), 'b'), 'c')],
    ["m['k'][1]", subscript(subscript(column('m'), string('k')), one)],
    ['a.b[c + 1]', subscript(column('a.b'), binary('+', c, one))],
  ]);
});

test('literals', () => {
  assertExpressions([
    ["'it''s'", string("it's")],
    ['12', number('12')],
    ['.5e-3', number('.5e-3')],
    ['TRUE', boolean(true)],
    ['false', boolean(false)],
    ['NULL', { kind: 'null' }],
    ["X'00fF'", { kind: 'binary-string', hex: '00fF' }],
    ["x''", { kind: 'binary-string', hex: '' }],
    ["DATE '2026-01-31'", { kind: 'datetime', type: 'DATE', text: '2026-01-31' }],
    ["time '10:00:00'", { kind: 'datetime', type: 'TIME', text: '10:00:00' }],
    ["TIMESTAMP'2026-01-31 10:00:00'", { kind: 'datetime', type: 'TIMESTAMP', text: '2026-01-31 10:00:00' }],
  ]);
});

test('intervals have a sign, a text, a unit and perhaps a second one', () => {
  const interval = (text: string, negated: boolean, from: string, to?: string) => ({
    kind: 'interval',
    text,
    negated,
    from,
    ...(to === undefined ? {} : { to }),
  });
  assertExpressions([
    ["INTERVAL '5' minute", interval('5', false, 'MINUTE')],
    ["INTERVAL '-1-2' YEAR TO MONTH", interval('-1-2', false, 'YEAR', 'MONTH')],
    ["INTERVAL -'1 02:03:04.5' DAY TO SECOND", interval('1 02:03:04.5', true, 'DAY', 'SECOND')],
    ["INTERVAL +'100' DAY(3)", interval('100', false, 'DAY')],
    ["INTERVAL '1:2' HOUR (2) TO SECOND (6)", interval('1:2', false, 'HOUR', 'SECOND')],
    ["a - INTERVAL '1' DAY", binary('-', a, interval('1', false, 'DAY') as never)],
  ]);
});

test('stronger operators hold their operands together', () => {
  const and = (...operands: readonly unknown[]) => ({ kind: 'and', operands });
  const or = (...operands: readonly unknown[]) => ({ kind: 'or', operands });
  const not = (operand: unknown) => ({ kind: 'not', operand });
  const negate = (operand: unknown) => ({ kind: 'negate', operand }) as never;
  const concat = (...operands: readonly unknown[]) => ({ kind: 'concat', operands }) as never;
  assertExpressions([
    ['a + b * c', binary('+', a, binary('*', b, c))],
    ['a - b - c', binary('-', binary('-', a, b), c)],
    ['(a + b) * c', binary('*', binary('+', a, b), c)],
    ['a / b % c', binary('%', binary('/', a, b), c)],
    ["a || 'x' || b", concat(a, string('x'), b)],
    ['a || b * c', concat(a, binary('*', b, c))],
    ['-a * b', binary('*', negate(a), b)],
    ['- - a', negate(negate(a))],
    ['+a', { kind: 'plus', operand: a }],
    ['-a.b[1]', negate(subscript(column('a.b'), one))],
    ['-a::INT', negate({ kind: 'cast', operand: a, type: type('INT'), safe: false })],
    ['a != b', binary('<>', a, b)],
    ['a + 1 >= b', binary('>=', binary('+', a, one), b)],
    ['a OR b AND NOT c', or(a, and(b, not(c)))],
    ['a AND b AND c', and(a, b, c)],
    ['(a AND b) AND c', and(and(a, b), c)],
    ['NOT a = b', not(binary('=', a, b))],
    ['NOT a IS NULL', not({ kind: 'is', test: 'null', negated: false, operand: a })],
    ['a = b IS TRUE', { kind: 'is', test: 'true', negated: false, operand: binary('=', a, b) }],
    ['a + any(b)', binary('+', a, call('any', b))],
    ['a = b IS DISTINCT FROM c', { kind: 'distinct', negated: false, left: binary('=', a, b), right: c }],
    ['a = b LIKE c', binary('=', a, { kind: 'like', by: 'like', negated: false, operand: b, pattern: c })],
    ['a BETWEEN 1 AND 2 AND b', and({ kind: 'between', negated: false, operand: a, low: one, high: two }, b)],
    ['a IN (1) = b', binary('=', { kind: 'in', negated: false, operand: a, list: [one] }, b)],
  ]);
});

test('IS tests for NULL, truth and distinctness', () => {
  assertExpressions([
    ['a IS NULL', { kind: 'is', test: 'null', negated: false, operand: a }],
    ['a IS NOT UNKNOWN', { kind: 'is', test: 'unknown', negated: true, operand: a }],
    ['a IS FALSE', { kind: 'is', test: 'false', negated: false, operand: a }],
    ['a IS DISTINCT FROM b + 1', { kind: 'distinct', negated: false, left: a, right: binary('+', b, one) }],
    ['a IS NOT DISTINCT FROM NULL', { kind: 'distinct', negated: true, left: a, right: { kind: 'null' } }],
  ]);
});

test('patterns: LIKE, ILIKE, SIMILAR TO, RLIKE and REGEXP, with NOT and ESCAPE', () => {
  const like = (by: string, negated: boolean, rest: object = {}) => ({
    kind: 'like',
    by,
    negated,
    operand: a,
    pattern: b,
    ...rest,
  });
  assertExpressions([
    ['a LIKE b', like('like', false)],
    ["a NOT LIKE b ESCAPE '!'", like('like', true, { escape: string('!') })],
    ['a ILIKE b', like('ilike', false)],
    ["a SIMILAR TO b ESCAPE '!'", like('similar', false, { escape: string('!') })],
    ['a NOT SIMILAR TO b', like('similar', true)],
    ['a RLIKE b', like('regexp', false)],
    ['a NOT REGEXP b', like('regexp', true)],
    ["a LIKE b || 'x'", like('like', false, { pattern: { kind: 'concat', operands: [b, string('x')] } })],
  ]);
});

test('IN a list, and BETWEEN two bounds', () => {
  assertExpressions([
    ['a IN (1, b)', { kind: 'in', negated: false, operand: a, list: [one, b] }],
    ['a NOT IN (1)', { kind: 'in', negated: true, operand: a, list: [one] }],
    ['a BETWEEN b AND c', { kind: 'between', negated: false, operand: a, low: b, high: c }],
    ['a NOT BETWEEN ASYMMETRIC 1 AND 2', { kind: 'between', negated: true, operand: a, low: one, high: two }],
    ['a BETWEEN symmetric AND b', { kind: 'between', negated: false, operand: a, low: column('symmetric'), high: b }],
  ]);
});

test('every comparison with ANY, SOME or ALL of an array; IN UNNEST is = ANY, and NOT IN UNNEST <> ALL', () => {
  const quantified = (operator: string, quantifier: string) => ({
    kind: 'quantified',
    operator,
    quantifier,
    left: a,
    array: b,
  });
  for (const operator of ['=', '<>', '<', '<=', '>', '>='])
    assertExpressions([
      [`a ${operator} ANY (b)`, quantified(operator, 'any')],
      [`a ${operator} SOME(b)`, quantified(operator, 'any')],
      [`a ${operator} all (b)`, quantified(operator, 'all')],
    ]);
  assertExpressions([
    ['a IN UNNEST(b)', quantified('=', 'any')],
    ['a NOT IN UNNEST(b)', quantified('<>', 'all')],
    ['a = ANY(ARRAY[1])', { ...quantified('=', 'any'), array: { kind: 'array', items: [one] } }],
  ]);
});

test('both forms of CASE', () => {
  const otherwise = { kind: 'null' };
  assertExpressions([
    [
      'CASE WHEN a THEN 1 WHEN b THEN 2 END',
      {
        kind: 'case',
        whens: [
          { when: a, result: one },
          { when: b, result: two },
        ],
      },
    ],
    ["CASE'x' WHEN'y' THEN 1 END", { kind: 'case', subject: string('x'), whens: [{ when: string('y'), result: one }] }],
    ['CASE a WHEN 1 THEN b ELSE NULL END', { kind: 'case', subject: a, whens: [{ when: one, result: b }], otherwise }],
  ]);
});

test('casts by CAST, TRY_CAST and ::', () => {
  const cast = (operand: unknown, name: string, safe = false) =>
    ({ kind: 'cast', operand, type: type(name), safe }) as never;
  assertExpressions([
    ['CAST(a + 1 AS BIGINT)', cast(binary('+', a, one), 'BIGINT')],
    ['try_cast(a AS int)', cast(a, 'INT', true)],
    ['a::INT::VARCHAR', cast(cast(a, 'INT'), 'VARCHAR')],
    ['a::INT < b', binary('<', cast(a, 'INT'), b)],
    ['a::INT IS NOT NULL', { kind: 'is', test: 'null', negated: true, operand: cast(a, 'INT') }],
    ["'1'::INT + 1", binary('+', cast(string('1'), 'INT'), one)],
  ]);
});

test('rows, arrays and maps are made of their parts', () => {
  assertExpressions([
    ['ROW(a)', { kind: 'row', items: [a] }],
    ['ROW(a, 1)', { kind: 'row', items: [a, one] }],
    ['(a, 1)', { kind: 'row', items: [a, one] }],
    ['(a)', a],
    ['ARRAY[a, 1]', { kind: 'array', items: [a, one] }],
    ['ARRAY[]', { kind: 'array', items: [] }],
    [
      "MAP['x', 1, b, 2]",
      {
        kind: 'map',
        entries: [
          { key: string('x'), value: one },
          { key: b, value: two },
        ],
      },
    ],
    ['MAP[]', { kind: 'map', entries: [] }],
    ['ARRAY[ROW(a)][1]', subscript({ kind: 'array', items: [{ kind: 'row', items: [a] }] }, one)],
    ['(a, b) = (1, 2)', binary('=', { kind: 'row', items: [a, b] }, { kind: 'row', items: [one, two] })],
  ]);
});

test('EXISTS holds the query over an array', () => {
  const exists = expressionShape('NOT EXISTS (SELECT 1 FROM UNNEST(a.b) AS t (x) WHERE x > c)');
  const from = { kind: 'unnest', operand: column('a.b'), ordinality: false, alias: 't', columns: ['x'] };
  const items = [{ kind: 'expression', expression: one }];
  const body = { kind: 'select', items, from, unnests: [], where: binary('>', column('x'), c) };
  assert.deepEqual(exists, { kind: 'not', operand: { kind: 'exists', query: { ctes: [], body, keyBy: [] } } });
});

test('a row value, a subscript and a cast may stand wherever an operand may', () => {
  assertExpressions([
    [
      "a[1]::INT || 'x'",
      {
        kind: 'concat',
        operands: [{ kind: 'cast', operand: subscript(a, one), type: type('INT'), safe: false }, string('x')],
      },
    ],
    ['CASE a WHEN 1 THEN b END.c', field({ kind: 'case', subject: a, whens: [{ when: one, result: b }] }, 'c')],
  ]);
});
