/** Texts of values that stand the same in SQL and in every output format: decimals and durations. */
import type { Long } from './values.ts';

/** An unscaled integer with its point: every digit, zeros at the end included. */
export function decimalText(unscaled: Long, scale: number): string {
  if (scale === 0) return String(unscaled);
  const negative = unscaled < 0;
  const digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Avro's duration at `bytes[at]` as ISO 8601: `P1M2DT3.004S`; its three parts stay apart. */
export function durationText(bytes: Buffer, at: number): string {
  const [months, days, millis] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)];
  const seconds = millis % 1000 === 0 ? String(millis / 1000) : decimalText(millis, 3);
  return `P${months}M${days}DT${seconds}S`;
}
