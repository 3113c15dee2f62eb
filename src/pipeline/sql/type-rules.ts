/**
 * What operators make of types: the common type of several values, what may be compared, and the results of arithmetic.
 * DECIMAL's precision and scale are derived as Flink SQL and SQL Server do, up to 38 digits. Pure.
 */
import type { ArithmeticOperator } from './bound.ts';
import { decimal, type Kind, plain, type RowField, type SqlType, type Typed, timestamp } from './types.ts';

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

/** The type that both fit without loss, for CASE, COALESCE, UNION ALL and comparisons; undefined where there is none. */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a === b || b.kind === 'NULL') return a;
  if (a.kind === 'NULL') return b;
  if (isNumeric(a) && isNumeric(b)) return commonNumber(a, b);
  if (a.kind === 'TIME' && b.kind === 'TIME') return a.precision >= b.precision ? a : b;
  if (a.kind === 'TIMESTAMP' && b.kind === 'TIMESTAMP')
    return timestamp(a.precision >= b.precision ? a.precision : b.precision, a.zoned && b.zoned);
  if (a.kind === 'DATE' && b.kind === 'TIMESTAMP') return b;
  if (a.kind === 'TIMESTAMP' && b.kind === 'DATE') return a;
  if (a.kind === 'INTERVAL' && b.kind === 'INTERVAL') return a.of === b.of ? a : undefined;
  if (a.kind === 'ARRAY' && b.kind === 'ARRAY') {
    const element = commonTyped(a.element, b.element);
    return element && { kind: 'ARRAY', element };
  }
  if (a.kind === 'MAP' && b.kind === 'MAP') {
    const value = commonTyped(a.value, b.value);
    return value && { kind: 'MAP', value };
  }
  if (a.kind === 'ROW' && b.kind === 'ROW') return commonRow(a.fields, b.fields);
  if (a.kind === 'UNION' || b.kind === 'UNION')
    return a.kind === 'UNION' && b.kind === 'UNION' && a.schema === b.schema ? a : undefined;
  return a.kind === b.kind ? a : undefined;
}

function commonTyped(a: Typed, b: Typed): Typed | undefined {
  const type = commonType(a.type, b.type);
  return type && { type, nullable: a.nullable || b.nullable };
}

function commonRow(a: readonly RowField[], b: readonly RowField[]): SqlType | undefined {
  if (a.length !== b.length) return undefined;
  const fields: RowField[] = [];
  for (const [i, field] of a.entries()) {
    const type = commonTyped(field.type, b[i]!.type);
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

/** Whether `=` may stand between them. */
export const comparable = (a: SqlType, b: SqlType): boolean => commonType(a, b) !== undefined;

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

const standIn = (t: SqlType): SqlType => (isTemporal(t) ? { kind: 'INTERVAL', of: 'SECOND' } : t);

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

function temporalType(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType | undefined {
  const sign = operator === '+' || operator === '-';
  if (sign && isTemporal(a) && b.kind === 'INTERVAL') return shifted(a, b.of);
  if (operator === '+' && a.kind === 'INTERVAL' && isTemporal(b)) return shifted(b, a.of);
  if (operator === '-' && isTemporal(a) && isTemporal(b) && (a.kind === 'TIME') === (b.kind === 'TIME'))
    return { kind: 'INTERVAL', of: 'SECOND' };
  if (sign && a.kind === 'INTERVAL' && b.kind === 'INTERVAL') return a.of === b.of ? a : undefined;
  if (operator === '*' && a.kind === 'INTERVAL' && isNumeric(b)) return a;
  if (operator === '*' && b.kind === 'INTERVAL' && isNumeric(a)) return b;
  if (operator === '/' && a.kind === 'INTERVAL' && isNumeric(b)) return a;
  return undefined;
}

/** A point in time moved by an interval; a TIME has no months. */
function shifted(t: SqlType, of: 'MONTH' | 'SECOND'): SqlType | undefined {
  return t.kind === 'TIME' && of === 'MONTH' ? undefined : t;
}
