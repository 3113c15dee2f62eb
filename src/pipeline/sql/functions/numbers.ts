/** Functions of numbers: all rows, and those that are exact, whatever the size. FLOOR and CEIL are of times as well. */
import { decimalArithmetic } from '../../kernel/decimal.ts';
import { arithmeticType, isApproximate, isInteger } from '../type-rules.ts';
import { plain, type SqlType, type Typed, typeText } from '../types.ts';
import { type Long, narrow } from '../values.ts';
import { bits } from './bits.ts';
import { fail } from './fail.ts';
import type { Example, Implementation, Known, Parameter, SqlFunction } from './function.ts';
import { checkNumeric, decimalOf, fitting, oneMore, sameNumber } from './number-types.ts';
import { random } from './random.ts';
import { realNumbers } from './real-numbers.ts';
import { roundedDouble, roundedOff, withDigits, withoutDigits } from './rounding.ts';
import { temporalRounding } from './time-units.ts';

const number: Parameter = { name: 'number', type: 'NUMERIC' };
const ofNumber = { category: 'numbers', parameters: [number], nulls: 'strict', result: sameNumber } as const;

function absolute(type: SqlType): Implementation {
  if (isApproximate(type)) return Math.abs;
  const magnitude = (v: Long): Long => (typeof v === 'number' ? Math.abs(v) : narrow(v < 0n ? -v : v));
  if (type.kind === 'DECIMAL') return magnitude;
  const fit = fitting('ABS', type);
  return (v: Long) => fit(magnitude(v));
}

/** Of integers the type of the divisor, whose values the rest is always among; else what % gives. */
function remainderType([dividend, divisor]: readonly Typed[]): SqlType {
  const [a, b] = [sameNumber([dividend!]), sameNumber([divisor!])];
  return isInteger(a) && isInteger(b) ? b : arithmeticType('%', a, b)!;
}

function remainder(types: readonly Typed[]): Implementation {
  const result = remainderType(types);
  if (result.kind === 'DOUBLE') return (a: number, b: number) => a % b;
  if (result.kind === 'DECIMAL')
    return decimalArithmetic('%', sameNumber([types[0]!]), sameNumber([types[1]!]), result);
  return (a: Long, b: Long) => {
    if (b === 0) return fail('division by zero in MOD');
    return typeof a === 'number' && typeof b === 'number' ? (a % b) + 0 : narrow(BigInt(a) % BigInt(b));
  };
}

/** A number that fits a FLOAT in it. */
const narrowed = (type: SqlType, fn: (v: number, ...rest: readonly number[]) => number): Implementation =>
  type.kind === 'FLOAT' ? (v: number, ...rest: readonly number[]) => Math.fround(fn(v, ...rest)) : fn;

function whole(type: SqlType, by: 'floor' | 'ceil'): Implementation {
  if (isApproximate(type)) return Math[by];
  if (type.kind !== 'DECIMAL') return (v: Long) => v;
  const { scale } = type;
  return (v: Long) => withoutDigits(v, scale, by);
}

function wholeType([value, unit]: readonly Typed[]): SqlType {
  const { type } = value!;
  return unit === undefined && type.kind === 'DECIMAL' ? decimalOf(type.precision, 0) : sameNumber([value!]);
}

function checkWhole([value, unit]: readonly Typed[]): string | undefined {
  if (unit === undefined) return checkNumeric([value!]);
  const isTemporal = ['DATE', 'TIME', 'TIMESTAMP', 'NULL'].includes(value!.type.kind);
  return isTemporal ? undefined : `wants DATE, TIME or TIMESTAMP before TO, not ${typeText(value!)}`;
}

const toWhole = (name: string, by: 'floor' | 'ceil', doc: string, examples: readonly Example[]): SqlFunction => ({
  ...ofNumber,
  name,
  doc,
  examples,
  parameters: [
    { name: 'value', type: 'ANY' },
    { name: 'unit', type: 'UNIT' },
  ],
  optional: 1,
  check: checkWhole,
  result: wholeType,
  fallible: true,
  body: {
    via: 'made',
    make: ([value, unit], known) =>
      unit === undefined ? whole(value!.type, by) : temporalRounding(name, value!.type, known[1] as string, by),
  },
});
const floorDoc =
  'The largest whole number that is not above the number; of a time, the beginning of the unit that it lies in. Weeks begin on Sunday.';
const ceilDoc =
  'The smallest whole number that is not below the number; of a time, where the next unit begins, or the time itself where it begins one. Weeks begin on Sunday.';
const ceilExamples = (name: string): readonly Example[] => [
  { sql: `${name}(1.2)`, result: '2' },
  { sql: `${name}(DATE '2026-01-31' TO MONTH)`, result: '"2026-02-01"' },
];

/**
 * As Flink has it: so many digits behind the point as a literal says, 0 where nothing is said, and one more before it; all of them where
 * what is written leaves them. What isn't known now may leave as many as there are.
 */
