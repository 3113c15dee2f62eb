/** Functions that choose among their arguments, and those that say what a text consists of. */
import { isOrdered } from '../type-rules.ts';
import { digitsOf, nullable, plain, type SqlType, type Typed, typeText } from '../types.ts';
import type { Value } from '../values.ts';
import { commonOf } from './collection-types.ts';
import { compareValues } from './equality.ts';
import type { Example, Implementation, Parameter, SqlFunction } from './function.ts';
import { boolean } from './results.ts';

const value: Parameter = { name: 'value', type: 'ANY' };
const otherwise: Parameter = { name: 'otherwise', type: 'ANY' };
const ofAny = { category: 'conditions', nulls: 'own' } as const;

const common = (args: readonly Typed[]): SqlType => commonOf(args)?.type ?? args[0]!.type;
const checkCommon = (args: readonly Typed[]): string | undefined =>
  commonOf(args) === undefined
    ? `wants values of one type, and has ${args.map((a) => typeText(nullable(a.type))).join(' and ')}`
    : undefined;
const ofOneType = {
  result: common,
  casts: (args: readonly Typed[]) => args.map(() => common(args)),
  check: checkCommon,
} as const;

const firstOf = (name: string, examples: readonly Example[]): SqlFunction => ({
  ...ofAny,
  ...ofOneType,
  name,
  doc: 'The value, or the other one where it is NULL.',
  examples,
  parameters: [value, otherwise],
  body: { via: 'form', form: 'coalesce' },
});

function checkOrdered(args: readonly Typed[]): string | undefined {
  const without = args.find((a) => !isOrdered(a.type));
  return without === undefined ? checkCommon(args) : `wants values that have an order, not ${typeText(without)}`;
}

const extreme = (name: string, which: string, sign: 1 | -1, examples: readonly Example[]): SqlFunction => ({
  ...ofOneType,
  name,
  category: 'conditions',
  doc: `The ${which} of the values; NULL when any of them is. Texts are compared by code point; NaN is above all numbers.`,
  examples,
  parameters: [value],
  variadic: true,
  nulls: 'strict',
  check: checkOrdered,
  body: {
    via: 'call',
    fn: (...values: readonly Value[]) => {
      let best = values[0]!;
      for (let i = 1; i < values.length; i++) if (compareValues(values[i]!, best) * sign > 0) best = values[i]!;
      return best;
    },
  },
});

/** Never NULL: of NULL they are FALSE. */
const consists = (name: string, doc: string, of: RegExp, examples: readonly Example[]): SqlFunction => ({
  ...ofAny,
  name,
  doc: `${doc} FALSE of NULL.`,
  examples,
  parameters: [{ name: 'text', type: 'VARCHAR' }],
  result: boolean,
  body: { via: 'call', fn: ((text: string | null) => text !== null && of.test(text)) satisfies Implementation },
});

export const conditions: readonly SqlFunction[] = [
  {
    ...ofAny,
    ...ofOneType,
    name: 'COALESCE',
    doc: 'The first of the values that is not NULL; NULL where all are.',
    examples: [{ sql: "COALESCE(NULL, 'a', 'b')", result: '"a"' }],
    parameters: [value],
    variadic: true,
    body: { via: 'form', form: 'coalesce' },
  },
  firstOf('IFNULL', [{ sql: 'IFNULL(NULL, 5)', result: '5' }]),
  firstOf('NVL', [{ sql: "NVL('a', 'b')", result: '"a"' }]),
  {
    ...ofAny,
    name: 'NULLIF',
    doc: 'NULL when both values are equal, else the first.',
    examples: [
      { sql: "NULLIF('-', '-')", result: 'null' },
      { sql: "NULLIF('a', '-')", result: '"a"' },
    ],
    parameters: [value, { name: 'other', type: 'ANY' }],
    nullable: true,
    result: (args) => args[0]!.type,
    body: { via: 'form', form: 'nullif' },
  },
  {
    ...ofAny,
    name: 'IF',
    doc: 'The second value where the condition is TRUE, the third where it is FALSE or NULL.',
    examples: [
      { sql: "IF(5 > 3, 'a', 'b')", result: '"a"' },
      { sql: 'IF(NULL, 1, 2)', result: '2' },
    ],
    parameters: [{ name: 'condition', type: 'BOOLEAN' }, { name: 'then', type: 'ANY' }, otherwise],
    result: ([, ...values]) => common(values),
    body: { via: 'form', form: 'if' },
  },
  {
    name: 'TYPEOF',
    category: 'conditions',
    doc: 'The type of the value as SQL names it, with NOT NULL where it is never NULL. The second argument, which Flink has, changes nothing.',
    examples: [
      { sql: 'TYPEOF(1)', result: '"INT NOT NULL"' },
      { sql: 'TYPEOF(ARRAY[1.5, NULL])', result: '"ARRAY<DECIMAL(2, 1)> NOT NULL"' },
    ],
    parameters: [value, { name: 'serializable', type: 'BOOLEAN' }],
    optional: 1,
    nulls: 'own',
    nullable: false,
    result: () => plain('VARCHAR'),
    body: {
      via: 'made',
      make: ([given]) => {
        const { type } = given!;
        const isTime = type.kind === 'TIME' || type.kind === 'TIMESTAMP';
        const text = isTime ? typeText(given!).replace(/\(\d\)/, `(${digitsOf(type)})`) : typeText(given!);
        return () => text;
      },
    },
  },
  extreme('GREATEST', 'greatest', 1, [
    { sql: 'GREATEST(1, 3, 2)', result: '3' },
    { sql: "GREATEST('a', NULL)", result: 'null' },
  ]),
  extreme('LEAST', 'least', -1, [{ sql: "LEAST('b', 'a')", result: '"a"' }]),
  consists(
    'IS_DECIMAL',
    'Whether the text is a number: digits with or without a sign, a point and an exponent, and spaces around them.',
    /^ *[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)? *$/,
    [
      { sql: "IS_DECIMAL('-1.5')", result: 'true' },
      { sql: "IS_DECIMAL('1,5')", result: 'false' },
    ],
  ),
  consists('IS_DIGIT', 'Whether the text consists of decimal digits, at least one.', /^\p{Nd}+$/u, [
    { sql: "IS_DIGIT('123')", result: 'true' },
    { sql: "IS_DIGIT('')", result: 'false' },
  ]),
  consists('IS_ALPHA', 'Whether the text consists of letters, at least one.', /^\p{L}+$/u, [
    { sql: "IS_ALPHA('abcé')", result: 'true' },
    { sql: "IS_ALPHA('a1')", result: 'false' },
  ]),
];
