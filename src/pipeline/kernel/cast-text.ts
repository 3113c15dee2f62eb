/**
 * Casts to VARCHAR. Numbers have JavaScript's shortest form (1, 0.1, 1e+21, NaN), decimals all their digits, times all
 * digits of their precision; arrays, maps and rows are JSON as the sink writes it, with dates and times as text.
 */
import { isUtf8 } from 'node:buffer';
import { formatDate, formatTime, formatTimestamp } from '../sql/functions/calendar.ts';
import { toJson } from '../sql/functions/json-build.ts';
import type { SqlType } from '../sql/types.ts';
import { decimalText, durationText } from '../sql/value-text.ts';
import type { Long } from '../sql/values.ts';
import { floatText } from './cast-number.ts';
import { monthsToText, nanosToText } from './cast-temporal.ts';
import { type Caster, unchanged } from './casters.ts';

export function toText(from: SqlType): Caster {
  switch (from.kind) {
    case 'VARCHAR':
      return unchanged;
    case 'BOOLEAN':
      return (v: boolean) => (v ? 'TRUE' : 'FALSE');
    case 'FLOAT':
      return floatText;
    case 'DECIMAL':
      return (v: Long) => decimalText(v, from.scale);
    case 'BYTES':
      return utf8Text;
    case 'DATE':
      return formatDate;
    case 'TIME':
      return (v: number) => formatTime(v, from.precision);
    case 'TIMESTAMP':
      return (v: Long) => formatTimestamp(v, from.precision);
    case 'EPOCH_MICROS':
      return (v: Long) => formatTimestamp(v, 6);
    case 'EPOCH_NANOS':
      return (v: Long) => formatTimestamp(v, 9);
    case 'INTERVAL':
      return from.of === 'MONTH' ? monthsToText : nanosToText;
    case 'DURATION':
      return (v: Buffer) => durationText(v, 0);
    case 'ARRAY':
    case 'MAP':
    case 'ROW':
    case 'UNION':
      return toJson(from);
    default:
      return (v: Long) => String(v);
  }
}

/** Bytes that aren't UTF-8 are no text. */
const utf8Text = (v: Buffer): string | undefined => (isUtf8(v) ? v.toString() : undefined);
