/** Rounding in decimal digits: of integers and unscaled decimals, exact at any size, and of doubles by the digits they are shown with. */
import { type Long, narrow } from '../values.ts';

/** `half`: to the nearest, halves away from zero. `zero`: towards zero. */
export type Rounding = 'half' | 'zero' | 'floor' | 'ceil';

/** Powers of ten that a double holds exactly. */
const exactPowersMax = 22;

/** What one more than the quotient towards zero is taken for: 0, or 1 with the sign of the value. */
function carry(by: Rounding, negative: boolean, rest: boolean, atLeastHalf: boolean): number {
  if (by === 'zero' || !rest) return 0;
  if (by === 'half') return atLeastHalf ? (negative ? -1 : 1) : 0;
  if (by === 'floor') return negative ? -1 : 0;
  return negative ? 0 : 1;
}

/** v ÷ 10^digits as a whole number; as it is where digits are not positive. */
export function withoutDigits(v: Long, digits: number, by: Rounding): Long {
  if (digits <= 0) return v;
  if (typeof v === 'number' && digits <= exactPowersMax) {
    const unit = 10 ** digits;
    const rest = v % unit;
    return (v - rest) / unit + carry(by, v < 0, rest !== 0, Math.abs(rest) * 2 >= unit);
  }
  const big = BigInt(v);
  // A unit of more digits than the value has: all of it is the rest, and less than half.
  const unit = 10n ** BigInt(Math.min(digits, String(v).length + 1));
  const rest = big % unit;
  return narrow(big / unit + BigInt(carry(by, v < 0, rest !== 0n, (rest < 0n ? -rest : rest) * 2n >= unit)));
}

/** v × 10^digits. */
export function withDigits(v: Long, digits: number): Long {
  if (digits <= 0 || v === 0) return v;
  const product = Number(v) * 10 ** digits;
  return Number.isSafeInteger(product) ? product : narrow(BigInt(v) * 10n ** BigInt(digits));
}

/** The value with its last digits made zero. */
export const roundedOff = (v: Long, digits: number, by: Rounding): Long => {
  const kept = withoutDigits(v, digits, by);
  return kept === 0 ? 0 : withDigits(kept, digits);
};

/** A double with so many digits after the point (before it, where negative), by the shortest digits that name it: 1.005 to two is 1.01. */
export function roundedDouble(v: number, digits: number, by: 'half' | 'zero'): number {
  if (!Number.isFinite(v) || v === 0) return v;
  const shortest = Math.abs(v).toExponential();
  const mark = shortest.indexOf('e');
  const significant = shortest[0]! + shortest.slice(2, mark);
  const kept = Number(shortest.slice(mark + 1)) + 1 + digits;
  if (kept >= significant.length) return v;
  if (kept < 0) return 0;
  const up = by === 'half' && significant[kept]! >= '5' ? 1n : 0n;
  const magnitude = Number(`${BigInt(significant.slice(0, kept) || '0') + up}e${-digits}`);
  return v < 0 && magnitude !== 0 ? -magnitude : magnitude;
}
