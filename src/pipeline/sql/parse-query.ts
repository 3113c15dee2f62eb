/** A query: WITH, the branches of UNION ALL, KEY BY. What stands in FROM is in parse-table.ts, a SELECT list in parse-select.ts. */
import { limits } from '../../contracts/limits.ts';
import type { Body, Expression, Name, Query, Select } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { expressions } from './expression.ts';
import { refuse } from './mistake.ts';
import { parseSelect } from './parse-select.ts';
import { columnNames, refuseClause } from './parse-table.ts';

/** Where a query stands: only the outermost one has a key. */
type Place = 'outermost' | 'within';

export function parseQueryBlock(cursor: Cursor, place: Place): Query {
  return cursor.nested(() => {
    const first = cursor.next;
    const ctes = cursor.take('WITH') ? commonTables(cursor) : Object.freeze([]);
    const body = parseBody(cursor);
    const keyBy = parseKeyBy(cursor, place);
    return Object.freeze({ span: cursor.span(first), ctes, body, keyBy });
  });
}

/** The query of EXISTS: one SELECT over an array or a map. With it the expressions that stand in it. */
export function parseExists(cursor: Cursor): { readonly query: Query; readonly expressions: readonly Expression[] } {
  return cursor.nested(() => {
    if (cursor.at('WITH')) refuse(cursor.next, 'WITH in EXISTS is not supported yet');
    const body = parseSelect(cursor, true);
    if (cursor.at('UNION')) refuse(cursor.next, 'UNION in EXISTS is not supported yet');
    if (cursor.at('KEY', 'BY')) refuseKeyBy(cursor);
    const none = Object.freeze([]);
    const query = Object.freeze({ span: body.span, ctes: none, body, keyBy: none });
    return { query, expressions: expressionsOf(body) };
  });
}

function expressionsOf({ items, from, unnests, where }: Select): readonly Expression[] {
  return [
    ...items.flatMap((i) => (i.kind === 'star' ? i.replace.map((r) => r.expression) : [i.expression])),
    ...[from, ...unnests.map((u) => u.table)].flatMap((t) => (t.kind === 'unnest' ? [t.operand] : [])),
    ...(where ? [where] : []),
  ];
}

function commonTables(cursor: Cursor): Query['ctes'] {
  if (cursor.at('RECURSIVE') && cursor.peek(1).key !== 'AS' && cursor.peek(1).key !== '(')
    refuse(cursor.next, 'WITH RECURSIVE is not supported yet');
  return cursor.list(() => {
    const name: Name = cursor.name('a name after WITH');
    const columns = columnNames(cursor);
    cursor.expect('AS', 'write WITH name AS (SELECT …)');
    cursor.expect('(', 'write WITH name AS (SELECT …)');
    const query = parseQueryBlock(cursor, 'within');
    cursor.expect(')', 'a query of WITH is not closed');
    return Object.freeze({ name, columns, query });
  });
}

function parseBody(cursor: Cursor): Body {
  const first = cursor.next;
  const branches = [parseBranch(cursor)];
  for (;;) {
    const { next } = cursor;
    if (!cursor.take('UNION')) break;
    if (!cursor.take('ALL'))
      refuse(next, 'UNION without ALL is not supported yet', 'UNION ALL keeps equal rows, and is');
    branches.push(parseBranch(cursor));
  }
  refuseClause(cursor);
  if (branches.length === 1) return branches[0]!;
  return Object.freeze({ kind: 'union', span: cursor.span(first), branches: Object.freeze(branches) });
}

function parseBranch(cursor: Cursor): Body {
  if (!cursor.take('(')) return parseSelect(cursor, false);
  return cursor.nested(() => {
    if (cursor.at('WITH'))
      refuse(cursor.next, 'WITH stands at the beginning of the query or of a subquery', 'move it to the front');
    const body = parseBody(cursor);
    if (cursor.at('KEY', 'BY')) refuseKeyBy(cursor);
    cursor.expect(')', 'the parenthesis of a query is not closed');
    return body;
  });
}

function parseKeyBy(cursor: Cursor, place: Place): readonly Expression[] {
  if (!cursor.at('KEY', 'BY')) return Object.freeze([]);
  if (place !== 'outermost') refuseKeyBy(cursor);
  cursor.take('KEY', 'BY');
  const keyBy = expressions(cursor);
  if (keyBy.length > limits.keyPartsMax)
    refuse(keyBy[limits.keyPartsMax]!.span, `a key has at most ${limits.keyPartsMax} parts`);
  refuseClause(cursor);
  return keyBy;
}

function refuseKeyBy(cursor: Cursor): never {
  return refuse(cursor.next, 'KEY BY stands at the end of the outermost query');
}
