/**
 * Which values a logical type has, where they are fewer than its underlying type's: a time lies within a day, a decimal has
 * so many digits, a uuid as text is one. Dates, timestamps and durations have every value of theirs. What is read is checked,
 * by scalar-value.ts or kernel/domain.ts; what is skipped isn't.
 */
import { clipped } from '../../contracts/clipped.ts';
import { type Long, narrow, type Value } from '../sql/values.ts';
import { type AvroSchema, holds } from './schema.ts';

export type Domain =
  /** Both bounds belong to it. `max` is a bigint where it is beyond what a number holds exactly. */
  | { readonly kind: 'range'; readonly name: string; readonly min: Long; readonly max: Long }
  | { readonly kind: 'uuid'; readonly name: string };

/** A value that its type doesn't have. A record's error once kernel.ts knows where it stands. */
export class OutOfDomain {
  readonly message: string;
  /** Where the value ends. */
  readonly at: number;
  constructor(message: string, at: number) {
    this.message = message;
    this.at = at;
  }
}

const msPerDay = 86_400_000;

/** Undefined: every value that can be read is one. Of scalars alone. */
export function domainOf(schema: AvroSchema): Domain | undefined {
  const logical = 'logical' in schema ? schema.logical : undefined;
  switch (logical?.name) {
    case 'time-millis':
      return { kind: 'range', name: logical.name, min: 0, max: msPerDay - 1 };
    case 'time-micros':
      return { kind: 'range', name: logical.name, min: 0, max: msPerDay * 1000 - 1 };
    case 'decimal': {
      const [digits, scale] = [logical.precision!, logical.scale ?? 0];
      const max = 10n ** BigInt(digits) - 1n;
      return { kind: 'range', name: `decimal(${digits}, ${scale})`, min: narrow(-max), max: narrow(max) };
    }
    case 'uuid':
      return schema.kind === 'string' ? { kind: 'uuid', name: 'uuid' } : undefined;
    default:
      return undefined;
  }
}

/** Whether any part of a value may lie outside of its type. */
export function hasDomain(schema: AvroSchema): boolean {
  return holds(schema, (part) => domainOf(part) !== undefined);
}

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with a value of the domain's underlying type, or undefined. */
export function domainMistake(domain: Domain, v: Value): string | undefined {
  if (domain.kind === 'uuid')
    return uuidForm.test(v as string) ? undefined : `'${clipped(v as string, shownMax)}' is no uuid`;
  const { name, min, max } = domain;
  if ((v as Long) >= min && (v as Long) <= max) return undefined;
  const bounds = name.startsWith('decimal') ? 'its unscaled value has more digits' : `that is ${min} to ${max}`;
  return `${clipped(String(v), shownMax)} is no ${name}: ${bounds}`;
}

/** Characters of a value that an error shows. */
const shownMax = 60;

/** Whether `src[start, end)` is the text of a uuid (RFC 4122), in letters of either case. */
export function isUuid(src: Buffer, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let i = 0; i < 36; i++) {
    const byte = src[start + i]!;
    if (i === 8 || i === 13 || i === 18 || i === 23 ? byte !== 0x2d : !isHexDigit(byte)) return false;
  }
  return true;
}

const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
