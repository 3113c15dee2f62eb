/** Expressions that begin with a word: columns, and the forms that have a keyword of their own. */
import type { Expression, Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { expressions, parseExpression, power } from './expression.ts';
import { refuse } from './mistake.ts';
import { parseCall } from './parse-call.ts';
import { wordLiteral } from './parse-literal.ts';
import { node } from './parse-node.ts';
import { parseExists } from './parse-query.ts';
import { parseType } from './parse-type.ts';
import { bareCalls, refusedExpressions } from './refusals.ts';

/** Most keywords are names, too: what follows decides. */
export function prefixWord(cursor: Cursor): Expression {
  const first = cursor.next;
  const literal = wordLiteral(cursor);
  if (literal !== undefined) return literal;
  const following = cursor.peek(1).key;
  const refused = refusedExpressions.get(first.key);
  if (refused !== undefined && (following === '(' || following === '['))
    refuse(first, `${refused} is not supported yet`);
  switch (first.key) {
    case 'NOT': {
      cursor.advance();
      const operand = parseExpression(cursor, power.not);
      return node(cursor, first, { kind: 'not', operand }, [operand]);
    }
    case 'CASE':
      return caseExpression(cursor);
    case 'ARRAY':
      if (following === '[') return arrayOf(cursor);
      break;
    case 'MAP':
      if (following === '[') return mapOf(cursor);
      break;
  }
  if (following === '(') {
    switch (first.key) {
      case 'CAST':
      case 'TRY_CAST':
        return cast(cursor);
      case 'ROW':
        return rowOf(cursor);
      case 'EXISTS':
        return exists(cursor);
      case 'UNNEST':
        refuse(first, 'UNNEST is no value', 'it stands in FROM: CROSS JOIN UNNEST(array) AS t (element)');
    }
  }
  if (bareCalls.has(first.key) && following !== '(') {
    const { text, offset, length } = cursor.advance();
    return node(cursor, first, {
      kind: 'call',
      name: Object.freeze({ text, offset, length }),
      args: Object.freeze([]),
    });
  }
  if (first.key === 'SELECT') refuse(first, 'a subquery as a value is not supported yet', 'write it in FROM');
  return cursor.isName() ? columnOrCall(cursor) : cursor.unexpected('an expression');
}

export function columnOrCall(cursor: Cursor): Expression {
  const first = cursor.next;
  const path: Name[] = [cursor.name('a column')];
  if (cursor.at('(')) return parseCall(cursor, path[0]!);
  while (cursor.take('.')) path.push(cursor.field());
  if (cursor.at('(')) refuse(cursor.next, 'a function has a name of one word');
  return node(cursor, first, { kind: 'column', path: Object.freeze(path) });
}

function caseExpression(cursor: Cursor): Expression {
  const first = cursor.advance();
  const subject = cursor.at('WHEN') ? undefined : parseExpression(cursor);
  const whens: { readonly when: Expression; readonly result: Expression }[] = [];
  while (cursor.take('WHEN')) {
    const values = subject === undefined ? [parseExpression(cursor)] : expressions(cursor);
    cursor.expect('THEN', 'each WHEN has a THEN');
    const result = parseExpression(cursor);
    for (const when of values) whens.push(Object.freeze({ when, result }));
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

function cast(cursor: Cursor): Expression {
  const first = cursor.advance();
  cursor.advance();
  const operand = parseExpression(cursor);
  cursor.expect('AS', `write ${first.key}(value AS type)`);
  const type = parseType(cursor);
  if (cursor.at('FORMAT')) refuse(cursor.next, 'FORMAT in a cast is not supported yet');
  cursor.expect(')', 'a cast is not closed');
  return node(cursor, first, { kind: 'cast', operand, type, safe: first.key === 'TRY_CAST' }, [operand]);
}

function rowOf(cursor: Cursor): Expression {
  const first = cursor.advance();
  cursor.advance();
  const items = expressions(cursor);
  cursor.expect(')', 'a ROW is not closed');
  return node(cursor, first, { kind: 'row', items }, items);
}

function arrayOf(cursor: Cursor): Expression {
  const first = cursor.advance();
  cursor.advance();
  const items = cursor.at(']') ? Object.freeze([]) : expressions(cursor);
  cursor.expect(']', 'an ARRAY is not closed');
  return node(cursor, first, { kind: 'array', items }, items);
}

function mapOf(cursor: Cursor): Expression {
  const first = cursor.advance();
  cursor.advance();
  const entry = (): { readonly key: Expression; readonly value: Expression } => {
    const key = parseExpression(cursor);
    cursor.expect(',', 'a MAP lists keys and values in turn: MAP[key, value, …]');
    return Object.freeze({ key, value: parseExpression(cursor) });
  };
  const entries = cursor.at(']') ? Object.freeze([]) : cursor.list(entry);
  cursor.expect(']', 'a MAP is not closed');
  const children = entries.flatMap((e) => [e.key, e.value]);
  return node(cursor, first, { kind: 'map', entries }, children);
}

function exists(cursor: Cursor): Expression {
  const first = cursor.advance();
  cursor.advance();
  const { query, expressions } = parseExists(cursor);
  cursor.expect(')', 'EXISTS is not closed');
  return node(cursor, first, { kind: 'exists', query }, expressions);
}
