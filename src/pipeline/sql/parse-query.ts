/** A query: WITH, the branches of UNION ALL, KEY BY. What stands in FROM is in parse-table.ts, a SELECT list in parse-select.ts. */
import { limits } from '../../contracts/limits.ts';
import type { Body, Expression, Name, Query } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { expressions } from './expression.ts';
import { refuse } from './mistake.ts';
import { parseSelect } from './parse-select.ts';
import { columnNames, refuseClause } from './parse-table.ts';

/** Where a query stands. In `exists`, FROM is an UNNEST; only the `outermost` one has a key. */
export type Place = 'outermost' | 'within' | 'exists';

export function parseQueryBlock(cursor: Cursor, place: Place): Query {
  return cursor.nested(() => {
    const first = cursor.next;
    if (place === 'exists' && cursor.at('WITH')) refuse(first, 'WITH in EXISTS is not supported yet');
    const ctes = cursor.take('WITH') ? commonTables(cursor) : Object.freeze([]);
    const body = parseBody(cursor, place);
    if (place === 'exists' && body.kind === 'union') refuse(first, 'UNION in EXISTS is not supported yet');
    const keyBy = parseKeyBy(cursor, place);
    return Object.freeze({ span: cursor.span(first), ctes, body, keyBy });
  });
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

function parseBody(cursor: Cursor, place: Place): Body {
  const first = cursor.next;
  const branches = [parseBranch(cursor, place)];
  for (;;) {
    const { next } = cursor;
    if (!cursor.take('UNION')) break;
    if (!cursor.take('ALL'))
      refuse(next, 'UNION without ALL is not supported yet', 'UNION ALL keeps equal rows, and is');
    branches.push(parseBranch(cursor, place));
  }
  refuseClause(cursor);
  if (branches.length === 1) return branches[0]!;
  return Object.freeze({ kind: 'union', span: cursor.span(first), branches: Object.freeze(branches) });
}

function parseBranch(cursor: Cursor, place: Place): Body {
  if (!cursor.take('(')) return parseSelect(cursor, place);
  return cursor.nested(() => {
    if (cursor.at('WITH'))
      refuse(cursor.next, 'WITH stands at the beginning of the query or of a subquery', 'move it to the front');
    const body = parseBody(cursor, place);
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
  return keyBy;
}

function refuseKeyBy(cursor: Cursor): never {
  return refuse(cursor.next, 'KEY BY stands at the end of the outermost query');
}
