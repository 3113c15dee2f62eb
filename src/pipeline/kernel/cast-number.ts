/** Casts to numbers and to BOOLEAN, one function per pair of types. Undefined: the value has no counterpart there. */
import type { SqlType } from '../sql/types.ts';
import { type Long, narrow } from '../sql/values.ts';
import { type Caster, unchanged } from './casters.ts';
import { type DecimalType, decimalNumber, decimalWhole, parseDecimal, rescale } from './decimal.ts';
import { type IntKind, intRanges } from './exact.ts';

export type IntegerKind = IntKind | 'BIGINT';
const widths = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];

const fitsBigint = (v: bigint): boolean => BigInt.asIntN(64, v) === v;

/** What a caster made goes on to another one. */
const then =
  <V>(first: (v: V) => Long | undefined, second: (v: Long) => Long | undefined) =>
  (v: V): Long | undefined => {
    const between = first(v);
    return between === undefined ? undefined : second(between);
  };

const within = (kind: IntegerKind): ((v: Long) => Long | undefined) => {
  if (kind === 'BIGINT') return (v) => (typeof v === 'number' || fitsBigint(v) ? v : undefined);
  const [least, most] = intRanges[kind];
  return (v) => (v >= least && v <= most ? v : undefined);
};

/** Fractions are cut off towards zero. */
export function toInteger(from: SqlType, kind: IntegerKind): Caster | undefined {
  const fits = within(kind);
  switch (from.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return widths.indexOf(from.kind) <= widths.indexOf(kind) ? unchanged : fits;
    case 'DECIMAL':
      return then((v: Long) => decimalWhole(v, from.scale), fits);
    case 'FLOAT':
    case 'DOUBLE':
      return then(wholeOfDouble, fits);
    case 'VARCHAR':
      return then(parseInteger, fits);
    case 'BOOLEAN':
      return (v: boolean) => (v ? 1 : 0);
    default:
      return undefined;
  }
}

const wholeOfDouble = (v: number): Long | undefined =>
  Number.isFinite(v) ? narrowWhole(Math.trunc(v) + 0) : undefined;
const narrowWhole = (v: number): Long => (Number.isSafeInteger(v) ? v : narrow(BigInt(v)));

/** A sign, digits with or without a point, an exponent. */
const numeral = /^\s*([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?\s*$/;
/** Digits of the largest BIGINT. */
const bigintDigits = 19;

/** The whole part of a number's text. Digit by digit, since no double lies in between. */
function parseInteger(text: string): Long | undefined {
  const match = numeral.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = match[4] ?? '', , exponent = '0'] = match;
  const written = `${whole}${fraction}`;
  const zeros = written.search(/[1-9]/);
  /** How many digits stand before the point, from the first that isn't 0. */
  const count = whole.length + Number(exponent) - zeros;
  if (zeros < 0 || count <= 0) return 0;
  if (count > bigintDigits) return undefined;
  const digits = written.slice(zeros, zeros + count).padEnd(count, '0');
  if (count < 16) return sign === '-' ? -Number(digits) : Number(digits);
  return narrow(BigInt(sign === '-' ? `-${digits}` : digits));
}

/** The same of a text that stands in `src[start, end)`, which is only decoded where it is more than some digits. */
export function toIntegerFromSlice(kind: IntegerKind): (src: Buffer, start: number, end: number) => Long | undefined {
  const fits = within(kind);
  return (src, start, end) => {
    const negative = src[start] === 45;
    let at = negative ? start + 1 : start;
    // Fifteen digits are exact in a double.
    let value = at < end && end - at <= 15 ? 0 : Number.NaN;
    for (; at < end; at++) {
      const digit = src[at]! - 48;
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
    }
    if (!Number.isNaN(value)) return fits(negative ? 0 - value : value);
    const parsed = parseInteger(src.toString('utf8', start, end));
    return parsed === undefined ? undefined : fits(parsed);
  };
}

export function toDouble(from: SqlType, kind: 'FLOAT' | 'DOUBLE'): Caster | undefined {
  const exact = doubles(from);
  return exact === undefined || kind === 'DOUBLE' ? exact : toFloat(exact as (v: unknown) => number | undefined);
}

/** Beyond FLOAT is undefined; what a FLOAT only comes near is the nearest one. */
const toFloat =
  (exact: (v: unknown) => number | undefined) =>
  (v: unknown): number | undefined => {
    const double = exact(v);
    if (double === undefined) return undefined;
    const float = Math.fround(double);
    return Number.isFinite(float) || !Number.isFinite(double) ? float : undefined;
  };

function doubles(from: SqlType): Caster | undefined {
  switch (from.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
      return unchanged;
    case 'BIGINT':
      return (v: Long) => Number(v);
    case 'DECIMAL':
      return (v: Long) => decimalNumber(v, from.scale);
    case 'VARCHAR':
      return parseDouble;
    case 'BOOLEAN':
      return (v: boolean) => (v ? 1 : 0);
    default:
      return undefined;
  }
}

const double = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const named: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

function parseDouble(text: string): number | undefined {
  if (!double.test(text)) return named.get(text.trim().toLowerCase());
  const value = Number(text) + 0;
  return Number.isFinite(value) ? value : undefined;
}

/** Rounded half up to the scale. A double counts by its shortest text, as Java's BigDecimal.valueOf has it. */
export function toDecimal(from: SqlType, to: DecimalType): Caster | undefined {
  switch (from.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return rescale(0, to);
    case 'DECIMAL':
      return from.scale === to.scale && from.precision <= to.precision ? unchanged : rescale(from.scale, to);
    case 'FLOAT':
      return (v: number) => parseDecimal(String(floatNumber(v)), to);
    case 'DOUBLE':
      return (v: number) => parseDecimal(String(v), to);
    case 'VARCHAR':
      return (v: string) => parseDecimal(v, to);
    case 'BOOLEAN': {
      const scaled = rescale(0, to);
      return (v: boolean) => scaled(v ? 1 : 0);
    }
    default:
      return undefined;
  }
}

/** The DOUBLE of the fewest digits that is this FLOAT and no other: 0.1 and not 0.10000000149011612. */
export function floatNumber(v: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(v.toPrecision(digits));
    if (Math.fround(short) === v) return short;
  }
  return Number.isFinite(v) ? Number(v.toPrecision(9)) : v;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((text) => [text, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((text) => [text, false] as const),
]);

/** Texts are those that Flink takes; numbers are TRUE unless they are 0. */
export function toBoolean(from: SqlType): Caster | undefined {
  switch (from.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'DECIMAL':
    case 'FLOAT':
    case 'DOUBLE':
      return (v: Long) => v !== 0;
    case 'VARCHAR':
      return (v: string) => truths.get(v.trim().toLowerCase());
    default:
      return undefined;
  }
}
