/**
 * What operators make of types: the common type of several values, what may be compared, and the results of arithmetic.
 * DECIMAL's precision and scale are derived as Flink SQL and SQL Server do, up to 38 digits. Pure.
 */
import { branchName } from '../avro/schema.ts';
import type { ArithmeticOperator } from './bound.ts';
import {
  decimal,
  digitsOf,
  type Kind,
  plain,
  type RowField,
  type SqlType,
  type Typed,
  timestamp,
  typeOf,
  withDigits,
} from './types.ts';

/** Digits of a DECIMAL, at most. */
export const precisionMax = 38;

const integerDigits: Readonly<Partial<Record<Kind, number>>> = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 19 };
const widths: readonly Kind[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];

export const isInteger = (t: SqlType): boolean => integerDigits[t.kind] !== undefined;
export const isApproximate = (t: SqlType): boolean => t.kind === 'FLOAT' || t.kind === 'DOUBLE';
export const isNumeric = (t: SqlType): boolean => isInteger(t) || isApproximate(t) || t.kind === 'DECIMAL';
export const isTemporal = (t: SqlType): boolean => t.kind === 'DATE' || t.kind === 'TIME' || t.kind === 'TIMESTAMP';

const wider = (a: Kind, b: Kind): Kind => (widths.indexOf(a) >= widths.indexOf(b) ? a : b);

/** An integer type as the DECIMAL that holds it. */
function asDecimal(t: SqlType): { readonly precision: number; readonly scale: number } {
  return t.kind === 'DECIMAL' ? t : { precision: integerDigits[t.kind] ?? precisionMax, scale: 0 };
}

/** The type of results that need `precision` digits, `scale` of them behind the point: where that is too many, whole digits go before fractions, of which at least six stay. */
function bounded(precision: number, scale: number): SqlType {
  if (precision <= precisionMax) return decimal(precision, scale);
  const whole = precision - scale;
  return decimal(precisionMax, Math.max(precisionMax - whole, Math.min(scale, 6)));
}

/** Whether both are one type, whatever may be NULL in them; rows by their fields, names included, wherever they come from. */
export const sameType = (a: SqlType, b: SqlType): boolean => same(a, b, [], false);

type Pair = readonly [SqlType, SqlType];
const isAmong = (pairs: readonly Pair[], a: SqlType, b: SqlType): boolean => pairs.some(([x, y]) => x === a && y === b);

/** `assumed`: rows and unions that are being compared; a recursive one meets itself. `nulls`: what may be NULL in them counts, and how many digits of a second texts have. */
function same(a: SqlType, b: SqlType, assumed: readonly Pair[], nulls: boolean): boolean {
  if (a === b) return true;
  const inside = [...assumed, [a, b] as const];
  const part = (x: Typed, y: Typed): boolean =>
    (!nulls || x.nullable === y.nullable) && same(x.type, y.type, inside, nulls);
  switch (a.kind) {
    case 'DECIMAL':
      return b.kind === 'DECIMAL' && a.scale === b.scale && a.precision === b.precision;
    case 'TIME':
      return b.kind === 'TIME' && a.precision === b.precision && (!nulls || a.digits === b.digits);
    case 'TIMESTAMP':
      return (
        b.kind === 'TIMESTAMP' &&
        a.precision === b.precision &&
        a.zoned === b.zoned &&
        (!nulls || a.digits === b.digits)
      );
    case 'INTERVAL':
      return b.kind === 'INTERVAL' && a.of === b.of && a.wholeDays === b.wholeDays;
    case 'ARRAY':
      return b.kind === 'ARRAY' && part(a.element, b.element);
    case 'MAP':
      return b.kind === 'MAP' && part(a.value, b.value);
    case 'ROW':
      if (b.kind !== 'ROW' || a.fields.length !== b.fields.length) return false;
      if (isAmong(assumed, a, b)) return true;
      return a.fields.every((f, i) => f.name === b.fields[i]!.name && part(f.type, b.fields[i]!.type));
    case 'UNION': {
      if (b.kind !== 'UNION' || a.schema.branches.length !== b.schema.branches.length) return false;
      if (isAmong(assumed, a, b)) return true;
      const others = b.schema.branches;
      return a.schema.branches.every(
        (branch, i) => branchName(branch) === branchName(others[i]!) && part(typeOf(branch), typeOf(others[i]!)),
      );
    }
    default:
      return a.kind === b.kind;
  }
}

/** The type that both fit without loss, for CASE, COALESCE, UNION ALL and comparisons; undefined where there is none. */
export const commonType = (a: SqlType, b: SqlType): SqlType | undefined => common(a, b, [], () => undefined);

type Rule = (a: SqlType, b: SqlType) => SqlType | undefined;

/**
 * `within`: rows whose common type is being made; recursive ones that differ have none, since it would have no end.
 * `first`: is asked before the rules here are, at any depth.
 */
