/** In which kind of JavaScript value a SQL value is held, and the values that need no column: NULL and literals. */
import type { Bound } from '../sql/bound.ts';
import type { SqlType } from '../sql/types.ts';
import { always, type Code, js, never } from './code.ts';
import type { Operand } from './operand.ts';

export type Held = 'int' | 'double' | 'long' | 'boolean' | 'text';

export function heldAs(type: SqlType): Held {
  switch (type.kind) {
    case 'INT':
      return 'int';
    case 'BIGINT':
    case 'TIMESTAMP':
      return 'long';
    case 'BOOLEAN':
      return 'boolean';
    case 'FLOAT':
    case 'DOUBLE':
      return 'double';
    default:
      return 'text';
  }
}

export const initial = (kind: Held): Code =>
  kind === 'text' ? js`${''}` : kind === 'boolean' ? never : kind === 'double' ? js`0.5` : js`0`;

/** NULL of a type. */
export const nothing = (type: SqlType): Operand => {
  const as = heldAs(type);
  return { as, null: always, value: initial(as) };
};

export function literal(b: Bound & { kind: 'literal' }): Operand {
  const { value } = b;
  if (value === null) return nothing(b.type);
  if (typeof value === 'string') return { as: 'text', null: never, value: js`${value}`, literal: value };
  return { as: heldAs(b.type), null: never, value: js`${value}` };
}

/** A number as the kind that an expression of several types has. */
export function asKind(o: Operand & { value: Code }, kind: Held): Code {
  return kind === 'double' && o.as === 'long' ? js`Number(${o.value})` : o.value;
}