const roundedType = (args: readonly Typed[], known: Known = []): SqlType => {
  const type = sameNumber(args);
  if (type.kind !== 'DECIMAL') return type;
  const { precision, scale } = type;
  const digits = args.length === 1 ? 0 : known[1];
  if (digits === undefined || digits === null) return decimalOf(oneMore(precision), scale);
  if (Number(digits) >= scale) return type;
  const kept = Math.max(Number(digits), 0);
  return decimalOf(oneMore(precision - scale + kept), kept);
};

function rounded(name: string, args: readonly Typed[], by: 'half' | 'zero', known: Known): Implementation {
  const type = sameNumber(args);
  if (isApproximate(type)) return narrowed(type, (v, digits = 0) => roundedDouble(v, Number(digits), by));
  const result = roundedType(args, known);
  const scale = type.kind === 'DECIMAL' ? type.scale : 0;
  const fit = fitting(name, result);
  const dropped = scale - (result.kind === 'DECIMAL' ? result.scale : 0);
  if (dropped > 0 || args.length === 1) {
    // So many digits are no longer there; those of a negative count are made zero.
    const zeros = args.length === 1 ? 0 : Math.max(-Number(known[1]), 0);
    return (v: Long) => {
      const kept = withoutDigits(v, dropped + zeros, by);
      return fit(zeros === 0 || kept === 0 ? kept : withDigits(kept, zeros));
    };
  }
  return (v: Long, digits: Long) => {
    const off = scale - Number(digits);
    return off <= 0 ? v : fit(roundedOff(v, off, by));
  };
}

const toDigits = (name: string, by: 'half' | 'zero', doc: string, examples: readonly Example[]): SqlFunction => ({
  ...ofNumber,
  name,
  doc,
  examples,
  parameters: [number, { name: 'digits', type: 'INTEGER' }],
  optional: 1,
  result: roundedType,
  fallible: true,
  body: { via: 'made', make: (types, known) => rounded(name, types, by, known) },
});
const truncateDoc =
  'The number cut off after so many digits after the point (0 where not given); a negative count makes digits before the point zero.';

/** The sign in the number's own type, with one digit before the point. */
function signType(args: readonly Typed[]): SqlType {
  const type = sameNumber(args);
  return type.kind === 'DECIMAL' ? decimalOf(Math.max(type.precision, type.scale + 1), type.scale) : type;
}
function sign([value]: readonly Typed[]): Implementation {
  const { type } = value!;
  if (isApproximate(type)) return Math.sign;
  const one = type.kind === 'DECIMAL' ? withDigits(1, type.scale) : 1;
  const minusOne = -one;
  return (v: Long) => (v === 0 ? 0 : v > 0 ? one : minusOne);
}

const exact: readonly SqlFunction[] = [
  {
    ...ofNumber,
    name: 'ABS',
    doc: 'The number without its sign. Of the smallest integer of a type it is an error of the record.',
    examples: [{ sql: 'ABS(-1.50)', result: '1.50' }],
    fallible: true,
    body: { via: 'made', make: ([value]) => absolute(sameNumber([value!])) },
  },
  {
    ...ofNumber,
    name: 'MOD',
    doc: 'The rest of a division, with the sign of the first number; by zero it is an error of the record (NaN of DOUBLE).',
    examples: [
      { sql: 'MOD(-7, 3)', result: '-1' },
      { sql: 'MOD(7.25, 2.5)', result: '2.25' },
    ],
    parameters: [number, { name: 'divisor', type: 'NUMERIC' }],
    result: remainderType,
    casts: (args) => args.map(() => (remainderType(args).kind === 'DOUBLE' ? plain('DOUBLE') : undefined)),
    fallible: true,
    body: { via: 'made', make: remainder },
  },
  {
    ...ofNumber,
    name: 'SIGN',
    doc: '-1, 0 or 1: the sign of the number, in its type.',
    examples: [{ sql: 'SIGN(-5)', result: '-1' }],
    result: signType,
    body: { via: 'made', make: sign },
  },
  toWhole('FLOOR', 'floor', floorDoc, [
    { sql: 'FLOOR(-1.2)', result: '-2' },
    { sql: "FLOOR(TIMESTAMP '2026-01-31 13:14:15' TO HOUR)", result: '"2026-01-31T13:00:00.000"' },
  ]),
  toWhole('CEIL', 'ceil', ceilDoc, ceilExamples('CEIL')),
  toWhole('CEILING', 'ceil', ceilDoc, ceilExamples('CEILING')),
  toDigits(
    'ROUND',
    'half',
    'The number rounded to so many digits after the point (0 where not given), halves away from zero; a negative count rounds before the point. A DOUBLE is rounded by its shortest decimal digits.',
    [
      { sql: 'ROUND(2.5)', result: '3' },
      { sql: 'ROUND(1234, -2)', result: '1200' },
      { sql: 'ROUND(CAST(1.005 AS DOUBLE), 2)', result: '1.01' },
    ],
  ),
  toDigits('TRUNCATE', 'zero', truncateDoc, [{ sql: 'TRUNCATE(CAST(42.329 AS DOUBLE), 2)', result: '42.32' }]),
  toDigits('TRUNC', 'zero', truncateDoc, [{ sql: 'TRUNC(-1.9)', result: '-1' }]),
];

export const numbers: readonly SqlFunction[] = [...exact, ...bits, ...realNumbers, ...random];
