/**
 * What CAST does last where a TIMESTAMP(0) or TIME(4) is wanted: values are held in milli-, micro- or nanoseconds, and what
 * is finer than the digits that were asked for is cut off towards the past. It has the form of a function, but no
 * row in their table: CAST is how it is written.
 */

import { fail } from './functions/fail.ts';
import type { SqlFunction } from './functions/function.ts';
import { type Long, narrow } from './values.ts';

export const secondDigits: SqlFunction = {
  name: 'SECOND_DIGITS',
  category: 'dates and times',
  doc: 'The time with so many digits of a second.',
  examples: [],
  parameters: [
    { name: 'value', type: 'TEMPORAL' },
    { name: 'digits', type: 'INT' },
  ],
  nulls: 'strict',
  result: ([given]) => given!.type,
  fallible: true,
  body: {
    via: 'made',
    make: ([given], [, digits]) => {
      const { type } = given!;
      const held = type.kind === 'TIME' || type.kind === 'TIMESTAMP' ? type.precision : 3;
      const step = 10 ** (held - (digits as number));
      return (v: Long) => (typeof v === 'number' ? cut(v, step) : cutExactly(v, BigInt(step)));
    },
  },
};

function cut(v: number, step: number): Long {
  const rest = v % step;
  const floor = v - (rest < 0 ? rest + step : rest) + 0;
  return Number.isSafeInteger(floor) ? floor : cutExactly(BigInt(v), BigInt(step));
}

function cutExactly(v: bigint, step: bigint): Long {
  const rest = v % step;
  const floor = v - (rest < 0n ? rest + step : rest);
  return BigInt.asIntN(64, floor) === floor ? narrow(floor) : fail(`${v} cut to fewer digits is beyond TIMESTAMP`);
}
