/**
 * Casts to VARCHAR, in Flink's forms: doubles as Java writes them (`1.0`, `1.0E7`), decimals with all their digits, times with
 * the digits of their type, intervals with three digits of a second or as many as they need; arrays, maps and rows
 * as `[a, b]`, `{k=v}` and `(a, b)`, in which NULL is `NULL` and texts stand without quotes. JSON is JSON_STRING's.
 */
import { isUtf8 } from 'node:buffer';
import { formatDate, formatTime, formatTimestamp } from '../sql/functions/calendar.ts';
import { checkLength } from '../sql/functions/fail.ts';
import { type SqlType, typeOf } from '../sql/types.ts';
import { decimalText, durationText } from '../sql/value-text.ts';
import type { Branch, Long, Value } from '../sql/values.ts';
import { floatNumber } from './cast-number.ts';
import { monthsToText, nanosToText } from './cast-temporal.ts';
import { type Caster, unchanged } from './casters.ts';

export function toText(from: SqlType): Caster {
  switch (from.kind) {
    case 'VARCHAR':
      return unchanged;
    case 'BOOLEAN':
      return (v: boolean) => (v ? 'TRUE' : 'FALSE');
    case 'FLOAT':
      return (v: number) => doubleText(floatNumber(v));
    case 'DOUBLE':
      return doubleText;
    case 'DECIMAL':
      return (v: Long) => decimalText(v, from.scale);
    case 'BYTES':
      return utf8Text;
    case 'DATE':
      return formatDate;
    case 'TIME':
      return (v: number) => formatTime(v, from.precision, from.digits);
    case 'TIMESTAMP':
      return (v: Long) => formatTimestamp(v, from.precision, from.digits);
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
    case 'UNION': {
      const part = partText(from, new Map());
      return (v: Value) => {
        const text = part(v);
        checkLength(text?.length ?? 0, 'CAST');
        return text;
      };
    }
    default:
      return (v: Long) => String(v);
  }
}

/** Bytes that aren't UTF-8 are no text. */
const utf8Text = (v: Buffer): string | undefined => (isUtf8(v) ? v.toString() : undefined);

/** As Java's Double.toString, by the shortest digits that give the double back; -0 is 0. */
function doubleText(v: number): string {
  const size = Math.abs(v);
  if (v === 0) return '0.0';
  if (!Number.isFinite(v)) return String(v);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(v) ? `${v}.0` : String(v);
  const [digits, exponent] = v.toExponential().split('e') as [string, string];
  return `${digits}${digits.includes('.') ? '' : '.0'}E${exponent.replace('+', '')}`;
}

/** Undefined: bytes that are no text are in it. */
type PartText = (v: Value | null) => string | undefined;

/** `known`: recursive rows meet themselves. */
function partText(type: SqlType, known: Map<SqlType, PartText>): PartText {
  const made = known.get(type);
  if (made !== undefined) return made;
  let text: PartText | undefined;
  const orNull: PartText = (v) => {
    if (v === null) return 'NULL';
    text ??= structured(type, (inner) => partText(inner, known)) as PartText;
    return text(v);
  };
  known.set(type, orNull);
  return orNull;
}

function structured(type: SqlType, of: (type: SqlType) => PartText): (v: never) => string | undefined {
  switch (type.kind) {
    case 'ARRAY': {
      const item = of(type.element.type);
      return (v: readonly (Value | null)[]) => listed('[', v.map(item), ']');
    }
    case 'MAP': {
      const item = of(type.value.type);
      return (v: ReadonlyMap<string, Value | null>) =>
        listed(
          '{',
          Array.from(v, ([key, value]) => {
            const text = item(value);
            return text === undefined ? undefined : `${key}=${text}`;
          }),
          '}',
        );
    }
    case 'ROW': {
      const fields = type.fields.map((field) => of(field.type.type));
      return (v: readonly (Value | null)[]) =>
        listed(
          '(',
          fields.map((field, i) => field(v[i]!)),
          ')',
        );
    }
    case 'UNION': {
      const branches = type.schema.branches.map((branch) => of(typeOf(branch).type));
      return ({ branch, value }: Branch) => branches[branch]!(value);
    }
    default:
      return toText(type) as (v: never) => string | undefined;
  }
}

const listed = (open: string, parts: readonly (string | undefined)[], close: string): string | undefined =>
  parts.includes(undefined) ? undefined : `${open}${parts.join(', ')}${close}`;
