/**
 * Functions of DOUBLE: powers, logarithms, trigonometry, constants. Results are those of IEEE 754 (NaN for the square root
 * of a negative number, Infinity for what is too large), as in Calcite and Flink; logarithms of what has none are errors of
 * the record, as in the standard and Calcite.
 */
import { plain } from '../types.ts';
import { fail } from './fail.ts';
import type { Example, Parameter, SqlFunction } from './function.ts';

const number: Parameter = { name: 'number', type: 'DOUBLE' };
const ofDouble = { category: 'numbers', parameters: [number], nulls: 'strict', result: () => plain('DOUBLE') } as const;

const real = (name: string, doc: string, fn: (v: number) => number, sql: string, result: string): SqlFunction => ({
  ...ofDouble,
  name,
  doc,
  examples: [{ sql, result }],
  body: { via: 'call', fn },
});

const ofTwo = (
  name: string,
  doc: string,
  names: readonly [string, string],
  fn: (a: number, b: number) => number,
  example: Example,
): SqlFunction => ({
  ...ofDouble,
  name,
  doc,
  examples: [example],
  parameters: [
    { name: names[0], type: 'DOUBLE' },
    { name: names[1], type: 'DOUBLE' },
  ],
  body: { via: 'call', fn },
});

const logarithm = (name: string, doc: string, fn: (v: number) => number, example: Example): SqlFunction => ({
  ...ofDouble,
  name,
  doc: `${doc} Of zero or less it is an error of the record.`,
  examples: [example],
  fallible: true,
  body: { via: 'call', fn: (v: number) => fn(positive(name, v)) },
});

const positive = (name: string, v: number): number => (v <= 0 ? fail(`${name} of ${v}: there is none`) : v);

function log(first: number, second?: number): number {
  if (second === undefined) return Math.log(positive('LOG', first));
  if (first === 1) fail('LOG to the base 1: there is none');
  return Math.log(positive('LOG', second)) / Math.log(positive('LOG to the base', first));
}

export const realNumbers: readonly SqlFunction[] = [
  ofTwo('POWER', 'The base to the power of the exponent.', ['base', 'exponent'], (a, b) => a ** b, {
    sql: 'POWER(2, 10)',
    result: '1024',
  }),
  real('SQRT', 'The square root; NaN of a negative number.', Math.sqrt, 'SQRT(2.25)', '1.5'),
  real('CBRT', 'The cube root.', Math.cbrt, 'CBRT(-27)', '-3'),
  real('EXP', 'e to the power of the number.', Math.exp, 'EXP(0)', '1'),
  logarithm('LN', 'The natural logarithm.', Math.log, { sql: 'LN(1)', result: '0' }),
  logarithm('LOG10', 'The logarithm to the base 10.', Math.log10, { sql: 'LOG10(1000)', result: '3' }),
  logarithm('LOG2', 'The logarithm to the base 2.', Math.log2, { sql: 'LOG2(8)', result: '3' }),
  {
    ...ofDouble,
    name: 'LOG',
    doc: 'The natural logarithm of the number; with two numbers, the logarithm of the second to the base of the first. Where there is none it is an error of the record.',
    examples: [
      { sql: 'LOG(1)', result: '0' },
      { sql: 'LOG(2, 8)', result: '3' },
    ],
    parameters: [number, { name: 'of', type: 'DOUBLE' }],
    optional: 1,
    fallible: true,
    body: { via: 'call', fn: log },
  },
  real('SIN', 'The sine of an angle in radians.', Math.sin, 'SIN(0)', '0'),
  real('COS', 'The cosine of an angle in radians.', Math.cos, 'COS(0)', '1'),
  real('TAN', 'The tangent of an angle in radians.', Math.tan, 'TAN(0)', '0'),
  real('COT', 'The cotangent of an angle in radians.', (v) => 1 / Math.tan(v), 'ROUND(COT(PI() / 4), 6)', '1'),
  real('ASIN', 'The arc sine, in radians; NaN beyond -1 and 1.', Math.asin, 'ASIN(0)', '0'),
  real('ACOS', 'The arc cosine, in radians; NaN beyond -1 and 1.', Math.acos, 'ACOS(1)', '0'),
  real('ATAN', 'The arc tangent, in radians.', Math.atan, 'ATAN(0)', '0'),
  ofTwo('ATAN2', 'The angle of the point (x, y), in radians; y stands first.', ['y', 'x'], Math.atan2, {
    sql: 'ATAN2(0, 1)',
    result: '0',
  }),
  real('SINH', 'The hyperbolic sine.', Math.sinh, 'SINH(0)', '0'),
  real('COSH', 'The hyperbolic cosine.', Math.cosh, 'COSH(0)', '1'),
  real('TANH', 'The hyperbolic tangent.', Math.tanh, 'TANH(0)', '0'),
  real('DEGREES', 'Radians in degrees.', (v) => v * (180 / Math.PI), 'DEGREES(PI())', '180'),
  real('RADIANS', 'Degrees in radians.', (v) => v * (Math.PI / 180), 'RADIANS(180) = PI()', 'true'),
  {
    ...ofDouble,
    name: 'PI',
    doc: 'The number π.',
    examples: [{ sql: 'PI()', result: '3.141592653589793' }],
    parameters: [],
    body: { via: 'call', fn: () => Math.PI },
  },
  {
    ...ofDouble,
    name: 'E',
    doc: "The number e, the natural logarithms' base.",
    examples: [{ sql: 'E()', result: '2.718281828459045' }],
    parameters: [],
    body: { via: 'call', fn: () => Math.E },
  },
];
