/** Types of functions of arrays and maps: what they hold, what several have in common, and what is wrong with them. */

import { sameType } from '../nodes.ts';
import { commonType, isInteger, isOrdered } from '../type-rules.ts';
import { notNull, nullable, plain, type SqlType, type Typed, typeText } from '../types.ts';

/** Of an array; of NULL, NULL. */
export const elementIn = ({ type }: Typed): Typed =>
  type.kind === 'ARRAY' ? type.element : nullable({ kind: 'NULL' });
/** Of a map; of NULL, NULL. */
export const valueIn = ({ type }: Typed): Typed => (type.kind === 'MAP' ? type.value : nullable({ kind: 'NULL' }));
export const mapKey: Typed = notNull(plain('VARCHAR'));

export const arrayOf = (element: Typed): SqlType => ({ kind: 'ARRAY', element });
export const mapOf = (value: Typed): SqlType => ({ kind: 'MAP', value });
export const orNull = ({ type }: Typed): Typed => nullable(type);

/** The result of functions that give their first argument back: changed, but of its type. */
export const sameAsFirst = ([given]: readonly Typed[]): SqlType => given!.type;

/** What can hold values of all of these; undefined where nothing can. */
export function commonOf(all: readonly Typed[]): Typed | undefined {
  let type: SqlType | undefined = { kind: 'NULL' };
  for (const each of all) type &&= commonType(type, each.type);
  return type && { type, nullable: all.some((each) => each.nullable) };
}

/** The check of functions whose arguments' elements (or values) are put together or compared. */
export function alike(parts: (args: readonly Typed[]) => readonly Typed[]) {
  return (args: readonly Typed[]): string | undefined => {
    const all = parts(args);
    if (commonOf(all) !== undefined) return undefined;
    return `wants elements of one type, and has ${all.map((t) => typeText(orNull(t))).join(' and ')}`;
  };
}

/** The cast to a type; none where values of both are held alike. */
export const castTo = (to: SqlType, from: SqlType): SqlType | undefined => (isHeldAlike(from, to) ? undefined : to);

function isHeldAlike(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') return isHeldAlike(from.element.type, to.element.type);
  if (from.kind === 'MAP' && to.kind === 'MAP') return isHeldAlike(from.value.type, to.value.type);
  return from.kind === 'NULL' || (isInteger(from) && isInteger(to)) || sameType(from, to);
}

/** The check of functions that put an array's elements in order. */
export function orderedElements([array]: readonly Typed[]): string | undefined {
  const { type } = elementIn(array!);
  return isOrdered(type) ? undefined : `wants elements that have an order, not ${type.kind}`;
}

/** The check of a first argument that may be an array or a map. */
export function isCollection([given]: readonly Typed[]): string | undefined {
  const { kind } = given!.type;
  return kind === 'ARRAY' || kind === 'MAP' || kind === 'NULL'
    ? undefined
    : `wants an array or a map, not ${typeText(given!)}`;
}
