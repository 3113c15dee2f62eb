/** Calls: plain ones, lambdas, and the functions whose arguments the standard separates by words. */
import { test } from 'node:test';
import { assertExpressions, binary, boolean, call, column, number, string, type, unit } from './parse-shape.ts';

const [a, b, x, y] = [column('a'), column('b'), column('x'), column('y')];
const one = number('1');

test('a call has a name and arguments; keywords of clauses are functions where a parenthesis follows', () => {
  assertExpressions([
    ['f()', call('f')],
    ['Upper(a)', call('Upper', a)],
    ['f(a, g(1))', call('f', a, call('g', one))],
    ['LEFT(a, 1)', call('LEFT', a, one)],
    ['values(a)', call('values', a)],
    ['REPLACE(a, b, x)', call('REPLACE', a, b, x)],
    ['date(a)', call('date', a)],
    ['any(a)', call('any', a)],
  ]);
});

test('functions of the clock need no parentheses', () => {
  assertExpressions([
    ['CURRENT_TIMESTAMP', call('CURRENT_TIMESTAMP')],
    ['current_date', call('current_date')],
    ['LOCALTIMESTAMP', call('LOCALTIMESTAMP')],
    ['CURRENT_TIMESTAMP(3)', call('CURRENT_TIMESTAMP', number('3'))],
    ['"CURRENT_DATE"', column('CURRENT_DATE')],
    ['a.current_date', column('a.current_date')],
  ]);
});

test('a lambda is an argument: of one name, or of several in parentheses', () => {
  const lambda = (parameters: readonly string[], body: object) => ({ kind: 'lambda', parameters, body });
  assertExpressions([
    ['f(a, x -> x + 1)', call('f', a, lambda(['x'], binary('+', x, one)))],
    ['f(a, (x) -> x)', call('f', a, lambda(['x'], x))],
    ['f(a, (x, "y") -> x + y, 1)', call('f', a, lambda(['x', 'y'], binary('+', x, y)), one)],
    ['f(x -> g(x, y -> y))', call('f', lambda(['x'], call('g', x, lambda(['y'], y))))],
    ['f(x -> x = 1 AND a)', call('f', lambda(['x'], { kind: 'and', operands: [binary('=', x, one), a] }))],
    ['f((x, y))', call('f', { kind: 'row', items: [x, y] })],
  ]);
});

test('EXTRACT, FLOOR, CEIL, TIMESTAMPADD and TIMESTAMPDIFF take a unit', () => {
  assertExpressions([
    ['EXTRACT(hour FROM a)', call('EXTRACT', unit('HOUR'), a)],
    ['EXTRACT(YEAR FROM year)', call('EXTRACT', unit('YEAR'), column('year'))],
    ['FLOOR(a TO DAY)', call('FLOOR', a, unit('DAY'))],
    ['CEIL(a TO month)', call('CEIL', a, unit('MONTH'))],
    ['CEILING(a)', call('CEILING', a)],
    ['CEILING(a TO hour)', call('CEILING', a, unit('HOUR'))],
    ['FLOOR(a + 1)', call('FLOOR', binary('+', a, one))],
    ['TIMESTAMPADD(DAY, 1, a)', call('TIMESTAMPADD', unit('DAY'), one, a)],
    ['TIMESTAMPADD(DAY)', call('TIMESTAMPADD', unit('DAY'))],
    ['TIMESTAMPDIFF(second, a, b)', call('TIMESTAMPDIFF', unit('SECOND'), a, b)],
  ]);
});

test('SUBSTRING, TRIM, POSITION and OVERLAY by words are the same calls with commas', () => {
  assertExpressions([
    ['SUBSTRING(a FROM 1 FOR b)', call('SUBSTRING', a, one, b)],
    ['SUBSTRING(a FROM 1)', call('SUBSTRING', a, one)],
    ['SUBSTRING(a FOR b)', call('SUBSTRING', a, one, b)],
    ['SUBSTRING(a)', call('SUBSTRING', a)],
    ['SUBSTRING(a, 1, b)', call('SUBSTRING', a, one, b)],
    ['TRIM(a)', call('TRIM', a)],
    ['TRIM(a, b)', call('TRIM', a, b)],
    ["TRIM('x' FROM a)", call('TRIM', a, string('x'))],
    ["TRIM(BOTH 'x' FROM a)", call('TRIM', a, string('x'))],
    ['TRIM(BOTH FROM a)', call('TRIM', a)],
    ["TRIM(LEADING 'x' || b FROM a)", call('LTRIM', a, { kind: 'concat', operands: [string('x'), b] })],
    ['TRIM(trailing from a)', call('RTRIM', a)],
    ['TRIM(leading)', call('TRIM', column('leading'))],
    ["TRIM(both || 'x')", call('TRIM', { kind: 'concat', operands: [column('both'), string('x')] })],
    ["POSITION('x' || b IN a)", call('POSITION', { kind: 'concat', operands: [string('x'), b] }, a)],
    ['POSITION(a)', call('POSITION', a)],
    ['POSITION(a, b)', call('POSITION', a, b)],
    ['OVERLAY(a PLACING b FROM 1)', call('OVERLAY', a, b, one)],
    ['OVERLAY(a PLACING b FROM 1 FOR 2)', call('OVERLAY', a, b, one, number('2'))],
    ['OVERLAY(a, b, 1)', call('OVERLAY', a, b, one)],
  ]);
});

