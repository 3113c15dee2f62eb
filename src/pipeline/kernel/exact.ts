/** Integer arithmetic where doubles don't do: beyond 2^53, and beyond the type. BIGINT is a number where exact, else a bigint. */
import { RecordError } from '../ports.ts';
import { type Long, narrow } from '../sql/values.ts';

export function overflow(what: string): never {
  throw new RecordError('sql', what);
}

const fit = (v: bigint, operator: string, a: Long, b: Long): Long =>
  BigInt.asIntN(64, v) === v ? narrow(v) : overflow(`${a} ${operator} ${b} is beyond BIGINT`);

export const exactArithmetic = {
  '+': (a: Long, b: Long): Long => fit(BigInt(a) + BigInt(b), '+', a, b),
  '-': (a: Long, b: Long): Long => fit(BigInt(a) - BigInt(b), '-', a, b),
  '*': (a: Long, b: Long): Long => fit(BigInt(a) * BigInt(b), '*', a, b),
  '/': (a: Long, b: Long): Long => fit(BigInt(a) / BigInt(b), '/', a, b),
  '%': (a: Long, b: Long): Long => fit(BigInt(a) % BigInt(b), '%', a, b),
} as const;

/** The integer types whose values are 32 bits or less: the least and the largest. */
export const intRanges = {
  TINYINT: [-128, 127],
  SMALLINT: [-32_768, 32_767],
  INT: [-2_147_483_648, 2_147_483_647],
} as const;
export type IntKind = keyof typeof intRanges;

export const intOverflow = (type: string, operator: string, a: number, b: number): never =>
  overflow(`${a} ${operator} ${b} is beyond ${type}`);
export const divisionByZero = (operator: string): never =>
  overflow(operator === '%' ? 'division by zero in %' : 'division by zero');

export function negateLong(v: Long): Long {
  if (typeof v === 'number') return 0 - v;
  return BigInt.asIntN(64, -v) === -v ? narrow(-v) : overflow(`-(${v}) is beyond BIGINT`);
}
/** An unscaled DECIMAL, or an INTERVAL's nanoseconds: their types have room for both signs. */
export const negateUnbounded = (v: Long): Long => (typeof v === 'number' ? 0 - v : narrow(-v));
export const negateInt = (v: number, type: IntKind): number =>
  v === intRanges[type][0] ? overflow(`-(${v}) is beyond ${type}`) : 0 - v;
