/**
 * How a SQL value is held as a JavaScript value, wherever one is made: arguments and results of functions, literals,
 * elements of arrays. NULL is `null`. On the plain path of a kernel no such value exists: bytes go to bytes.
 *
 * | type | held as |
 * | --- | --- |
 * | BOOLEAN | boolean |
 * | TINYINT, SMALLINT, INT | number |
 * | BIGINT | a number where that is exact (up to 2^53), else a bigint: never two forms of one value |
 * | DECIMAL | the unscaled integer, likewise: 12.30 as DECIMAL(4, 2) is 1230 |
 * | FLOAT, DOUBLE | number |
 * | VARCHAR | string |
 * | BYTES | Buffer |
 * | DATE | number: days since 1970-01-01 |
 * | TIME | number: milli- or microseconds since midnight, by precision |
 * | TIMESTAMP | number or bigint as BIGINT: milli-, micro- or nanoseconds since 1970-01-01, by precision |
 * | EPOCH_MICROS, EPOCH_NANOS | the same, of any number of bits |
 * | INTERVAL | months as a number; nanoseconds as BIGINT, but up to 64 bits of seconds |
 * | DURATION | Buffer of 12 bytes: months, days, milliseconds, each uint32 little-endian, as in Avro |
 * | ARRAY | array of values or nulls |
 * | MAP | Map from string to value or null, in its order |
 * | ROW | array of values or nulls, by position |
 * | UNION | {@link Branch} |
 */
export type Long = number | bigint;
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Buffer
  | readonly (Value | null)[]
  | ReadonlyMap<string, Value | null>
  | Branch;

/** A value of an Avro union of several types. */
export interface Branch {
  /** Index in the union. */
  readonly branch: number;
  readonly value: Value;
}

const least = BigInt(Number.MIN_SAFE_INTEGER);
const most = BigInt(Number.MAX_SAFE_INTEGER);

const nanosPerSecond = 1_000_000_000n;
/** Whether so many nanoseconds are an INTERVAL DAY TO SECOND: their whole seconds are a BIGINT, of either sign. */
export function isInterval(nanos: Long): boolean {
  if (typeof nanos === 'number') return true;
  const seconds = (nanos < 0n ? -nanos : nanos) / nanosPerSecond;
  return BigInt.asUintN(63, seconds) === seconds;
}

/** The one form of a 64-bit integer (or an unscaled decimal): a number where that is exact, else a bigint. */
export const narrow = (v: bigint): Long => (v >= least && v <= most ? Number(v) : v);
