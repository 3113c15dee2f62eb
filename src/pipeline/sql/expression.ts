/** Expressions, by operator precedence (Pratt): from OR, the weakest, to a sign, the strongest. */
import { limits } from '../../contracts/limits.ts';
import type { BinaryOperator, Expression, Name, Span, TruthTest } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refuse } from './mistake.ts';
import { refusedExpressions } from './refusals.ts';

const power = { or: 10, and: 20, not: 30, is: 40, compare: 50, add: 60, multiply: 70, sign: 80 } as const;

const infix: Readonly<Record<string, number>> = {
  OR: power.or,
  AND: power.and,
  IS: power.is,
  '=': power.compare,
  '<>': power.compare,
  '<': power.compare,
  '<=': power.compare,
  '>': power.compare,
  '>=': power.compare,
  NOT: power.compare,
  IN: power.compare,
  LIKE: power.compare,
  BETWEEN: power.compare,
  '+': power.add,
  '-': power.add,
  '||': power.add,
  '*': power.multiply,
  '/': power.multiply,
  '%': power.multiply,
};

export function parseExpression(cursor: Cursor, weakest = 0): Expression {
  if (++cursor.depth > limits.sqlDepthMax) tooDeep(cursor.next);
  let left = prefix(cursor);
  for (;;) {
    const { kind, key } = cursor.next;
    const strength = kind === 'word' || kind === 'symbol' ? (Object.hasOwn(infix, key) ? infix[key]! : 0) : 0;
    if (strength <= weakest) break;
    left = continued(cursor, left, strength);
  }
  cursor.depth--;
  return left;
}

const tooDeep = (span: Span): never => refuse(span, `the expression is nested deeper than ${limits.sqlDepthMax}`);

type Shape = Expression extends infer E ? (E extends Expression ? Omit<E, 'span' | 'height'> : never) : never;

/** Freezes a node, with the span from `first` to the last token read, and its height. */
function node(cursor: Cursor, first: Span, shape: Shape, children: readonly Expression[] = []): Expression {
  const last = cursor.peek(-1);
  const span = { offset: first.offset, length: last.offset + last.length - first.offset };
  const height = children.reduce((most, child) => Math.max(most, child.height), 0) + 1;
  if (height > limits.sqlDepthMax) tooDeep(first);
  return Object.freeze({ ...shape, span, height }) as Expression;
}

function prefix(cursor: Cursor): Expression {
  const first = cursor.next;
  switch (first.kind) {
    case 'string':
      cursor.advance();
      return node(cursor, first, { kind: 'string', value: first.text });
    case 'number':
      cursor.advance();
      return node(cursor, first, { kind: 'number', text: first.text });
    case 'symbol':
      return prefixSymbol(cursor);
    case 'word': {
      const refused = Object.hasOwn(refusedExpressions, first.key) ? refusedExpressions[first.key] : undefined;
      const begins = first.key === 'SELECT' || first.key === 'INTERVAL' || ['(', '['].includes(cursor.peek(1).key);
      if (refused !== undefined && begins) refuse(first, `${refused} is not supported yet`);
      return prefixWord(cursor);
    }
    default:
      return cursor.isName() ? columnOrCall(cursor) : cursor.unexpected('an expression');
  }
}

function prefixSymbol(cursor: Cursor): Expression {
  const first = cursor.next;
  if (cursor.take('(')) {
    const inner = parseExpression(cursor);
    cursor.expect(')', 'a parenthesis is not closed');
    return inner;
  }
  if (cursor.take('-')) {
    const operand = parseExpression(cursor, power.sign);
    return node(cursor, first, { kind: 'negate', operand }, [operand]);
  }
  if (cursor.take('+')) return parseExpression(cursor, power.sign);
  return cursor.unexpected('an expression', first.key === '*' ? '* stands alone in the SELECT list' : undefined);
}

function prefixWord(cursor: Cursor): Expression {
  const first = cursor.next;
  switch (first.key) {
    case 'TRUE':
    case 'FALSE':
      cursor.advance();
      return node(cursor, first, { kind: 'boolean', value: first.key === 'TRUE' });
    case 'NULL':
      cursor.advance();
      return node(cursor, first, { kind: 'null' });
    case 'NOT': {
      cursor.advance();
      const operand = parseExpression(cursor, power.not);
      return node(cursor, first, { kind: 'not', operand }, [operand]);
    }
    case 'CASE':
      return caseExpression(cursor);
    default:
      return cursor.isName() ? columnOrCall(cursor) : cursor.unexpected('an expression');
  }
}

