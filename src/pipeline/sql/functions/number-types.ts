/** Types of functions of numbers: which are integers, how large they may be, what a result is of. */
import { decimal, plain, type SqlType, type Typed, typeText } from '../types.ts';
import type { Long } from '../values.ts';
import { fail } from './fail.ts';

const bits: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };
export const isInteger = ({ kind }: SqlType): boolean => Object.hasOwn(bits, kind);
export const isFloating = ({ kind }: SqlType): boolean => kind === 'FLOAT' || kind === 'DOUBLE';
const isNumeric = (type: SqlType): boolean =>
  isInteger(type) || isFloating(type) || type.kind === 'DECIMAL' || type.kind === 'NULL';

/** The type of the first argument; INT of the literal NULL. */
export const sameNumber = ([first]: readonly Typed[]): SqlType =>
  first!.type.kind === 'NULL' ? plain('INT') : first!.type;

export const checkNumeric = ([first]: readonly Typed[]): string | undefined =>
  isNumeric(first!.type) ? undefined : `wants a number, not ${typeText(first!)}`;

/** The integer type that holds values of both. */
export function widerInteger(args: readonly Typed[]): SqlType {
  let wider: SqlType = { kind: 'NULL' };
  for (const { type } of args) if ((bits[type.kind] ?? 0) > (bits[wider.kind] ?? 0)) wider = type;
  return wider.kind === 'NULL' ? plain('INT') : wider;
}

/** A DECIMAL of at least one digit. */
export const decimalOf = (precision: number, scale: number): SqlType => decimal(Math.max(precision, scale, 1), scale);

/** Digits that a result may have more than its argument, only where it has fewer than this already: as in Calcite and Flink. */
const precisionMax = 38;
export const oneMore = (precision: number): number => (precision < precisionMax ? precision + 1 : precision);

/** Refuses a value that the type doesn't have. `what` says how it came about. */
export function fitted(v: Long, type: SqlType, what: () => string): Long {
  if (type.kind === 'DECIMAL') {
    const most = 10n ** BigInt(type.precision);
    return BigInt(v) < most && BigInt(v) > -most
      ? v
      : fail(`${what()} is beyond ${typeText({ type, nullable: true })}`);
  }
  const half = 2n ** BigInt(bits[type.kind]! - 1);
  return BigInt(v) < half && BigInt(v) >= -half ? v : fail(`${what()} is beyond ${type.kind}`);
}
