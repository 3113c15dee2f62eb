/** Functions of an integer's bits: those of 64-bit two's complement, as doubles where these hold them. */
import { type Long, narrow } from '../values.ts';
import type { Example, Parameter, SqlFunction } from './function.ts';
import { sameNumber, widerInteger } from './number-types.ts';
import { bigint, varchar } from './results.ts';

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

/** The number's own bits, so many of them to the one side; a count beyond them begins anew, as Java has it. */
const shifted = (name: string, doc: string, left: boolean, example: Example): SqlFunction => ({
  ...ofInteger,
  name,
  doc,
  examples: [example],
  parameters: [integer, { name: 'count', type: 'INTEGER' }],
  result: sameNumber,
  body: {
    via: 'made',
    make: ([given]) => {
      const width = widths[sameNumber([given!]).kind] ?? 64;
      const shifts = width === 64 ? 64n : 32n;
      return (v: Long, count: Long) => {
        const by = BigInt.asUintN(64, BigInt(count)) % shifts;
        return narrow(BigInt.asIntN(width, left ? BigInt(v) << by : BigInt(v) >> by));
      };
    },
  },
});
const widths: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INT: 32 };

const bitCount = (name: string): SqlFunction => ({
  ...ofInteger,
  name,
  doc: 'How many bits of the integer are 1; of a negative one among 64.',
  examples: [{ sql: `${name}(7)`, result: '3' }],
  parameters: [integer],
  result: bigint,
  body: {
    via: 'call',
    fn: (v: Long) => BigInt.asUintN(64, BigInt(v)).toString(2).replaceAll('0', '').length,
  },
});

export const bits: readonly SqlFunction[] = [
  shifted('LEFTSHIFT', 'The integer with its bits so many places to the left.', true, {
    sql: 'LEFTSHIFT(1, 3)',
    result: '8',
  }),
  shifted('RIGHTSHIFT', 'The integer with its bits so many places to the right; its sign stays.', false, {
    sql: 'RIGHTSHIFT(-16, 2)',
    result: '-4',
  }),
  bitCount('BITCOUNT'),
  bitCount('BIT_COUNT'),
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
