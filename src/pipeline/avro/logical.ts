/** Which logical types the specification allows on which type. One that doesn't fit is ignored, as the specification says. */
import { at } from '../../contracts/by-name.ts';
import type { Logical } from './schema.ts';

const allowed: Readonly<Record<string, readonly string[]>> = {
  int: ['date', 'time-millis'],
  long: [
    'time-micros',
    'timestamp-millis',
    'timestamp-micros',
    'timestamp-nanos',
    'local-timestamp-millis',
    'local-timestamp-micros',
    'local-timestamp-nanos',
  ],
  string: ['uuid'],
  bytes: ['decimal'],
  fixed: ['decimal', 'duration', 'uuid'],
};
const sizes: Readonly<Record<string, number>> = { duration: 12, uuid: 16 };

export function parseLogical(
  json: Readonly<Record<string, unknown>>,
  type: string,
  size: number | undefined,
): Logical | undefined {
  const { logicalType: name, precision, scale = 0 } = json;
  if (typeof name !== 'string' || !at(allowed, type)?.includes(name)) return undefined;
  if (size !== undefined && (at(sizes, name) ?? size) !== size) return undefined;
  if (name !== 'decimal') return { name };
  if (typeof precision !== 'number' || typeof scale !== 'number') return undefined;
  if (size !== undefined && precision > digitsOf(size)) return undefined;
  if (!Number.isInteger(precision) || !Number.isInteger(scale) || precision < 1 || scale < 0 || scale > precision)
    return undefined;
  return { name, precision, scale };
}

/** Digits that every two's complement integer of so many bytes can hold. */
const digitsOf = (size: number): number => Math.floor(Math.log10(2) * (8 * size - 1));
