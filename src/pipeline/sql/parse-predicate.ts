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

/** Whether IN, LIKE, BETWEEN or OVERLAPS come next, with or without NOT. */
export function isPredicate(cursor: Cursor): boolean {
  return (
    cursor.at('OVERLAPS', '(') ||
    cursor.at('NOT') ||
    cursor.at('IN') ||
    cursor.at('BETWEEN') ||
    patternNext(cursor) !== undefined
  );
}

function patternNext(cursor: Cursor): PatternKind | undefined {
  const { key } = cursor.next;
  return key === 'SIMILAR' && cursor.peek(1).key !== 'TO' ? undefined : patterns.get(key);
}

export function parsePredicate(cursor: Cursor, operand: Expression): Expression {
  if (cursor.take('OVERLAPS')) return overlaps(cursor, operand);
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

function overlaps(cursor: Cursor, left: Expression): Expression {
  const right = parseExpression(cursor, power.predicate);
  const [mine, theirs] = [left, right].map((side) => {
    const [first, second, third] = side.kind === 'row' ? side.items : [];
    if (first === undefined || second === undefined || third !== undefined)
      return refuse(side.span, 'OVERLAPS stands between two periods', 'write (start, end) OVERLAPS (start, end)');
    return Object.freeze([first, second] as const);
  }) as [readonly [Expression, Expression], readonly [Expression, Expression]];
  return node(cursor, left.span, { kind: 'overlaps', left: mine, right: theirs }, [left, right]);
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
  const symmetric = cursor.peek(1).key !== 'AND' && cursor.take('SYMMETRIC');
  if (cursor.peek(1).key !== 'AND') cursor.take('ASYMMETRIC');
  const low = parseExpression(cursor, power.predicate);
  cursor.expect('AND', 'BETWEEN has two bounds: BETWEEN 1 AND 5');
  const high = parseExpression(cursor, power.predicate);
  return node(
    cursor,
    operand.span,
    { kind: 'between', ...(symmetric ? { symmetric } : {}), negated, operand, low, high },
    [operand, low, high],
  );
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
  if (cursor.take('JSON')) return isJson(cursor, operand, negated);
  for (const word of ['A', 'EMPTY'])
    if (cursor.at(word)) refuse(cursor.next, `IS ${word === 'A' ? 'A SET' : word} is not supported yet`);
  return cursor.unexpected('NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM or JSON');
}

/** What JSON_TYPE says of a JSON that is of the kind. */
const jsonKinds = {
  OBJECT: ['object'],
  ARRAY: ['array'],
  SCALAR: ['string', 'number', 'boolean', 'null'],
} as const;

/** IS JSON [VALUE | OBJECT | ARRAY | SCALAR], which is never UNKNOWN: a question about what JSON_TYPE says. */
function isJson(cursor: Cursor, json: Expression, negated: boolean): Expression {
  const name = Object.freeze({ text: 'JSON_TYPE', offset: cursor.last.offset, length: cursor.last.length });
  const kind = cursor.takeOneOf(['OBJECT', 'ARRAY', 'SCALAR']);
  if (kind === undefined) cursor.take('VALUE');
  const at = json.span;
  const type = node(cursor, at, { kind: 'call', name, args: Object.freeze([json]) }, [json]);
  if (kind === undefined)
    return node(cursor, at, { kind: 'is', test: 'null', negated: !negated, operand: type }, [type]);
  const list = jsonKinds[kind].map((value) => node(cursor, at, { kind: 'string', value }));
  const operand = node(cursor, at, { kind: 'in', negated: false, operand: type, list }, [type]);
  return node(cursor, at, { kind: 'is', test: 'true', negated, operand }, [operand]);
}
