/** The compiler's own reading of some bytes, as the canonical text that the oracles write. */
import { MillraceError } from '../../../src/contracts/failure.ts';
import { OutOfDomain } from '../../../src/pipeline/avro/domain.ts';
import { parseSchema } from '../../../src/pipeline/avro/parse.ts';
import { mistakeOf, resolve } from '../../../src/pipeline/avro/resolve.ts';
import { type AvroSchema, viewUnion } from '../../../src/pipeline/avro/schema.ts';
import { Fault, wire } from '../../../src/pipeline/kernel/wire.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import type { Branch, Value } from '../../../src/pipeline/sql/values.ts';
import { recordReader } from '../../support/reader.ts';
import { bits, quote } from './canonical.ts';
import type { Answer } from './java.ts';

/** `refused`: the schemas don't match, whatever the bytes. */
export type OurAnswer = Answer | { readonly refused: string };

/**
 * How Java's answer differs from ours, in one line. Errors agree with each other, whatever they say. That schemas don't match
 * at all we say before the first value, Java with the value that meets it.
 */
export function differs(java: Answer, ours: OurAnswer): string | undefined {
  const found = 'value' in ours ? ours.value : undefined;
  // What stands for bytes that are no text, each may choose.
  if ('value' in java && java.value.includes('\\ufffd')) return undefined;
  if (('value' in java ? java.value : undefined) === found) return undefined;
  // Java takes a decimal of another scale for the same number of units: by the specification, and by us, it is none.
  if ('error' in ours && /^the writer's decimal\(.*\) can't be read as decimal\(/.test(ours.error)) return undefined;
  if ('error' in ours && isOutOfDomain(ours.error)) return undefined;
  return `java: ${JSON.stringify(java)}\nours: ${JSON.stringify(ours)}`;
}

/** Java's generic reader looks at no logical type's domain, which we do. */
export const isOutOfDomain = (message: string): boolean =>
  / is no (uuid|time-millis|time-micros|decimal\(\d+, \d+\))/.test(message);

/** What resolve and valueReader make of the bytes. */
export function readByOurs(writerText: string, readerText: string, body: Buffer): OurAnswer {
  const reader = parseSchema(readerText);
  const reading = resolve(parseSchema(writerText), reader);
  const mistake = mistakeOf(reading);
  if (mistake !== undefined) return { refused: mistake };
  try {
    const value = recordReader(reading)(body, 0, body.length);
    if (wire.at !== body.length) return { error: 'bytes are left over' };
    return { value: heldText(reader, value) };
  } catch (cause) {
    return { error: messageOf(cause) };
  }
}

/** What a bad record may throw; everything else goes through. */
export function messageOf(cause: unknown): string {
  if (cause instanceof RecordError || cause instanceof MillraceError || cause instanceof OutOfDomain)
    return cause.message;
  if (cause instanceof Fault) return 'fault';
  throw cause;
}

/** A value as sql/values.ts holds it. */
function heldText(schema: AvroSchema, value: Value | null): string {
  const logical = 'logical' in schema ? schema.logical?.name : undefined;
  switch (schema.kind) {
    case 'null':
      if (value !== null) throw new Error(`${String(value)} is held for null`);
      return 'null';
    case 'boolean':
    case 'int':
    case 'long':
      return String(value);
    case 'float':
    case 'double':
      return bits(schema.kind, value as number);
    case 'string':
    case 'enum':
      return quote(value as string);
    case 'bytes':
    case 'fixed':
      if (logical === 'decimal') return String(value);
      if (logical === 'uuid') return `"x${(value as string).replaceAll('-', '')}"`;
      return `"x${(value as Buffer).toString('hex')}"`;
    case 'array':
      return `[${(value as (Value | null)[]).map((item) => heldText(schema.items, item)).join(',')}]`;
    case 'map': {
      const entries = [...(value as Map<string, Value | null>)].sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${entries.map(([key, item]) => `${quote(key)}:${heldText(schema.values, item)}`).join(',')}}`;
    }
    case 'record': {
      const values = value as (Value | null)[];
      return `{${schema.fields.map((f, i) => `${quote(f.name)}:${heldText(f.schema, values[i]!)}`).join(',')}}`;
    }
    case 'union': {
      if (value === null) return 'null';
      const view = viewUnion(schema);
      const { branch, value: inner } =
        view.kind === 'nullable' ? { branch: view.valueIndex, value } : (value as Branch);
      const of = schema.branches[branch]!;
      return `{${quote('name' in of ? of.name : of.kind)}:${heldText(of, inner)}}`;
    }
  }
}
