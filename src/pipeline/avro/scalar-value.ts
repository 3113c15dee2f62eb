/** Readers of single values, for value.ts: primitives, fixed, enums, and what they are promoted to. Every length is checked. */
import { spendText } from '../budget.ts';
import { fault, readDouble, readDoubled, readFloat, readInt, readLong, wire } from '../kernel/wire.ts';
import { RecordError } from '../ports.ts';
import type { Long } from '../sql/values.ts';
import { readDecimal } from './decimal.ts';
import { domainMistake, domainOf, OutOfDomain } from './domain.ts';
import type { AvroEnum, AvroFixed, AvroPrimitive, AvroSchema } from './schema.ts';
import { uuidText } from './uuid.ts';
import type { ReadValue } from './value.ts';

/** Where `bytes` more end, which must lie within the body. */
function past(p: number, bytes: number, end: number): number {
  const at = p + bytes;
  if (at > end) throw fault;
  wire.at = at;
  return at;
}

/** Reads a length and goes behind what it measures; answers where that begins. */
function measured(src: Buffer, p: number, end: number): number {
  const length = readDoubled(src, p, end) / 2;
  const start = wire.at;
  past(start, length, end);
  return start;
}

/** A reader of the schema's underlying type, made to refuse what its logical type doesn't have. */
function checked(schema: AvroSchema, read: ReadValue): ReadValue {
  const domain = domainOf(schema);
  if (domain === undefined) return read;
  return (src, p, end) => {
    const v = read(src, p, end);
    const mistake = v === null ? undefined : domainMistake(domain, v);
    if (mistake !== undefined) throw new OutOfDomain(mistake, wire.at);
    return v;
  };
}

export const primitiveReader = (schema: AvroPrimitive): ReadValue => checked(schema, underlying(schema));

function underlying(schema: AvroPrimitive): ReadValue {
  switch (schema.kind) {
    case 'null':
      return (_src, p) => {
        wire.at = p;
        return null;
      };
    case 'boolean':
      return (src, p, end) => {
        past(p, 1, end);
        const byte = src[p]!;
        if (byte > 1) throw fault;
        return byte === 1;
      };
    case 'int':
      return readInt;
    case 'long':
      return readLong;
    case 'float':
      return (src, p, end) => {
        past(p, 4, end);
        return readFloat(src, p);
      };
    case 'double':
      return (src, p, end) => {
        past(p, 8, end);
        return readDouble(src, p);
      };
    case 'string':
      return stringReader;
    case 'bytes':
      if (schema.logical?.name === 'decimal')
        return (src, p, end) => {
          const start = measured(src, p, end);
          return readDecimal(src, start, wire.at);
        };
      return (src, p, end) => {
        const start = measured(src, p, end);
        return src.subarray(start, wire.at);
      };
  }
}

export const fixedReader = (schema: AvroFixed): ReadValue => checked(schema, underlyingFixed(schema));

function underlyingFixed({ size, logical }: AvroFixed): ReadValue {
  if (logical?.name === 'uuid') return (src, p, end) => uuidText(src, past(p, size, end) - size);
  if (logical?.name === 'decimal') return (src, p, end) => readDecimal(src, p, past(p, size, end));
  return (src, p, end) => src.subarray(p, past(p, size, end));
}

export function stringReader(src: Buffer, p: number, end: number): string {
  const start = measured(src, p, end);
  spendText(wire.at - start, 'reading a text');
  return src.toString('utf8', start, wire.at);
}

/** `symbols`: the reader's index of each of the writer's symbols, or -1. */
export function enumReader(writer: AvroEnum, reader: AvroEnum, symbols: readonly number[]): ReadValue {
  const texts = symbols.map((index) => reader.symbols[index]);
  return (src, p, end) => {
    const index = readInt(src, p, end);
    if (index < 0 || index >= texts.length) throw fault;
    return texts[index] ?? unknownSymbol(writer, reader, index);
  };
}

/** A symbol that the reader's enum hasn't and that it has no default for: the record's error. */
export function unknownSymbol(writer: AvroEnum, reader: AvroEnum, index: number): never {
  throw new RecordError('decode', `${writer.symbols[index]} is no symbol of ${reader.name}, which has no default`);
}

export function promotedReader(writer: AvroPrimitive, reader: AvroPrimitive): ReadValue {
  // A string and bytes are the same on the wire, and so are an int and a long.
  if (reader.kind === 'string' || reader.kind === 'bytes') return primitiveReader(reader);
  const read = underlying(writer) as (src: Buffer, p: number, end: number) => Long;
  if (reader.kind === 'float') return (src, p, end) => toFloat(read(src, p, end));
  return checked(reader, reader.kind === 'double' ? (src, p, end) => Number(read(src, p, end)) : read);
}

/** The nearest FLOAT, in one rounding: a 64-bit integer must not be rounded to a double on the way. */
export function toFloat(v: Long): number {
  if (typeof v === 'number') return Math.fround(v);
  // A double holds the upper 52 bits; whether any bit below is set is all that the rounding needs of the others.
  const upper = v >> 12n;
  return Math.fround(Number((v & 0xfffn) === 0n ? v : (upper | 1n) << 12n));
}
