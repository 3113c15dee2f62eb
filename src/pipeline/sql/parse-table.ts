/** What stands in FROM: a stream, a CTE or a subquery, and the arrays and maps that are taken apart beside it. */
import type { Name, Select, Span, Table } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { refuse } from './mistake.ts';
import { parseQueryBlock } from './parse-query.ts';
import { refusedClauses, remedies } from './refusals.ts';

type Unnest = Table & { readonly kind: 'unnest' };

/** After FROM. `inExists`: it begins with an UNNEST, else with a stream. */
export function parseFrom(cursor: Cursor, inExists: boolean): Pick<Select, 'from' | 'unnests'> {
  const from = parseTable(cursor, inExists);
  const unnests: { readonly table: Unnest; readonly outer: boolean }[] = [];
  for (;;) {
    const joined = parseJoin(cursor);
    if (joined === undefined) return { from, unnests: Object.freeze(unnests) };
    unnests.push(joined);
  }
}

/** Refuses a clause that isn't there, by its name. */
export function refuseClause(cursor: Cursor): void {
  const { next } = cursor;
  const clause = refusedClauses.get(next.key);
  if (clause !== undefined) refuse(next, `${clause} is not supported yet`, remedies.get(clause));
}

function parseTable(cursor: Cursor, inExists: boolean): Table {
  const first = cursor.next;
  if (cursor.at('UNNEST', '(')) {
    if (!inExists)
      refuse(first, 'FROM begins with a stream', 'write FROM stream CROSS JOIN UNNEST(array) AS t (element)');
    return parseUnnest(cursor);
  }
  if (inExists)
    refuse(
      first,
      'EXISTS over anything but an array or a map is not supported yet',
      'write EXISTS (SELECT 1 FROM UNNEST(array) AS t (element) WHERE …)',
    );
  if (cursor.take('(')) {
    if (!cursor.at('SELECT') && !cursor.at('WITH') && !cursor.at('(')) refuseClause(cursor);
    const query = parseQueryBlock(cursor, 'within');
    cursor.expect(')', 'a subquery is not closed');
    return Object.freeze({ kind: 'subquery', query, ...called(cursor, first) });
  }
  if (cursor.at('LATERAL')) refuse(first, 'LATERAL is not supported yet', 'write UNNEST(array) without it');
  if (cursor.at('TABLE', '(')) refuse(first, 'windows and table functions (TABLE) are not supported yet');
  const name = cursor.name('the name of a stream');
  if (cursor.at('.'))
    refuse(cursor.next, 'a stream has a name of one part', 'quote it where it holds a dot or a hyphen');
  if (cursor.at('-'))
    refuse(cursor.next, 'a name without quotes ends before this', 'quote it where it holds a dot or a hyphen');
  if (cursor.at('(')) refuse(name, `the table function ${name.text} is not supported yet`, remedies.get('JOIN'));
  if (cursor.at('FOR')) refuse(cursor.next, 'FOR SYSTEM_TIME is not supported yet');
  return Object.freeze({ kind: 'named', name, ...called(cursor, first) });
}

/** `[AS] alias [(a, b)]`, and the span from `first`. */
function called(cursor: Cursor, first: Span): Pick<Table, 'span' | 'alias' | 'columns'> {
  const alias = cursor.alias();
  const columns = alias === undefined ? Object.freeze([]) : columnNames(cursor);
  return { alias, columns, span: cursor.span(first) };
}

/** Names in parentheses, where there are any. */
export function columnNames(cursor: Cursor): readonly Name[] {
  if (!cursor.take('(')) return Object.freeze([]);
  const names = cursor.list(() => cursor.name('the name of a column'));
  cursor.expect(')', 'the names of the columns are not closed');
  return names;
}

function parseUnnest(cursor: Cursor): Unnest {
  const first = cursor.next;
  cursor.expect('UNNEST', 'write UNNEST(array)');
  cursor.expect('(', 'write UNNEST(array)');
  const operand = parseExpression(cursor);
  if (cursor.at(',')) refuse(cursor.next, 'UNNEST of several arrays is not supported yet');
  cursor.expect(')', 'UNNEST is not closed');
  const ordinality = cursor.take('WITH', 'ORDINALITY');
  if (cursor.at('WITH')) refuse(cursor.next, 'after UNNEST only WITH ORDINALITY is supported');
  return Object.freeze({ kind: 'unnest', operand, ordinality, ...called(cursor, first) });
}

/** One UNNEST beside the tables before it; undefined where FROM ends. */
function parseJoin(cursor: Cursor): { readonly table: Unnest; readonly outer: boolean } | undefined {
  const first = cursor.next;
  if (cursor.take(',')) {
    if (!cursor.at('UNNEST', '('))
      refuse(first, 'a join of several streams is not supported yet', remedies.get('JOIN'));
    return Object.freeze({ table: parseUnnest(cursor), outer: false });
  }
  const crossed = cursor.take('CROSS', 'JOIN');
  const outer = !crossed && (cursor.take('LEFT', 'JOIN') || cursor.take('LEFT', 'OUTER', 'JOIN'));
  if (!crossed && !outer && !cursor.take('JOIN') && !cursor.take('INNER', 'JOIN')) return undefined;
  if (cursor.at('LATERAL')) refuse(cursor.next, 'LATERAL is not supported yet', 'write UNNEST(array) without it');
  if (!cursor.at('UNNEST', '('))
    refuse(first, `${crossed ? 'CROSS JOIN' : 'JOIN'} is not supported yet`, remedies.get('JOIN'));
  const table = parseUnnest(cursor);
  if (!crossed) onTrue(cursor);
  return Object.freeze({ table, outer });
}

function onTrue(cursor: Cursor): void {
  cursor.expect('ON', 'a JOIN of UNNEST ends with ON TRUE');
  if (!cursor.take('TRUE'))
    refuse(cursor.next, 'a condition of a JOIN is not supported yet', 'write ON TRUE, and the condition in WHERE');
}
