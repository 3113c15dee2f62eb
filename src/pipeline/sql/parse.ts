/** Text → {@link Query}, or → {@link Expression}. Stops at the first mistake. */
import { limits } from '../../contracts/limits.ts';
import type { Expression, Query } from './ast.ts';
import { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { refuse } from './mistake.ts';
import { parseQueryBlock } from './parse-query.ts';
import { tokenize } from './tokens.ts';

/** Throws MistakeFound. */
export function parseQuery(sql: string): Query {
  const cursor = begin(sql, limits.sqlCharsMax);
  const query = parseQueryBlock(cursor, 'outermost');
  const ends = cursor.at(';');
  while (cursor.take(';'));
  if (ends && cursor.next.kind !== 'end') refuse(cursor.next, 'a second statement: one query alone is wanted');
  if (cursor.next.kind !== 'end') cursor.unexpected('the end of the query');
  return query;
}

/** One expression alone, as the key, a header or the tombstone condition of a sink. Throws MistakeFound. */
export function parseSinkExpression(sql: string): Expression {
  const cursor = begin(sql, limits.expressionCharsMax);
  const expression = parseExpression(cursor);
  if (cursor.next.kind !== 'end') cursor.unexpected('the end of the expression');
  return expression;
}

function begin(sql: string, charsMax: number): Cursor {
  if (sql.length > charsMax) refuse({ offset: charsMax, length: 1 }, `the SQL is longer than ${charsMax} characters`);
  return new Cursor(tokenize(sql));
}
