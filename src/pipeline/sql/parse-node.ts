/** How an expression's node is made: frozen, with its span and its height. */
import { limits } from '../../contracts/limits.ts';
import type { Expression, Span } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** An expression without what {@link node} adds. */
type Shape = Expression extends infer E ? (E extends Expression ? Omit<E, 'span' | 'height'> : never) : never;

/** The node that reaches from `first` to the last token read, over these children. */
export function node(cursor: Cursor, first: Span, shape: Shape, children: readonly Expression[] = []): Expression {
  const height = children.reduce((most, child) => Math.max(most, child.height), 0) + 1;
  if (height > limits.sqlDepthMax) cursor.tooDeep(first);
  return Object.freeze({ ...shape, span: cursor.span(first), height }) as Expression;
}
