/** Tokens → {@link Query}: the statement's frame; expressions are in expression.ts. Stops at the first mistake. */
import { limits } from '../../contracts/limits.ts';
import type { Name, Query, SelectItem } from './ast.ts';
import { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { refuse } from './mistake.ts';
import { refusedClauses } from './refusals.ts';
import { tokenize } from './tokens.ts';

/** Throws MistakeFound. */
export function parseQuery(sql: string): Query {
  if (sql.length > limits.sqlCharsMax)
    refuse({ offset: limits.sqlCharsMax, length: 1 }, `the SQL is longer than ${limits.sqlCharsMax} characters`);
  const cursor = new Cursor(tokenize(sql));
  refuseClause(cursor);
  cursor.expect('SELECT', 'a query begins with SELECT');
  if (cursor.at('DISTINCT')) refuse(cursor.next, 'SELECT DISTINCT is not supported yet');
  cursor.take('ALL');
  const items: SelectItem[] = [];
  do items.push(selectItem(cursor));
  while (cursor.take(','));
  cursor.expect('FROM', 'FROM and the name of a stream come after the SELECT list');
  if (cursor.at('(')) refuse(cursor.next, 'a subquery is not supported yet');
  refuseClause(cursor);
  const from = cursor.name('the name of a stream');
  if (cursor.at('.'))
    refuse(cursor.next, 'a stream has a name of one part', 'quote it where it holds a dot or a hyphen');
  const alias = optionalAlias(cursor);
  if (cursor.at(',')) refuse(cursor.next, 'a join of several streams is not supported yet');
  refuseClause(cursor);
  const where = cursor.take('WHERE') ? parseExpression(cursor) : undefined;
  refuseClause(cursor);
  while (cursor.take(';'));
  if (cursor.next.kind !== 'end') cursor.unexpected('the end of the query');
  return Object.freeze({ items: Object.freeze(items), from, alias, where });
}

function refuseClause(cursor: Cursor): void {
  const { next } = cursor;
  const clause = next.kind === 'word' && Object.hasOwn(refusedClauses, next.key) ? refusedClauses[next.key] : undefined;
  if (clause !== undefined) refuse(next, `${clause} is not supported yet`);
}

function optionalAlias(cursor: Cursor): Name | undefined {
  if (cursor.take('AS')) return cursor.name('a name after AS');
  return cursor.isName() ? cursor.name('an alias') : undefined;
}

function selectItem(cursor: Cursor): SelectItem {
  const first = cursor.next;
  if (cursor.take('*')) return refuseStarOptions(cursor, { kind: 'star', span: first, qualifier: undefined });
  if (cursor.isName() && cursor.peek(1).key === '.' && cursor.peek(2).key === '*') {
    const qualifier = cursor.name('a name');
    cursor.advance();
    cursor.advance();
    return refuseStarOptions(cursor, { kind: 'star', span: first, qualifier });
  }
  const expression = parseExpression(cursor);
  return Object.freeze({ kind: 'expression', expression, alias: optionalAlias(cursor) });
}

function refuseStarOptions(cursor: Cursor, star: SelectItem): SelectItem {
  const { key } = cursor.next;
  if (key === 'EXCLUDE' || key === 'EXCEPT' || key === 'REPLACE') refuse(cursor.next, `* ${key} is not supported yet`);
  return Object.freeze(star);
}
