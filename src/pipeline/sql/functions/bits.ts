/** Functions of an integer's bits: those of 64-bit two's complement, as doubles where these hold them. */
import { type Long, narrow } from '../values.ts';
import type { Example, Parameter, SqlFunction } from './function.ts';
import { sameNumber, widerInteger } from './number-types.ts';
import { varchar } from './results.ts';

const ofInteger = { category: 'numbers', nulls: 'strict' } as const;
const integer: Parameter = { name: 'integer', type: 'INTEGER' };
const other: Parameter = { name: 'other', type: 'INTEGER' };
const isInt = (v: Long): v is number => typeof v === 'number' && (v | 0) === v;

const bitwise = (
  name: string,
  doc: string,
  plainly: (a: number, b: number) => number,
  exactly: (a: bigint, b: bigint) => bigint,
  example: Example,
): SqlFunction => ({
  ...ofInteger,
  name,
  doc,
  examples: [example],
  parameters: [integer, other],
  result: widerInteger,
  body: {
    via: 'call',
    fn: (a: Long, b: Long) => (isInt(a) && isInt(b) ? plainly(a, b) : narrow(exactly(BigInt(a), BigInt(b)))),
  },
});

export const bits: readonly SqlFunction[] = [
  bitwise(
    'BITAND',
    'The bits that both integers have.',
    (a, b) => a & b,
    (a, b) => a & b,
    { sql: 'BITAND(12, 10)', result: '8' },
  ),
  bitwise(
    'BITOR',
    'The bits that either integer has.',
    (a, b) => a | b,
    (a, b) => a | b,
    { sql: 'BITOR(12, 10)', result: '14' },
  ),
  bitwise(
    'BITXOR',
    'The bits that one of the integers has and the other has not.',
    (a, b) => a ^ b,
    (a, b) => a ^ b,
    {
      sql: 'BITXOR(12, 10)',
      result: '6',
    },
  ),
  {
    ...ofInteger,
    name: 'BITNOT',
    doc: 'All bits of the integer turned round.',
    result: sameNumber,
    examples: [{ sql: 'BITNOT(12)', result: '-13' }],
    parameters: [integer],
    body: { via: 'call', fn: (v: Long) => (isInt(v) ? ~v : narrow(~BigInt(v))) },
  },
  {
    ...ofInteger,
    name: 'BIN',
    doc: 'The integer in binary digits; a negative one as 64 bits.',
    examples: [{ sql: 'BIN(12)', result: '"1100"' }],
    parameters: [integer],
    result: varchar,
    body: {
      via: 'call',
      fn: (v: Long) => (typeof v === 'number' && v >= 0 ? v : BigInt.asUintN(64, BigInt(v))).toString(2),
    },
  },
];
