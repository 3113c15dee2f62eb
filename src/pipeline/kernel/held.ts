/**
 * In which kind of JavaScript value a SQL value is held, and how an operand is made of one: NULL, literals, and values
 * that a function, an array or a reader gave. The values themselves: sql/values.ts.
 */
import type { Bound } from '../sql/bound.ts';
import type { SqlType } from '../sql/types.ts';
import type { Value } from '../sql/values.ts';
import { always, type Code, isNever, js, never } from './code.ts';
import type { Emitter } from './emitter.ts';
import type { Operand } from './operand.ts';

export type Held = 'int' | 'double' | 'long' | 'boolean' | 'text' | 'value';
/** An operand whose value one piece of code names. */
export type Simple = Operand & { readonly as: Held; readonly value: Code };

export function heldAs(type: SqlType): Held {
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
      return 'int';
    case 'BIGINT':
    case 'DECIMAL':
    case 'TIMESTAMP':
    case 'EPOCH_MICROS':
    case 'EPOCH_NANOS':
      return 'long';
    case 'TIME':
      return type.precision === 3 ? 'int' : 'long';
    case 'INTERVAL':
      return type.of === 'MONTH' ? 'int' : 'long';
    case 'BOOLEAN':
      return 'boolean';
    case 'FLOAT':
    case 'DOUBLE':
      return 'double';
    case 'VARCHAR':
      return 'text';
    default:
      return 'value';
  }
}

/** A local's value before it has one: of the kind that it will hold, so that the engine needs no other representation. */
export function initial(kind: Held): Code {
  switch (kind) {
    case 'text':
      return js`${''}`;
    case 'boolean':
      return never;
    case 'double':
      return js`0.5`;
    case 'value':
      return js`null`;
    default:
      return js`0`;
  }
}

/** NULL of a type. */
export const nothing = (type: SqlType): Simple => {
  const as = heldAs(type);
  return { as, null: always, value: initial(as) };
};

export function literal(e: Emitter, b: Bound & { kind: 'literal' }): Operand {
  return b.value === null ? nothing(b.type) : constant(e, b.type, b.value);
}

function constant(e: Emitter, type: SqlType, value: Value): Operand {
  switch (typeof value) {
    case 'string':
      return { as: 'text', null: never, value: js`${value}`, literal: value };
    case 'boolean':
      return { as: 'boolean', null: never, value: value ? always : never };
    case 'object':
      return { as: 'value', null: never, value: e.bind(value, 'constant') };
    default:
      return { as: heldAs(type), null: never, value: js`${value}` } as Operand;
  }
}

/** What `name` holds, a JavaScript value or null, as an operand of its type. */
export const unboxed = (type: SqlType, name: Code, nullable = true): Simple => ({
  as: heldAs(type),
  null: nullable ? js`(${name} === null)` : never,
  value: name,
});

/** The JavaScript value of an operand that one piece of code names, or null. */
export const boxed = (isNull: Code, value: Code): Code =>
  isNever(isNull) ? value : isNull === always ? js`null` : js`(${isNull} ? null : ${value})`;