function columnOrCall(cursor: Cursor): Expression {
  const first = cursor.next;
  const path: Name[] = [cursor.name('a column')];
  if (first.kind === 'word' && cursor.take('(')) {
    if (cursor.at('*') || cursor.at('DISTINCT')) refuse(first, `the aggregate ${first.key} is not supported yet`);
    const args = cursor.at(')') ? [] : expressions(cursor);
    cursor.expect(')', 'the arguments of a function are not closed');
    if (cursor.at('OVER')) refuse(cursor.next, 'window functions (OVER) are not supported yet');
    return node(cursor, first, { kind: 'call', name: path[0]!, args }, args);
  }
  while (cursor.take('.')) path.push(cursor.name('a field'));
  if (cursor.at('[')) refuse(cursor.next, 'subscripts of arrays and maps are not supported yet');
  return node(cursor, first, { kind: 'column', path: Object.freeze(path) });
}

function expressions(cursor: Cursor): readonly Expression[] {
  const list: Expression[] = [];
  do list.push(parseExpression(cursor));
  while (cursor.take(','));
  return Object.freeze(list);
}

function caseExpression(cursor: Cursor): Expression {
  const first = cursor.advance();
  const subject = cursor.at('WHEN') ? undefined : parseExpression(cursor);
  const whens: { readonly when: Expression; readonly result: Expression }[] = [];
  while (cursor.take('WHEN')) {
    const when = parseExpression(cursor);
    cursor.expect('THEN', 'each WHEN has a THEN');
    whens.push(Object.freeze({ when, result: parseExpression(cursor) }));
  }
  if (whens.length === 0) cursor.unexpected('WHEN', 'a CASE has at least one');
  const otherwise = cursor.take('ELSE') ? parseExpression(cursor) : undefined;
  cursor.expect('END', 'a CASE ends with END');
  const children = [
    ...(subject ? [subject] : []),
    ...whens.flatMap((w) => [w.when, w.result]),
    ...(otherwise ? [otherwise] : []),
  ];
  return node(cursor, first, { kind: 'case', subject, whens: Object.freeze(whens), otherwise }, children);
}

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
      return truthTest(cursor, left);
    case 'NOT':
    case 'IN':
    case 'LIKE':
    case 'BETWEEN':
      return predicate(cursor, left);
    default: {
      cursor.advance();
      const right = parseExpression(cursor, strength);
      return node(cursor, left.span, { kind: 'binary', operator: key as BinaryOperator, left, right }, [left, right]);
    }
  }
}

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

function truthTest(cursor: Cursor, operand: Expression): Expression {
  cursor.advance();
  const negated = cursor.take('NOT');
  if (cursor.at('DISTINCT')) refuse(cursor.next, 'IS DISTINCT FROM is not supported yet');
  const test = ['NULL', 'TRUE', 'FALSE', 'UNKNOWN'].find((word) => cursor.take(word));
  if (test === undefined) return cursor.unexpected('NULL, TRUE, FALSE or UNKNOWN');
  return node(cursor, operand.span, { kind: 'is', test: test.toLowerCase() as TruthTest, negated, operand }, [operand]);
}

function predicate(cursor: Cursor, operand: Expression): Expression {
  const negated = cursor.take('NOT');
  if (cursor.take('IN')) {
    cursor.expect('(', 'IN is followed by a list in parentheses');
    if (cursor.at('SELECT')) refuse(cursor.next, 'a subquery is not supported yet');
    const list = expressions(cursor);
    cursor.expect(')', 'the list of IN is not closed');
    return node(cursor, operand.span, { kind: 'in', negated, operand, list }, [operand, ...list]);
  }
  if (cursor.take('LIKE')) {
    const pattern = parseExpression(cursor, power.compare);
    const escapeBy = cursor.take('ESCAPE') ? parseExpression(cursor, power.compare) : undefined;
    const children = [operand, pattern, ...(escapeBy ? [escapeBy] : [])];
    return node(cursor, operand.span, { kind: 'like', negated, operand, pattern, escape: escapeBy }, children);
  }
  if (cursor.take('BETWEEN')) {
    const low = parseExpression(cursor, power.compare);
    cursor.expect('AND', 'BETWEEN has two bounds: BETWEEN 1 AND 5');
    const high = parseExpression(cursor, power.compare);
    return node(cursor, operand.span, { kind: 'between', negated, operand, low, high }, [operand, low, high]);
  }
  return cursor.unexpected('IN, LIKE or BETWEEN after NOT');
}
