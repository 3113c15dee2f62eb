/**
 * Emits the decoding of one value at `p` into its landing, by its {@link Reading}: what the writer put there, as what the
 * reader wants. Promotion, mapped enums and matched unions cost no more than the plain value does.
 */
import { readDecimal } from '../avro/decimal.ts';
import type { Reading } from '../avro/resolve.ts';
import { toFloat, unknownSymbol } from '../avro/scalar-value.ts';
import type { AvroEnum, AvroSchema } from '../avro/schema.ts';
import { uuidText } from '../avro/uuid.ts';
import { valueReader } from '../avro/value.ts';
import { RecordError } from '../ports.ts';
import type { Value } from '../sql/values.ts';
import { type Code, js } from './code.ts';
import { checkDomain } from './domain.ts';
import type { Landing } from './landing.ts';
import type { Operand } from './operand.ts';
import type { AvroReader } from './read.ts';
import { readDouble, readFloat } from './wire.ts';

export function decodeInto(r: AvroReader, landing: Landing, reading: Reading): void {
  if (landing.operand.as === 'place') {
    placeInto(r, landing, landing.operand, reading);
    return;
  }
  switch (reading.kind) {
    case 'branches':
      r.union(reading.writer.branches, (_, i) => decodeInto(r, landing, reading.branches[i]!));
      return;
    case 'branch':
      decodeInto(r, landing, reading.reading);
      return;
    case 'mismatch':
      mismatch(r, reading.message);
      return;
    case 'same':
      if (reading.writer.kind === 'union') r.union(reading.writer.branches, (branch) => scalarInto(r, landing, branch));
      else scalarInto(r, landing, reading.writer);
      return;
    default:
      scalarInto(r, landing, reading.writer, reading.kind === 'enum' ? reading : undefined);
  }
}

/** Emits the reading of a value at `p` as a JavaScript value, for a landing that takes values from several sources. */
export function readInto(r: AvroReader, landing: Landing, reading: Reading): void {
  const e = r.emitter;
  const read = e.bind(valueReader(reading), 'readValue');
  const value = e.fresh('value');
  r.settle();
  e.add(js`const ${value} = ${read}(src, p, end); p = ${r.wire}.at;
if (${value} !== null) { ${named(landing)} = ${value}; ${landing.isNull!} = false; }`);
  r.moved();
}

/** Emits the setting of a landing to a value that is known now. */
export function putInto(r: AvroReader, landing: Landing, value: Value | null): void {
  if (value === null) return;
  const constant = typeof value === 'object' ? r.emitter.bind(value, 'constant') : js`${value}`;
  r.emitter.add(js`${named(landing)} = ${constant}; ${landing.isNull!} = false;`);
}

function named({ operand }: Landing): Code {
  if ('value' in operand) return operand.value;
  throw new TypeError(`a ${operand.as} takes no JavaScript value`);
}

function mismatched(message: string): never {
  throw new RecordError('decode', message);
}

/** Emits the error of a record that holds what the query can't read. */
export function mismatch(r: AvroReader, message: string): void {
  r.settle();
  r.emitter.add(js`${r.emitter.bind(mismatched, 'mismatched')}(${message});`);
}

function placeInto(r: AvroReader, { isNull }: Landing, place: Place, reading: Reading): void {
  const e = r.emitter;
  const { writer } = reading;
  const skip = (schema: AvroSchema): void => {
    if (isNull !== undefined) e.add(js`${isNull} = ${schema.kind === 'null'};`);
    r.skip(schema);
  };
  r.settle();
  e.add(js`${place.at} = p;`);
  if (writer.kind === 'union')
    r.union(writer.branches, (branch, i) => {
      const of = reading.kind === 'branches' ? reading.branches[i]! : undefined;
      if (of?.kind === 'mismatch') mismatch(r, of.message);
      else skip(branch);
    });
  else skip(writer);
  r.settle();
  e.add(js`${place.end} = p;`);
}

type Place = Landing['operand'] & { as: 'place' };

