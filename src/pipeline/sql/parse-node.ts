/** How an expression's node is made: frozen, with its span and its height. */
import { limits } from '../../contracts/limits.ts';
import type { Body, Expression, Query, Span } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** An expression without what {@link node} adds. */
export type Shape = Expression extends infer E ? (E extends Expression ? Omit<E, 'span' | 'height'> : never) : never;

/** The node that reaches from `first` to the last token read, over these children. */
export function node(cursor: Cursor, first: Span, shape: Shape, children: readonly Expression[] = []): Expression {
  return withHeight(cursor, first, shape, tallest(children) + 1);
}

/** EXISTS holds no expressions itself; its query does. */
export function existsNode(cursor: Cursor, first: Span, query: Query): Expression {
  return withHeight(cursor, first, { kind: 'exists', query }, queryHeight(query) + 1);
}

function withHeight(cursor: Cursor, first: Span, shape: Shape, height: number): Expression {
  if (height > limits.sqlDepthMax) cursor.tooDeep(first);
  return Object.freeze({ ...shape, span: cursor.span(first), height }) as Expression;
}

const tallest = (expressions: readonly Expression[]): number =>
  expressions.reduce((most, e) => Math.max(most, e.height), 0);

function queryHeight(query: Query): number {
  const within = query.ctes.map((cte) => queryHeight(cte.query));
  return Math.max(0, bodyHeight(query.body), ...within) + 1;
}

function bodyHeight(body: Body): number {
  if (body.kind === 'union') return body.branches.reduce((most, branch) => Math.max(most, bodyHeight(branch)), 0) + 1;
  const { items, from, unnests, where } = body;
  const tables = [from, ...unnests.map((u) => u.table)];
  const expressions = [
    ...items.flatMap((i) => (i.kind === 'star' ? i.replace.map((r) => r.expression) : [i.expression])),
    ...tables.flatMap((t) => (t.kind === 'unnest' ? [t.operand] : [])),
    ...(where ? [where] : []),
  ];
  return Math.max(tallest(expressions), from.kind === 'subquery' ? queryHeight(from.query) : 0);
}
