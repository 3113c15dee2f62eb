/** One SELECT: its list, FROM and WHERE. */
import type { Expression, Name, Select, SelectItem } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { refuse } from './mistake.ts';
import { parseFrom, refuseClause } from './parse-table.ts';
import { notAlias } from './refusals.ts';

/** `inExists`: FROM is an UNNEST. */
export function parseSelect(cursor: Cursor, inExists: boolean): Select {
  const first = cursor.next;
  if (!cursor.at('SELECT')) refuseClause(cursor);
  cursor.expect('SELECT', 'a query begins with SELECT');
  if (cursor.at('DISTINCT')) refuse(cursor.next, 'SELECT DISTINCT is not supported yet');
  cursor.take('ALL');
  const items = cursor.list(() => selectItem(cursor));
  if (!cursor.at('FROM')) refuseClause(cursor);
  cursor.expect('FROM', 'FROM and the name of a stream come after the SELECT list');
  const { from, unnests } = parseFrom(cursor, inExists);
  const where = cursor.take('WHERE') ? parseExpression(cursor) : undefined;
  refuseClause(cursor);
  return Object.freeze({ kind: 'select', span: cursor.span(first), items, from, unnests, where });
}

function selectItem(cursor: Cursor): SelectItem {
  const first = cursor.next;
  if (cursor.take('*')) return star(cursor, undefined);
  const dots = dotsToStar(cursor);
  if (dots > 0) {
    const qualifier = cursor.name('a name');
    const within: Name[] = [];
    for (; cursor.take('.') && within.length < dots - 1; ) within.push(cursor.field());
    cursor.take('*');
    return star(cursor, qualifier, within);
  }
  const expression = parseExpression(cursor);
  return Object.freeze({ kind: 'expression', expression, alias: itemAlias(cursor) });

  function star(cursor: Cursor, qualifier: Name | undefined, within: readonly Name[] = []): SelectItem {
    const { exclude, replace } = starOptions(cursor);
    const path = within.length === 0 ? {} : { within: Object.freeze(within) };
    return Object.freeze({ kind: 'star', span: cursor.span(first), qualifier, ...path, exclude, replace });
  }
}

/** How many dots stand in `a.b.*`; 0 where something else comes next. */
function dotsToStar(cursor: Cursor): number {
  if (!cursor.isName()) return 0;
  let at = 1;
  while (cursor.peek(at).key === '.' && ['word', 'quoted'].includes(cursor.peek(at + 1).kind)) at += 2;
  return cursor.peek(at).key === '.' && cursor.peek(at + 1).key === '*' ? (at + 1) / 2 : 0;
}

/** In the SELECT list a word of a later clause is an alias, too, where a comma or FROM follows it. */
function itemAlias(cursor: Cursor): Name | undefined {
  const { key } = cursor.next;
  const ends = [',', 'FROM'].includes(cursor.peek(1).key);
  return notAlias.has(key) && ends ? cursor.name('an alias') : cursor.alias();
}

type StarOptions = Pick<SelectItem & { kind: 'star' }, 'exclude' | 'replace'>;

/** `EXCLUDE (a, b)` (or EXCEPT) and `REPLACE (expression AS a)`, each once, in any order. */
function starOptions(cursor: Cursor): StarOptions {
  let exclude: readonly Name[] | undefined;
  let replace: StarOptions['replace'] | undefined;
  for (;;) {
    const { next } = cursor;
    if (cursor.take('EXCLUDE') || cursor.take('EXCEPT')) {
      if (exclude !== undefined) refuse(next, `${next.key} stands twice`);
      exclude = excluded(cursor);
    } else if (cursor.take('REPLACE')) {
      if (replace !== undefined) refuse(next, 'REPLACE stands twice');
      replace = replaced(cursor);
    } else return { exclude: exclude ?? Object.freeze([]), replace: replace ?? Object.freeze([]) };
  }
}

function excluded(cursor: Cursor): readonly Name[] {
  const column = (): Name => {
    const name = cursor.name('a column');
    if (cursor.at('.')) refuse(cursor.next, 'only whole columns can be left out');
    return name;
  };
  if (!cursor.take('(')) return Object.freeze([column()]);
  const names = cursor.list(column);
  cursor.expect(')', 'the columns to leave out are not closed');
  return names;
}

function replaced(cursor: Cursor): StarOptions['replace'] {
  cursor.expect('(', 'write REPLACE (expression AS column)');
  const list = cursor.list((): { readonly expression: Expression; readonly alias: Name } => {
    const expression = parseExpression(cursor);
    cursor.expect('AS', 'write REPLACE (expression AS column)');
    return Object.freeze({ expression, alias: cursor.name('a column') });
  });
  cursor.expect(')', 'the columns to replace are not closed');
  return list;
}