/** `mapped`: the writer's symbols in the reader's enum. */
function scalarInto(r: AvroReader, landing: Landing, wire: AvroSchema, mapped?: Reading & { kind: 'enum' }): void {
  const { operand, isNull } = landing;
  const e = r.emitter;
  r.moved();
  if (isNull !== undefined) e.add(js`${isNull} = ${wire.kind === 'null'};`);
  if (wire.kind === 'null') return;
  valueInto(r, landing, wire, mapped);
  checkDomain(r, operand, landing.schema);
}

function valueInto(r: AvroReader, landing: Landing, wire: AvroSchema, mapped?: Reading & { kind: 'enum' }): void {
  const { operand } = landing;
  const e = r.emitter;
  switch (operand.as) {
    case 'boolean':
      e.add(js`b = src[p++]; ${operand.value} = b === 1; if (b > 1) bad = 1;`);
      return;
    case 'int':
      r.varint(operand.value, 'int');
      return;
    case 'double':
      doubleInto(r, operand.value, wire, landing.schema);
      return;
    case 'long':
      if (wire.kind === 'int' || wire.kind === 'long') r.varint(operand.value, wire.kind);
      else decimalInto(r, operand.value, wire);
      return;
    case 'enum':
      symbolInto(r, operand.index, wire as AvroEnum, mapped);
      return;
    case 'slice':
      bytesInto(r, operand, wire);
      return;
    case 'text':
      checkedInto(r, 16, js`${operand.value} = ${e.bind(uuidText, 'uuidText')}(src, p - 16);`);
      return;
    case 'value':
      checkedInto(r, 12, js`${operand.value} = src.subarray(p - 12, p);`);
  }
}

function doubleInto(r: AvroReader, into: Code, wire: AvroSchema, reader: AvroSchema): void {
  const e = r.emitter;
  switch (wire.kind) {
    case 'float':
      e.add(js`${into} = ${e.bind(readFloat, 'readFloat')}(src, p); p += 4;`);
      return;
    case 'double':
      e.add(js`${into} = ${e.bind(readDouble, 'readDouble')}(src, p); p += 8;`);
      return;
    case 'int':
    case 'long': {
      const whole = e.local(wire.kind, js`0`);
      r.varint(whole, wire.kind);
      e.add(
        reader.kind === 'float'
          ? js`${into} = ${e.bind(toFloat, 'toFloat')}(${whole});`
          : js`${into} = Number(${whole});`,
      );
    }
  }
}

function symbolInto(r: AvroReader, into: Code, wire: AvroEnum, mapped?: Reading & { kind: 'enum' }): void {
  const e = r.emitter;
  r.varint(into, 'int');
  e.add(js`if (${into} >>> 0 >= ${wire.symbols.length}) throw ${r.fault};`);
  if (mapped === undefined) return;
  const { writer, reader, symbols } = mapped;
  const table = e.bind(symbols, 'mapped');
  if (symbols.includes(-1)) {
    const unknown = (index: number): never => unknownSymbol(writer, reader, index);
    e.add(js`if (${table}[${into}] < 0) ${e.bind(unknown, 'unknownSymbol')}(${into});`);
  }
  e.add(js`${into} = ${table}[${into}];`);
}

function bytesInto(r: AvroReader, { start, end }: Operand & { as: 'slice' }, wire: AvroSchema): void {
  const e = r.emitter;
  if (wire.kind === 'fixed') e.add(js`${start} = p; p += ${wire.size}; ${end} = p;`);
  else {
    r.length();
    e.add(js`bad |= l; ${start} = p; p += l >>> 1; ${end} = p;`);
  }
}

function decimalInto(r: AvroReader, into: Code, wire: AvroSchema): void {
  const e = r.emitter;
  const read = e.bind(readDecimal, 'readDecimal');
  if (wire.kind === 'fixed') {
    checkedInto(r, wire.size, js`${into} = ${read}(src, p - ${wire.size}, p);`);
    return;
  }
  r.length();
  e.add(js`p += l >>> 1;
if (p > end || (l & 1) !== 0) throw ${r.fault};
${into} = ${read}(src, p - (l >>> 1), p);`);
}

/** What a function is called for, once it is known that the `size` bytes are there. */
function checkedInto(r: AvroReader, size: number, code: Code): void {
  r.emitter.add(js`p += ${size}; if (p > end) throw ${r.fault};`, code);
}
