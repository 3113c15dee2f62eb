/** Units of time, as EXTRACT, FLOOR, TIMESTAMPADD and INTERVAL name them. */
import type { Expression, IntervalUnit } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refuse } from './mistake.ts';
import { node } from './parse-node.ts';
import { nearest } from './suggest.ts';

export const intervalUnits: readonly IntervalUnit[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

const units: ReadonlySet<string> = new Set([
  ...intervalUnits,
  ...'MILLENNIUM CENTURY DECADE QUARTER WEEK ISOYEAR DOW ISODOW DOY MILLISECOND MICROSECOND NANOSECOND EPOCH'.split(
    ' ',
  ),
]);

export function parseUnit(cursor: Cursor): Expression {
  const first = cursor.next;
  // As ODBC names them for TIMESTAMPADD.
  const unit = first.key.replace(/^SQL_TSI_(?=[A-Z])/, '').replace(/^FRAC_SECOND$/, 'NANOSECOND');
  if (!units.has(unit)) {
    const near = first.kind === 'word' ? nearest(first.key, units) : undefined;
    if (near !== undefined) refuse(first, `there is no unit of time ${first.text}`, `did you mean ${near}?`);
    cursor.unexpected('a unit of time', 'such as YEAR, MONTH, DAY, HOUR, MINUTE or SECOND');
  }
  cursor.advance();
  return node(cursor, first, { kind: 'unit', unit });
}

/** Units that an INTERVAL alone may be of, as so many of another. */
const multiples: ReadonlyMap<string, { readonly of: IntervalUnit; readonly times: number }> = new Map([
  ['WEEK', { of: 'DAY', times: 7 }],
  ['QUARTER', { of: 'MONTH', times: 3 }],
] as const);

/** A WEEK or a QUARTER, in the singular or plural; undefined where neither comes next. */
export function parseMultiple(cursor: Cursor): { readonly of: IntervalUnit; readonly times: number } | undefined {
  const found = multiples.get(cursor.next.key.replace(/S$/, ''));
  if (found !== undefined) cursor.advance();
  return found;
}

/** A unit of an INTERVAL, in the singular or plural. */
export function parseIntervalUnit(cursor: Cursor): IntervalUnit {
  const { next } = cursor;
  const found = intervalUnits.find((unit) => next.key === unit || next.key === `${unit}S`);
  if (found !== undefined) {
    cursor.advance();
    return found;
  }
  if (units.has(next.key))
    refuse(
      next,
      `an INTERVAL has no unit ${next.text}`,
      "write it in others: INTERVAL '7' DAY, INTERVAL '0.001' SECOND",
    );
  return cursor.unexpected(`one of ${intervalUnits.join(', ')}`);
}
