/** Types of functions of numbers: how large integers may be, what a result is of. */
import { isNumeric, precisionMax } from '../type-rules.ts';
import { decimal, plain, type SqlType, type Typed, typeText } from '../types.ts';
import { type Long, narrow } from '../values.ts';
import { fail } from './fail.ts';

const bits: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };

/** The type of the first argument; INT of the literal NULL. */
export const sameNumber = ([first]: readonly Typed[]): SqlType =>
  first!.type.kind === 'NULL' ? plain('INT') : first!.type;

export const checkNumeric = ([first]: readonly Typed[]): string | undefined =>
  isNumeric(first!.type) || first!.type.kind === 'NULL' ? undefined : `wants a number, not ${typeText(first!)}`;

/** The integer type that holds values of both. */
export function widerInteger(args: readonly Typed[]): SqlType {
  let wider: SqlType = { kind: 'NULL' };
  for (const { type } of args) if ((bits[type.kind] ?? 0) > (bits[wider.kind] ?? 0)) wider = type;
  return wider.kind === 'NULL' ? plain('INT') : wider;
}

/** A DECIMAL of at least one digit. */
export const decimalOf = (precision: number, scale: number): SqlType => decimal(Math.max(precision, scale, 1), scale);

/** The precision of a result that may need one digit more. */
export const oneMore = (precision: number): number => (precision < precisionMax ? precision + 1 : precision);

/** Refuses values that the type doesn't have, in the name of a function. */
export function fitting(name: string, type: SqlType): (v: Long) => Long {
  const isDecimal = type.kind === 'DECIMAL';
  const limit = isDecimal ? 10n ** BigInt(type.precision) : 2n ** BigInt(bits[type.kind]! - 1);
  const [least, most] = [narrow(isDecimal ? 1n - limit : -limit), narrow(limit - 1n)];
  return (v) => (v >= least && v <= most ? v : fail(`${name} goes beyond ${typeText({ type, nullable: true })}`));
}
