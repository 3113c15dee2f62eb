/** Integer arithmetic where doubles don't do: beyond 2^53, and beyond the type. BIGINT is a number where exact, else a bigint. */
import { RecordError } from '../ports.ts';
import { narrow } from './wire.ts';

type Long = number | bigint;

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

export const intOverflow = (operator: string, a: number, b: number): never =>
  overflow(`${a} ${operator} ${b} is beyond INT`);
export const divisionByZero = (operator: string): never =>
  overflow(operator === '%' ? 'division by zero in %' : 'division by zero');

export function negateLong(v: Long): Long {
  if (typeof v === 'number') return 0 - v;
  return BigInt.asIntN(64, -v) === -v ? narrow(-v) : overflow(`-(${v}) is beyond BIGINT`);
}
export const negateInt = (v: number): number => (v === -2147483648 ? overflow(`-(${v}) is beyond INT`) : 0 - v);
