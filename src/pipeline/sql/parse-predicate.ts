/** Predicates that words make: IS, IN, LIKE and its kin, BETWEEN, and comparisons with ANY or ALL of an array. */
import type { BinaryOperator, Expression, PatternKind, TruthTest } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { expressions, parseExpression, power } from './expression.ts';
import { refuse } from './mistake.ts';
import { node } from './parse-node.ts';

/** Words that match a text with a pattern → how. */
const patterns: ReadonlyMap<string, PatternKind> = new Map([
  ['LIKE', 'like'],
  ['ILIKE', 'ilike'],
  ['SIMILAR', 'similar'],
  ['RLIKE', 'regexp'],
  ['REGEXP', 'regexp'],
]);

/** Whether IN, LIKE or BETWEEN come next, with or without NOT. */
export function isPredicate(cursor: Cursor): boolean {
  return cursor.at('NOT') || cursor.at('IN') || cursor.at('BETWEEN') || patternNext(cursor) !== undefined;
}

function patternNext(cursor: Cursor): PatternKind | undefined {
  const { key } = cursor.next;
  return key === 'SIMILAR' && cursor.peek(1).key !== 'TO' ? undefined : patterns.get(key);
}

export function parsePredicate(cursor: Cursor, operand: Expression): Expression {
  const negated = cursor.take('NOT');
  if (cursor.take('IN')) return inList(cursor, operand, negated);
  if (cursor.take('BETWEEN')) return between(cursor, operand, negated);
  const by = patternNext(cursor);
  if (by === undefined) return cursor.unexpected('IN, LIKE or BETWEEN after NOT');
  cursor.advance();
  if (by === 'similar') cursor.expect('TO', 'SIMILAR is followed by TO');
  for (const quantifier of ['ANY', 'SOME', 'ALL'])
    if (cursor.at(quantifier, '(')) refuse(cursor.next, `${quantifier} of several patterns is not supported yet`);
  const pattern = parseExpression(cursor, power.predicate);
  const escapeBy = cursor.take('ESCAPE') ? parseExpression(cursor, power.predicate) : undefined;
  const children = [operand, pattern, ...(escapeBy ? [escapeBy] : [])];
  return node(cursor, operand.span, { kind: 'like', by, negated, operand, pattern, escape: escapeBy }, children);
}

function inList(cursor: Cursor, operand: Expression, negated: boolean): Expression {
  if (cursor.take('UNNEST')) {
    const array = arrayInParentheses(cursor);
    const how = negated
      ? ({ operator: '<>', quantifier: 'all' } as const)
      : ({ operator: '=', quantifier: 'any' } as const);
    return node(cursor, operand.span, { kind: 'quantified', ...how, left: operand, array }, [operand, array]);
  }
  cursor.expect('(', 'IN is followed by a list in parentheses');
  refuseSubquery(cursor, 'IN');
  const list = expressions(cursor);
  cursor.expect(')', 'the list of IN is not closed');
  return node(cursor, operand.span, { kind: 'in', negated, operand, list }, [operand, ...list]);
}

function between(cursor: Cursor, operand: Expression, negated: boolean): Expression {
  if (cursor.at('SYMMETRIC') && cursor.peek(1).key !== 'AND')
    refuse(cursor.next, 'BETWEEN SYMMETRIC is not supported yet', 'write the lower bound first');
  cursor.take('ASYMMETRIC');
  const low = parseExpression(cursor, power.predicate);
  cursor.expect('AND', 'BETWEEN has two bounds: BETWEEN 1 AND 5');
  const high = parseExpression(cursor, power.predicate);
  return node(cursor, operand.span, { kind: 'between', negated, operand, low, high }, [operand, low, high]);
}

/** `ANY (array)` or `ALL (array)` after a comparison; undefined where neither comes next. */
export function parseQuantified(cursor: Cursor, left: Expression, operator: BinaryOperator): Expression | undefined {
  const { key } = cursor.next;
  if (!['ANY', 'SOME', 'ALL'].includes(key) || cursor.peek(1).key !== '(') return undefined;
  cursor.advance();
  const array = arrayInParentheses(cursor);
  const quantifier = key === 'ALL' ? 'all' : 'any';
  return node(cursor, left.span, { kind: 'quantified', operator, quantifier, left, array }, [left, array]);
}

function arrayInParentheses(cursor: Cursor): Expression {
  const { key } = cursor.last;
  cursor.expect('(', `${key} is followed by an array in parentheses`);
  refuseSubquery(cursor, key);
  const array = parseExpression(cursor);
  cursor.expect(')', `${key} takes one array`);
  return array;
}

function refuseSubquery(cursor: Cursor, where: string): void {
  if (cursor.atQuery())
    refuse(cursor.next, `a subquery in ${where} is not supported yet`, 'to look into an array, write x = ANY (array)');
}

export function parseIs(cursor: Cursor, operand: Expression): Expression {
  cursor.advance();
  const negated = cursor.take('NOT');
  if (cursor.take('DISTINCT')) {
    cursor.expect('FROM', 'write IS DISTINCT FROM');
    const right = parseExpression(cursor, power.compare);
    return node(cursor, operand.span, { kind: 'distinct', negated, left: operand, right }, [operand, right]);
  }
  const test = cursor.takeOneOf(['NULL', 'TRUE', 'FALSE', 'UNKNOWN']);
  if (test !== undefined) {
    const shape = { kind: 'is', test: test.toLowerCase() as TruthTest, negated, operand } as const;
    return node(cursor, operand.span, shape, [operand]);
  }
  for (const word of ['JSON', 'A', 'EMPTY'])
    if (cursor.at(word)) refuse(cursor.next, `IS ${word === 'A' ? 'A SET' : word} is not supported yet`);
  return cursor.unexpected('NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM');
}