function common(a: SqlType, b: SqlType, within: readonly Pair[], first: Rule): SqlType | undefined {
  if (a === b || b.kind === 'NULL') return a;
  if (a.kind === 'NULL') return b;
  // One of two texts may be known to be JSON; both together are a text.
  if (a.kind === 'VARCHAR' && b.kind === 'VARCHAR') return plain('VARCHAR');
  if (same(a, b, [], true)) return a;
  const own = first(a, b);
  if (own !== undefined) return own;
  if (isNumeric(a) && isNumeric(b)) return commonNumber(a, b);
  if (a.kind === 'TIME' && b.kind === 'TIME') return digitsOf(a) >= digitsOf(b) ? a : b;
  if (a.kind === 'TIMESTAMP' && b.kind === 'TIMESTAMP')
    return withDigits(
      timestamp(a.precision >= b.precision ? a.precision : b.precision, a.zoned && b.zoned),
      Math.max(digitsOf(a), digitsOf(b)),
    );
  if (a.kind === 'DATE' && b.kind === 'TIMESTAMP') return b;
  if (a.kind === 'TIMESTAMP' && b.kind === 'DATE') return a;
  if (a.kind === 'INTERVAL' && b.kind === 'INTERVAL') return a.of === b.of ? { kind: 'INTERVAL', of: a.of } : undefined;
  if (a.kind === 'ARRAY' && b.kind === 'ARRAY') {
    const element = commonTyped(a.element, b.element, within, first);
    return element && { kind: 'ARRAY', element };
  }
  if (a.kind === 'MAP' && b.kind === 'MAP') {
    const value = commonTyped(a.value, b.value, within, first);
    return value && { kind: 'MAP', value };
  }
  if (a.kind === 'ROW' && b.kind === 'ROW') {
    if (isAmong(within, a, b)) return undefined;
    return commonRow(a.fields, b.fields, [...within, [a, b]], first);
  }
  return a.kind === 'UNION' && sameType(a, b) ? a : undefined;
}

function commonTyped(a: Typed, b: Typed, within: readonly Pair[], first: Rule): Typed | undefined {
  const type = common(a.type, b.type, within, first);
  return type && { type, nullable: a.nullable || b.nullable };
}

function commonRow(
  a: readonly RowField[],
  b: readonly RowField[],
  within: readonly Pair[],
  first: Rule,
): SqlType | undefined {
  if (a.length !== b.length) return undefined;
  const fields: RowField[] = [];
  for (const [i, field] of a.entries()) {
    const type = commonTyped(field.type, b[i]!.type, within, first);
    if (type === undefined) return undefined;
    fields.push({ name: field.name, type });
  }
  return { kind: 'ROW', fields };
}

function commonNumber(a: SqlType, b: SqlType): SqlType {
  if (a.kind === b.kind && a.kind !== 'DECIMAL') return a;
  if (isApproximate(a) || isApproximate(b)) return plain('DOUBLE');
  if (isInteger(a) && isInteger(b)) return { kind: wider(a.kind, b.kind) } as SqlType;
  const [x, y] = [asDecimal(a), asDecimal(b)];
  const scale = Math.max(x.scale, y.scale);
  return bounded(Math.max(x.precision - x.scale, y.precision - y.scale) + scale, scale);
}

/**
 * The type in which values of both are compared, as they are or inside of arrays, maps and rows; undefined where they
 * can't be. It holds every value of both, even where no type of a query does: what is cut off would make different values
 * equal, and what doesn't fit would make an error of a comparison that has an answer.
 */
export const comparisonType = (a: SqlType, b: SqlType): SqlType | undefined =>
  common(a, b, [], (x, y) => exactDecimal(x, y) ?? exactMoment(x, y));

/** Of decimals and integers: all their digits, even if they are more than a DECIMAL of a query may have. */
function exactDecimal(a: SqlType, b: SqlType): SqlType | undefined {
  const isExact = (t: SqlType): boolean => isInteger(t) || t.kind === 'DECIMAL';
  if (!isExact(a) || !isExact(b) || (a.kind !== 'DECIMAL' && b.kind !== 'DECIMAL')) return undefined;
  const [x, y] = [asDecimal(a), asDecimal(b)];
  const scale = Math.max(x.scale, y.scale);
  return decimal(Math.max(x.precision - x.scale, y.precision - y.scale) + scale, scale);
}

/** Of dates and timestamps: the year 9999 is no TIMESTAMP(9). Milliseconds have room for every DATE. */
function exactMoment(a: SqlType, b: SqlType): SqlType | undefined {
  const [x, y] = [secondDigits(a), secondDigits(b)];
  if (x === undefined || y === undefined || (a.kind === b.kind && x === y)) return undefined;
  const digits = Math.max(x, y);
  return digits > 3 ? plain(digits > 6 ? 'EPOCH_NANOS' : 'EPOCH_MICROS') : undefined;
}

