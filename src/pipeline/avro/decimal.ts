/** Decimals of Avro: the unscaled integer in two's complement, big-endian, in bytes or a fixed. */
import { fault } from '../kernel/wire.ts';
import { type Long, narrow } from '../sql/values.ts';

/** Bytes of a decimal: taking apart a larger one would cost more than its bytes cost its sender. */
export const decimalBytesMax = 4096;

/** The unscaled integer that `src[start, end)` holds; no bytes are 0. Throws `fault` beyond {@link decimalBytesMax}. */
export function readDecimal(src: Buffer, start: number, end: number): Long {
  if (start === end) return 0;
  if (end - start > decimalBytesMax) throw fault;
  const sign = src[start]! > 127 ? 255 : 0;
  let p = start;
  // Bytes before the number itself that only repeat its sign, as in a fixed that is wider than its values.
  while (end - p > 6 && src[p] === sign && src[p + 1]! > 127 === (sign === 255)) p++;
  if (end - p > 6) return narrow(BigInt.asIntN(8 * (end - p), BigInt(`0x${src.toString('hex', p, end)}`)));
  let value = sign === 255 ? -1 : 0;
  for (; p < end; p++) value = value * 256 + src[p]!;
  return value;
}