test('JSON_VALUE, JSON_QUERY and JSON_EXISTS say what they return, and what instead of nothing or an error', () => {
  const path = string('$.x');
  const json = (name: string, clauses: object) => ({ ...call(name, a, path), json: clauses });
  assertExpressions([
    ["JSON_VALUE(a, '$.x')", call('JSON_VALUE', a, path)],
    ["JSON_VALUE(a, '$.x' RETURNING INT)", json('JSON_VALUE', { returning: type('INT') })],
    ["JSON_VALUE(a, '$.x' NULL ON EMPTY ERROR ON ERROR)", json('JSON_VALUE', { onEmpty: 'null', onError: 'error' })],
    ["JSON_VALUE(a, '$.x' DEFAULT b + 1 ON EMPTY)", json('JSON_VALUE', { onEmpty: binary('+', b, one) })],
    ["JSON_VALUE(a, '$.x' DEFAULT 1 ON ERROR)", json('JSON_VALUE', { onError: one })],
    ["JSON_QUERY(a, '$.x' WITHOUT WRAPPER)", json('JSON_QUERY', { wrapper: 'without' })],
    ["JSON_QUERY(a, '$.x' WITHOUT ARRAY WRAPPER)", json('JSON_QUERY', { wrapper: 'without' })],
    ["JSON_QUERY(a, '$.x' WITH WRAPPER)", json('JSON_QUERY', { wrapper: 'unconditional' })],
    ["JSON_QUERY(a, '$.x' WITH UNCONDITIONAL ARRAY WRAPPER)", json('JSON_QUERY', { wrapper: 'unconditional' })],
    [
      "JSON_QUERY(a, '$.x' RETURNING VARCHAR WITH CONDITIONAL WRAPPER EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)",
      json('JSON_QUERY', {
        returning: type('VARCHAR'),
        wrapper: 'conditional',
        onEmpty: string('[]'),
        onError: string('{}'),
      }),
    ],
    ["JSON_EXISTS(a, '$.x' TRUE ON ERROR)", json('JSON_EXISTS', { onError: boolean(true) })],
    ["JSON_EXISTS(a, '$.x' FALSE ON ERROR)", json('JSON_EXISTS', { onError: boolean(false) })],
    ["JSON_EXISTS(a, '$.x' UNKNOWN ON ERROR)", json('JSON_EXISTS', { onError: 'null' })],
    ["JSON_EXISTS(a, '$.x' ERROR ON ERROR)", json('JSON_EXISTS', { onError: 'error' })],
  ]);
});

test('JSON_OBJECT pairs keys and values by VALUE, by a colon, or by their order', () => {
  const pairs = call('JSON_OBJECT', string('k'), a, b, one);
  assertExpressions([
    ["JSON_OBJECT('k' VALUE a, b VALUE 1)", pairs],
    ["JSON_OBJECT(KEY 'k' VALUE a, KEY b VALUE 1)", pairs],
    ["JSON_OBJECT('k': a, b: 1)", pairs],
    ["JSON_OBJECT('k', a, b, 1)", pairs],
    ['JSON_OBJECT(key VALUE value)', call('JSON_OBJECT', column('key'), column('value'))],
    ['JSON_OBJECT()', call('JSON_OBJECT')],
    ["JSON_OBJECT('k': a, b: 1 NULL ON NULL)", pairs],
    ['JSON_ARRAY(a, 1 ABSENT ON NULL)', call('JSON_ARRAY', a, one)],
    ['JSON_ARRAY()', call('JSON_ARRAY')],
  ]);
});
