/**
 * Expressions, by operator precedence (Pratt): from OR, the weakest, to a subscript, the strongest. What words begin
 * stands in parse-word.ts, predicates in parse-predicate.ts.
 */
import type { BinaryOperator, Expression, Span } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refuse } from './mistake.ts';
import { atUnicodeString, joinedStrings, unicodeString } from './parse-literal.ts';
import { node } from './parse-node.ts';
import { isPredicate, parseIs, parsePredicate, parseQuantified } from './parse-predicate.ts';
import { parseType } from './parse-type.ts';
import { columnOrCall, prefixWord } from './parse-word.ts';
import { refusedOperators } from './refusals.ts';

/** Precedence: Calcite's, but that `||` is as weak as `+`, so that `'a' || n * 2` needs no parentheses. */
export const power = {
  or: 10,
  and: 20,
  not: 30,
  is: 40,
  compare: 50,
  /** IN, LIKE, BETWEEN. */
  predicate: 55,
  add: 60,
  multiply: 70,
  sign: 80,
  /** Dots, subscripts, `::`. */
  part: 90,
} as const;

const infix: ReadonlyMap<string, number> = new Map([
  ['OR', power.or],
  ['AND', power.and],
  ['IS', power.is],
  ...['=', '<>', '<', '<=', '>', '>='].map((key) => [key, power.compare] as const),
  ...['+', '-', '||'].map((key) => [key, power.add] as const),
  ...['*', '/', '%'].map((key) => [key, power.multiply] as const),
  ...['.', '[', '::'].map((key) => [key, power.part] as const),
]);

export function parseExpression(cursor: Cursor, weakest = 0): Expression {
  return cursor.nested(() => {
    let left = prefix(cursor);
    for (;;) {
      const strength = infix.get(cursor.next.key) ?? (isPredicate(cursor) ? power.predicate : 0);
      if (strength <= weakest) break;
      left = continued(cursor, left, strength);
    }
    refuseOperator(cursor);
    return left;
  });
}

export function expressions(cursor: Cursor): readonly Expression[] {
  return cursor.list(() => parseExpression(cursor));
}

function refuseOperator(cursor: Cursor): void {
  const refused = refusedOperators.get(cursor.next.key)?.find(({ second }) => cursor.peek(1).key === second);
  if (refused !== undefined) refuse(cursor.next, `${refused.is} is not supported yet`);
  if (cursor.at('->')) refuse(cursor.next, 'a lambda stands only as an argument of a function');
}

function prefix(cursor: Cursor): Expression {
  const first = cursor.next;
  switch (first.kind) {
    case 'string':
      return joinedStrings(cursor);
    case 'number':
      cursor.advance();
      return node(cursor, first, { kind: 'number', text: first.text });
    case 'symbol':
      return prefixSymbol(cursor);
    case 'word':
      return atUnicodeString(cursor) ? unicodeString(cursor) : prefixWord(cursor);
    case 'quoted':
      return columnOrCall(cursor);
    case 'end':
      return cursor.unexpected('an expression');
  }
}

function prefixSymbol(cursor: Cursor): Expression {
  const first = cursor.next;
  if (cursor.take('(')) {
    if (cursor.atQuery()) refuse(cursor.next, 'a subquery as a value is not supported yet', 'write it in FROM');
    const items = expressions(cursor);
    cursor.expect(')', 'a parenthesis is not closed');
    if (items.length > 1) return node(cursor, first, { kind: 'row', items }, items);
    return Object.freeze({ ...items[0]!, span: cursor.span(first) });
  }
  if (cursor.take('-')) {
    const operand = parseExpression(cursor, power.sign);
    return node(cursor, first, { kind: 'negate', operand }, [operand]);
  }
  if (cursor.take('+')) {
    const operand = parseExpression(cursor, power.sign);
    return node(cursor, first, { kind: 'plus', operand }, [operand]);
  }
  if (first.key === '?' || first.key === ':') refuse(first, 'parameters are not supported yet');
  return cursor.unexpected('an expression', hints.get(first.key));
}

const hints: ReadonlyMap<string, string> = new Map([
  ['*', '* stands alone in the SELECT list'],
  ['=', 'equality is written with one ='],
]);

/** What follows an operand: one operator and its right side. */
function continued(cursor: Cursor, left: Expression, strength: number): Expression {
  const { key } = cursor.next;
  switch (key) {
    case 'AND':
      return chain(cursor, left, 'and', key, strength);
    case 'OR':
      return chain(cursor, left, 'or', key, strength);
    case '||':
      return chain(cursor, left, 'concat', key, strength);
    case 'IS':
      return parseIs(cursor, left);
    case '.': {
      cursor.advance();
      return node(cursor, left.span, { kind: 'field', operand: left, name: cursor.field() }, [left]);
    }
    case '[': {
      cursor.advance();
      const index = parseExpression(cursor);
      cursor.expect(']', 'a subscript is not closed');
      return node(cursor, left.span, { kind: 'subscript', operand: left, index }, [left, index]);
    }
    case '::': {
      cursor.advance();
      return node(cursor, left.span, { kind: 'cast', operand: left, type: parseType(cursor), safe: false }, [left]);
    }
    default: {
      if (strength === power.predicate) return parsePredicate(cursor, left);
      cursor.advance();
      const operator = key as BinaryOperator;
      if (strength === power.compare) {
        const quantified = parseQuantified(cursor, left, operator);
        if (quantified !== undefined) return quantified;
      }
      const right = parseExpression(cursor, strength);
      return strength === power.compare
        ? node(cursor, left.span, { kind: 'binary', operator, left, right }, [left, right])
        : sums(cursor, left, operator, right, strength);
    }
  }
}

/** Operators in a row, up to so many, are a tree like any others. */
const treeMax = 50;

/** What follows with operators of one strength, from the left. */
function sums(
  cursor: Cursor,
  left: Expression,
  operator: BinaryOperator,
  right: Expression,
  strength: number,
): Expression {
  const steps = [{ operator, operand: right, end: cursor.last }];
  while (infix.get(cursor.next.key) === strength && !cursor.at('||')) {
    const { key } = cursor.advance();
    steps.push({ operator: key as BinaryOperator, operand: parseExpression(cursor, strength), end: cursor.last });
  }
  if (steps.length > treeMax) {
    const shape = {
      kind: 'chain',
      first: left,
      steps: Object.freeze(steps.map(({ end: _, ...step }) => step)),
    } as const;
    return node(cursor, left.span, shape, [left, ...steps.map((step) => step.operand)]);
  }
  return steps.reduce((tree, step) => {
    const shape = { kind: 'binary', operator: step.operator, left: tree, right: step.operand } as const;
    const made = node(cursor, left.span, shape, [tree, step.operand]);
    return Object.freeze({ ...made, span: reaching(left.span, step.end) });
  }, left);
}

const reaching = (from: Span, to: Span): Span =>
  Object.freeze({ offset: from.offset, length: to.offset + to.length - from.offset });

/** `a AND b AND c` as one node of three, so that a long list isn't a deep tree. */
function chain(
  cursor: Cursor,
  first: Expression,
  kind: 'and' | 'or' | 'concat',
  key: string,
  strength: number,
): Expression {
  const operands = [first];
  while (cursor.take(key)) operands.push(parseExpression(cursor, strength));
  return node(cursor, first.span, { kind, operands: Object.freeze(operands) }, operands);
}
