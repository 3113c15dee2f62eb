/**
 * Reads one Avro value as the JavaScript value of sql/values.ts, as closures: for what a function or an expression takes
 * apart, and for the defaults of missing fields. What passes through a query unchanged never comes here.
 */
import { limits } from '../../contracts/limits.ts';
import { spend, spendEntries, spendItems } from '../budget.ts';
import { fault, readCount, readDoubled, wire } from '../kernel/wire.ts';
import { RecordError } from '../ports.ts';
import type { Value } from '../sql/values.ts';
import { defaultValue } from './default-value.ts';
import { minSize } from './measure.ts';
import { type Reading, type RecordReading, same } from './resolve.ts';
import { enumReader, fixedReader, primitiveReader, promotedReader, stringReader } from './scalar-value.ts';
import { type AvroRecord, type AvroSchema, type AvroUnion, viewUnion } from './schema.ts';

/** Reads the value at `p`, which ends before `end`. Sets `wire.at` behind it; throws `fault` where the bytes are no such value. */
export type ReadValue = (src: Buffer, p: number, end: number) => Value | null;

/** The reader of values of `reading`. A mismatch in it is a RecordError of the values that meet it. */
export function valueReader(reading: Reading): ReadValue {
  const read = new Readers().of(reading);
  return (src, p, end) => {
    depth = 0;
    return read(src, p, end);
  };
}

export { defaultValue } from './default-value.ts';

/** How many records and lists stand around the value that is being read. */
let depth = 0;

function enter(): void {
  if (++depth > limits.valueDepthMax) throw fault;
}

class Readers {
  /** Recursive schemas meet themselves here. */
  readonly #known = new Map<AvroRecord | RecordReading, ReadValue>();

  of(reading: Reading): ReadValue {
    switch (reading.kind) {
      case 'same':
        return this.#plain(reading.reader);
      case 'promoted':
        return promotedReader(reading.writer, reading.reader);
      case 'enum':
        return enumReader(reading.writer, reading.reader, reading.symbols);
      case 'array':
        return arrayReader(this.of(reading.items), minSize(reading.writer.items));
      case 'map':
        return mapReader(this.of(reading.values), minSize(reading.writer.values));
      case 'record':
        return this.#record(reading, reading);
      case 'branches':
        return unionReader(reading.branches.map((branch) => this.of(branch)));
      case 'branch':
        return inBranch(reading.reader, reading.index, this.of(reading.reading));
      case 'mismatch': {
        const { message } = reading;
        return () => {
          throw new RecordError('decode', message);
        };
      }
    }
  }

  #plain(schema: AvroSchema): ReadValue {
    switch (schema.kind) {
      case 'array':
        return arrayReader(this.#plain(schema.items), minSize(schema.items));
      case 'map':
        return mapReader(this.#plain(schema.values), minSize(schema.values));
      case 'union':
        return unionReader(schema.branches.map((branch, i) => inBranch(schema, i, this.#plain(branch))));
      case 'record': {
        const fields = schema.fields.map((target) => ({ schema: target.schema, target, reading: same(target.schema) }));
        return this.#record(schema, { kind: 'record', writer: schema, reader: schema, fields, missing: [] });
      }
      case 'enum':
        return enumReader(schema, schema, [...schema.symbols.keys()]);
      case 'fixed':
        return fixedReader(schema);
      default:
        return primitiveReader(schema);
    }
  }

  #record(key: AvroRecord | RecordReading, reading: RecordReading): ReadValue {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let read: ReadValue | undefined;
    this.#known.set(key, (src, p, end) => read!(src, p, end));
    const places = new Map(reading.reader.fields.map((field, i) => [field, i]));
    const fields = reading.fields.map((field) => ({
      place: field.target === undefined ? -1 : places.get(field.target)!,
      read: this.of(field.reading),
    }));
    const first: (Value | null)[] = reading.reader.fields.map(() => null);
    for (const field of reading.missing) {
      if (field.default === undefined) {
        read = missing(field.name);
        return read;
      }
      first[places.get(field)!] = defaultValue(field.schema, field.default.json);
    }
    const bytes = 32 + 8 * first.length;
    read = (src, p, end) => {
      enter();
      spend(bytes, 'reading a row');
      const row = first.slice();
      wire.at = p;
      for (const { place, read: readField } of fields) {
        const value = readField(src, wire.at, end);
        if (place >= 0) row[place] = value;
      }
      depth--;
      return row;
    };
    this.#known.set(key, read);
    return read;
  }
}

function missing(field: string): ReadValue {
  return () => {
    throw new RecordError('decode', `${field}: the writer has no such field, and there is no default`);
  };
}

function arrayReader(item: ReadValue, least: number): ReadValue {
  return (src, p, end) => {
    enter();
    const items: (Value | null)[] = [];
    for (;;) {
      let count = readCount(src, p, end, least);
      if (count === 0) break;
      spendItems(count, 'reading an array');
      for (; count > 0; count--) items.push(item(src, wire.at, end));
      p = wire.at;
    }
    depth--;
    return items;
  };
}

const readKey = stringReader;

function mapReader(value: ReadValue, least: number): ReadValue {
  return (src, p, end) => {
    enter();
    const entries = new Map<string, Value | null>();
    for (;;) {
      let count = readCount(src, p, end, 1 + least);
      if (count === 0) break;
      spendEntries(count, 'reading a map');
      for (; count > 0; count--) {
        const key = readKey(src, wire.at, end);
        entries.set(key, value(src, wire.at, end));
      }
      p = wire.at;
    }
    depth--;
    return entries;
  };
}

function unionReader(branches: readonly ReadValue[]): ReadValue {
  return (src, p, end) => {
    const read = branches[readDoubled(src, p, end) / 2];
    if (read === undefined) throw fault;
    return read(src, wire.at, end);
  };
}

/** A value of one branch as a value of the union. */
function inBranch(union: AvroUnion, branch: number, read: ReadValue): ReadValue {
  if (viewUnion(union).kind === 'nullable') return read;
  return (src, p, end) => {
    const value = read(src, p, end);
    return value === null ? null : { branch, value };
  };
}
