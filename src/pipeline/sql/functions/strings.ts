/**
 * The scalar functions, one row each: name, signature, what NULL does, what it computes, and its documentation. The
 * binder checks calls against it, the emitter calls what it names, and the reference page is made from it.
 */
import { RecordError } from '../ports.ts';
import { type SqlType, scalar } from './types.ts';

/** What an argument must be. `ANY` arguments must have a common type. */
export type Parameter = 'VARCHAR' | 'INTEGER' | 'NUMERIC' | 'ANY';

/** A value as functions see it: BIGINT is a number where that is exact, else a bigint. */
export type Value = string | number | bigint | boolean;

export interface SqlFunction {
  readonly name: string;
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  /** How many of the parameters may be left out, from the end. */
  readonly optional?: number;
  /** The last parameter may come again. */
  readonly variadic?: boolean;
  /** `strict`: NULL when any argument is. `own`: it says itself what NULL does. */
  readonly nulls: 'strict' | 'own';
  readonly result: (args: readonly SqlType[]) => SqlType;
  readonly fallible?: boolean;
  readonly body:
    | { readonly via: 'call'; readonly fn: (...args: never[]) => Value }
    /** Changes letters' case: done on the bytes while they are ASCII. */
    | { readonly via: 'fold'; readonly fold: 'upper' | 'lower' }
    /** An expression form of its own. */
    | { readonly via: 'form'; readonly form: 'coalesce' | 'nullif' | 'concat' };
}

const varchar = (): SqlType => scalar('VARCHAR');
const int = (): SqlType => scalar('INT');
const same = (args: readonly SqlType[]): SqlType => {
  const numeric = args[0]!;
  return numeric.kind === 'NULL' ? scalar('INT') : numeric;
};
const fail = (message: string): never => {
  throw new RecordError('sql', message);
};

const absolute = (v: number | bigint): number | bigint => {
  if (v === -(2n ** 63n)) return fail('ABS of the smallest BIGINT is beyond BIGINT');
  return v < 0 ? -v : v;
};