function secondDigits(t: SqlType): number | undefined {
  switch (t.kind) {
    case 'DATE':
      return 0;
    case 'TIMESTAMP':
      return t.precision;
    case 'EPOCH_MICROS':
      return 6;
    case 'EPOCH_NANOS':
      return 9;
    default:
      return undefined;
  }
}

/** Whether `<` has a meaning. */
export function isOrdered(t: SqlType): boolean {
  return !['ROW', 'ARRAY', 'MAP', 'UNION', 'DURATION'].includes(t.kind);
}

/** Whether JavaScript compares values of both types as they are held: then no cast is needed. */
export function comparesAsHeld(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'DECIMAL' || b.kind === 'DECIMAL')
    return a.kind === b.kind && 'scale' in a && 'scale' in b && a.scale === b.scale;
  if (isNumeric(a) && isNumeric(b)) return true;
  if (a.kind === 'TIMESTAMP' && b.kind === 'TIMESTAMP') return a.precision === b.precision;
  if (a.kind === 'TIME' && b.kind === 'TIME') return a.precision === b.precision;
  return false;
}

/** The result of `a operator b`; undefined where it has no meaning. NULL counts as the other side's type. */
export function arithmeticType(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === 'NULL' && b.kind === 'NULL') return plain('INT');
  if (a.kind === 'NULL') return arithmeticType(operator, b.kind === 'INTERVAL' ? b : standIn(b), b);
  if (b.kind === 'NULL') return arithmeticType(operator, a, standIn(a));
  if (isNumeric(a) && isNumeric(b)) return numberType(operator, a, b);
  return temporalType(operator, a, b);
}

const days: SqlType = { kind: 'INTERVAL', of: 'SECOND', wholeDays: true };
const standIn = (t: SqlType): SqlType => (isTemporal(t) ? days : t);

function numberType(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType {
  if (isApproximate(a) || isApproximate(b)) return plain('DOUBLE');
  if (isInteger(a) && isInteger(b)) {
    const kind = wider(wider(a.kind, b.kind), 'INT');
    return { kind } as SqlType;
  }
  const [x, y] = [asDecimal(a), asDecimal(b)];
  switch (operator) {
    case '+':
    case '-': {
      const scale = Math.max(x.scale, y.scale);
      return bounded(Math.max(x.precision - x.scale, y.precision - y.scale) + scale + 1, scale);
    }
    case '*':
      return bounded(x.precision + y.precision + 1, x.scale + y.scale);
    case '/': {
      const scale = Math.max(6, x.scale + y.precision + 1);
      return bounded(x.precision - x.scale + y.scale + scale, scale);
    }
    case '%': {
      const scale = Math.max(x.scale, y.scale);
      return bounded(Math.min(x.precision - x.scale, y.precision - y.scale) + scale, scale);
    }
  }
}

type Interval = SqlType & { readonly kind: 'INTERVAL' };
const interval = ({ of }: Interval, wholeDays: boolean | undefined): Interval =>
  wholeDays === true ? { kind: 'INTERVAL', of, wholeDays } : { kind: 'INTERVAL', of };

function temporalType(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType | undefined {
  const sign = operator === '+' || operator === '-';
  if (sign && isTemporal(a) && b.kind === 'INTERVAL') return shifted(a, b);
  if (operator === '+' && a.kind === 'INTERVAL' && isTemporal(b)) return shifted(b, a);
  if (operator === '-' && isTemporal(a) && isTemporal(b) && (a.kind === 'TIME') === (b.kind === 'TIME'))
    return interval({ kind: 'INTERVAL', of: 'SECOND' }, a.kind === 'DATE' && b.kind === 'DATE');
  if (sign && a.kind === 'INTERVAL' && b.kind === 'INTERVAL')
    return a.of === b.of ? interval(a, a.wholeDays && b.wholeDays) : undefined;
  if (operator === '*' && a.kind === 'INTERVAL' && isNumeric(b)) return interval(a, a.wholeDays && isInteger(b));
  if (operator === '*' && b.kind === 'INTERVAL' && isNumeric(a)) return interval(b, b.wholeDays && isInteger(a));
  if (operator === '/' && a.kind === 'INTERVAL' && isNumeric(b)) return interval(a, false);
  return undefined;
}

/** A point in time moved by an interval: a TIME has no months, and a DATE moved by hours is a TIMESTAMP. */
function shifted(t: SqlType, by: Interval): SqlType | undefined {
  if (t.kind === 'TIME') return by.of === 'MONTH' ? undefined : t;
  return t.kind === 'DATE' && by.of === 'SECOND' && by.wholeDays !== true ? timestamp(3) : t;
}
