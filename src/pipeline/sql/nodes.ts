/** Makes bound nodes: with their type, whether they may be NULL or fail, and the casts that operands of several types need. */
import { type Bound, childrenOf, type Variable } from './bound.ts';
import { comparesAsHeld, comparisonType, sameType } from './type-rules.ts';
import { plain, type SqlType } from './types.ts';
import type { Value } from './values.ts';

export { sameType };

/** A bound expression without what every one has. */
export type Shape = Bound extends infer B
  ? B extends Bound
    ? Omit<B, 'type' | 'nullable' | 'fallible'>
    : never
  : never;

export const make = (shape: Shape, type: SqlType, nullable: boolean, fallible: boolean): Bound =>
  Object.freeze({ ...shape, type, nullable, fallible }) as Bound;

export const isAny = (list: readonly Bound[], what: 'nullable' | 'fallible'): boolean => list.some((b) => b[what]);
export const boolean: SqlType = plain('BOOLEAN');
export const varchar: SqlType = plain('VARCHAR');

export const literal = (value: Value, type: SqlType): Bound => make({ kind: 'literal', value }, type, false, false);
/** What stands in for something wrong, too: NULL fits everywhere, so that one mistake isn't told twice. */
export const nothing: Bound = make({ kind: 'literal', value: null }, { kind: 'NULL' }, true, false);
export const variableOf = (variable: Variable): Bound =>
  make({ kind: 'variable', variable }, variable.type, variable.nullable, false);

const volatile = new WeakMap<Bound, boolean>();

/** Whether evaluating it twice for one row may give two values. Remembered: names of subqueries make a tree of few nodes large. */
export function isVolatile(b: Bound): boolean {
  let is = volatile.get(b);
  if (is === undefined) {
    is = (b.kind === 'call' && b.fn.volatile === true) || (!isColumn(b) && childrenOf(b).some(isVolatile));
    volatile.set(b, is);
  }
  return is;
}

const isColumn = (b: Bound): boolean => b.kind === 'once' && b.of.unnests !== undefined;

/** What is going to stand at several places: that it has one value is said where it may otherwise have more. */
export function once(operand: Bound, unnests?: number): Bound {
  if (!isVolatile(operand)) return operand;
  const { type, nullable, fallible } = operand;
  return make({ kind: 'once', operand, of: Object.freeze({ unnests }) }, type, nullable, fallible);
}

/** The value as another type; as it is where it already is that. What can't be cast was found before. */
export function castTo(b: Bound, type: SqlType, safe = false): Bound {
  if (b.type === type || type.kind === 'NULL' || sameType(b.type, type)) return b;
  if (b.type.kind === 'NULL') return make({ kind: 'literal', value: null }, type, true, false);
  return make(
    { kind: 'cast', operand: b, safe },
    type,
    b.nullable || safe,
    b.fallible || (!safe && !widens(b.type, type)),
  );
}

/** Casts that never fail: to a type that holds every value of the other. */
function widens(from: SqlType, to: SqlType): boolean {
  const integers = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];
  const [a, b] = [integers.indexOf(from.kind), integers.indexOf(to.kind)];
  if (a >= 0 && b >= 0) return a <= b;
  if (to.kind === 'DOUBLE') return a >= 0 || from.kind === 'FLOAT' || from.kind === 'DECIMAL';
  if (to.kind === 'DECIMAL') {
    const [digits, scale] =
      a >= 0 ? [[3, 5, 10, 19][a]!, 0] : from.kind === 'DECIMAL' ? [from.precision, from.scale] : [99, 0];
    return digits - scale <= to.precision - to.scale && scale <= to.scale;
  }
  if (to.kind === 'EPOCH_MICROS' || to.kind === 'EPOCH_NANOS') return true;
  if (to.kind === 'VARCHAR') return from.kind !== 'BYTES';
  return from.kind === 'DATE' && to.kind === 'TIMESTAMP' && to.precision < 9;
}

/** Fields within fields, at most, that are compared one by one. */
const fieldsMax = 500;

/** Of a row, what its fields are; undefined of anything else, and of a row of too many: one within itself has no end of them. */
export function fieldsOf(b: Bound): readonly Bound[] | undefined {
  const { type } = b;
  if (type.kind !== 'ROW' || fieldsWithin(type, fieldsMax) < 0) return undefined;
  if (b.kind === 'row') return b.items;
  const operand = once(b);
  return type.fields.map((field, index) =>
    make({ kind: 'field', operand, index }, field.type.type, b.nullable || field.type.nullable, b.fallible),
  );
}

/** What is left of so many once the fields within are counted: negative where they are more. */
function fieldsWithin(type: SqlType, left: number): number {
  if (type.kind !== 'ROW' || left < 0) return left;
  return type.fields.reduce((rest, field) => fieldsWithin(field.type.type, rest - 1), left);
}

/** Both brought to the type in which they are compared; undefined where there is none. */
export function forComparison(a: Bound, b: Bound): readonly [Bound, Bound] | undefined {
  if (comparesAsHeld(a.type, b.type)) return [a, b];
  const type = comparisonType(a.type, b.type);
  return type && [castTo(a, type), castTo(b, type)];
}
