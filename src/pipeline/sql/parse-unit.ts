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
  if (!units.has(first.key)) {
    const near = first.kind === 'word' ? nearest(first.key, units) : undefined;
    if (near !== undefined) refuse(first, `there is no unit of time ${first.text}`, `did you mean ${near}?`);
    cursor.unexpected('a unit of time', 'such as YEAR, MONTH, DAY, HOUR, MINUTE or SECOND');
  }
  cursor.advance();
  return node(cursor, first, { kind: 'unit', unit: first.key });
}

/** A unit of an INTERVAL. */
export function parseIntervalUnit(cursor: Cursor): IntervalUnit {
  const found = cursor.takeOneOf(intervalUnits);
  if (found !== undefined) return found;
  const { next } = cursor;
  const singular = intervalUnits.find((unit) => next.key === `${unit}S`);
  if (singular !== undefined) refuse(next, `an INTERVAL has no unit ${next.text}`, `write ${singular}`);
  if (units.has(next.key))
    refuse(
      next,
      `an INTERVAL has no unit ${next.text}`,
      "write it in others: INTERVAL '7' DAY, INTERVAL '0.001' SECOND",
    );
  return cursor.unexpected(`one of ${intervalUnits.join(', ')}`);
}