/** SUBSTRING by characters (code points), 1-based, as the standard has it. */
function substring(text: string, from: number | bigint, count?: number | bigint): string {
  if (count !== undefined && count < 0) fail(`SUBSTRING of a negative length, ${count}`);
  const start = Number(from);
  const stop = count === undefined ? Number.POSITIVE_INFINITY : start + Number(count);
  const characters = Array.from(text);
  return characters.slice(Math.max(0, start - 1), Math.max(0, stop - 1)).join('');
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

const trimSpaces = (text: string): string => text.replace(/^ +/, '').replace(/ +$/, '');

const rows: readonly SqlFunction[] = [
  {
    name: 'UPPER',
    doc: 'The text in upper case.',
    parameters: ['VARCHAR'],
    nulls: 'strict',
    result: varchar,
    body: { via: 'fold', fold: 'upper' },
  },
  {
    name: 'LOWER',
    doc: 'The text in lower case.',
    parameters: ['VARCHAR'],
    nulls: 'strict',
    result: varchar,
    body: { via: 'fold', fold: 'lower' },
  },
  {
    name: 'TRIM',
    doc: 'The text without spaces at both ends.',
    parameters: ['VARCHAR'],
    nulls: 'strict',
    result: varchar,
    body: { via: 'call', fn: trimSpaces },
  },
  {
    name: 'LTRIM',
    doc: 'The text without spaces at its beginning.',
    parameters: ['VARCHAR'],
    nulls: 'strict',
    result: varchar,
    body: { via: 'call', fn: (text: string) => text.replace(/^ +/, '') },
  },
  {
    name: 'RTRIM',
    doc: 'The text without spaces at its end.',
    parameters: ['VARCHAR'],
    nulls: 'strict',
    result: varchar,
    body: { via: 'call', fn: (text: string) => text.replace(/ +$/, '') },
  },
  {
    name: 'CHAR_LENGTH',
    doc: 'How many characters (Unicode code points) the text has.',
    parameters: ['VARCHAR'],
    nulls: 'strict',
    result: int,
    body: { via: 'call', fn: characters },
  },
  {
    name: 'CHARACTER_LENGTH',
    doc: 'The same as CHAR_LENGTH.',
    parameters: ['VARCHAR'],
    nulls: 'strict',
    result: int,
    body: { via: 'call', fn: characters },
  },
  {
    name: 'SUBSTRING',
    doc: 'The characters from the given place on (1 is the first), all or the given number of them.',
    parameters: ['VARCHAR', 'INTEGER', 'INTEGER'],
    optional: 1,
    nulls: 'strict',
    result: varchar,
    fallible: true,
    body: { via: 'call', fn: substring },
  },
  {
    name: 'CONCAT',
    doc: 'The texts one after the other, as || does; NULL when any of them is.',
    parameters: ['VARCHAR'],
    variadic: true,
    nulls: 'strict',
    result: varchar,
    body: { via: 'form', form: 'concat' },
  },
  {
    name: 'REPLACE',
    doc: 'The text with every occurrence of the second text replaced by the third.',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    nulls: 'strict',
    result: varchar,
    body: {
      via: 'call',
      fn: (text: string, from: string, to: string) => (from === '' ? text : text.replaceAll(from, () => to)),
    },
  },
  {
    name: 'POSITION',
    doc: 'Where the first text stands in the second, counted in characters from 1; 0 when it does not.',
    parameters: ['VARCHAR', 'VARCHAR'],
    nulls: 'strict',
    result: int,
    body: {
      via: 'call',
      fn: (part: string, text: string) => {
        const at = text.indexOf(part);
        return at < 0 ? 0 : characters(text.slice(0, at)) + 1;
      },
    },
  },
  {
    name: 'ABS',
    doc: 'The number without its sign.',
    parameters: ['NUMERIC'],
    nulls: 'strict',
    result: same,
    fallible: true,
    body: { via: 'call', fn: absolute },
  },
  {
    name: 'FLOOR',
    doc: 'The largest whole number not above it.',
    parameters: ['NUMERIC'],
    nulls: 'strict',
    result: same,
    body: { via: 'call', fn: (v: number | bigint) => (typeof v === 'bigint' ? v : Math.floor(v)) },
  },
  {
    name: 'CEIL',
    doc: 'The smallest whole number not below it.',
    parameters: ['NUMERIC'],
    nulls: 'strict',
    result: same,
    body: { via: 'call', fn: (v: number | bigint) => (typeof v === 'bigint' ? v : Math.ceil(v)) },
  },
  {
    name: 'CEILING',
    doc: 'The same as CEIL.',
    parameters: ['NUMERIC'],
    nulls: 'strict',
    result: same,
    body: { via: 'call', fn: (v: number | bigint) => (typeof v === 'bigint' ? v : Math.ceil(v)) },
  },
  {
    name: 'SQRT',
    doc: 'The square root; of a negative number it is an error of the record.',
    parameters: ['NUMERIC'],
    nulls: 'strict',
    result: () => scalar('DOUBLE'),
    fallible: true,
    body: { via: 'call', fn: (v: number | bigint) => (v < 0 ? fail(`SQRT of ${v}`) : Math.sqrt(Number(v))) },
  },
  {
    name: 'MOD',
    doc: 'The remainder of a division, with the sign of the first number; by zero it is an error of the record.',
    parameters: ['INTEGER', 'INTEGER'],
    nulls: 'strict',
    result: (args) => scalar(args.some((a) => a.kind === 'BIGINT') ? 'BIGINT' : 'INT'),
    fallible: true,
    body: {
      via: 'call',
      fn: (a: number | bigint, b: number | bigint) => {
        if (b === 0) return fail('division by zero in MOD');
        return typeof a === 'number' && typeof b === 'number' ? a % b : narrow(BigInt(a) % BigInt(b));
      },
    },
  },
  {
    name: 'COALESCE',
    doc: 'The first of the values that is not NULL.',
    parameters: ['ANY'],
    variadic: true,
    nulls: 'own',
    result: (args) => args[0]!,
    body: { via: 'form', form: 'coalesce' },
  },
  {
    name: 'NULLIF',
    doc: 'NULL when both values are equal, else the first.',
    parameters: ['ANY', 'ANY'],
    nulls: 'own',
    result: (args) => args[0]!,
    body: { via: 'form', form: 'nullif' },
  },
];

const narrow = (v: bigint): number | bigint =>
  v >= BigInt(Number.MIN_SAFE_INTEGER) && v <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(v) : v;

/** Name in upper case → row. */
export const functions: ReadonlyMap<string, SqlFunction> = new Map(rows.map((row) => [row.name, row]));

/** `SUBSTRING(VARCHAR, INTEGER[, INTEGER])`. */
export function signature(fn: SqlFunction): string {
  const required = fn.parameters.length - (fn.optional ?? 0);
  const list = fn.parameters.map((p, i) => (i < required ? p : `[${p}]`)).join(', ');
  return `${fn.name}(${list}${fn.variadic ? ', …' : ''})`;
}
