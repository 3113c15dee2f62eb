/**
 * Emits code that writes one output record in Avro's binary encoding at `dst[at]`, by the output schema. What passes
 * unchanged is copied as bytes, neighbours on the wire in one copy. Framing (Confluent's prefix) is a constant before it.
 */
import type { Format } from '../../../contracts/format.ts';
import { type Reading, resolve } from '../../avro/resolve.ts';
import { type AvroSchema, viewUnion } from '../../avro/schema.ts';
import { valueReader } from '../../avro/value.ts';
import { type Code, isNever, js } from '../../kernel/code.ts';
import { text } from '../../kernel/compare.ts';
import { DomainWalk } from '../../kernel/domain.ts';
import type { Emitter } from '../../kernel/emitter.ts';
import type { Operand } from '../../kernel/operand.ts';
import type { AvroReader } from '../../kernel/read.ts';
import type { OutputColumn, RecordWriter } from '../format.ts';
import { valueWriter } from './value.ts';
import {
  copyBytes,
  writeBytes,
  writeDecimal,
  writeDecimalFixed,
  writeDouble,
  writeFixed,
  writeFloat,
  writeInt,
  writeLong,
  writeSlice,
  writeText,
  writeUuid,
} from './wire.ts';

export class AvroWriter implements RecordWriter {
  readonly #e: Emitter;
  readonly #reader: AvroReader;
  readonly #prefix: Buffer;
  readonly #domains: DomainWalk;
  #column: OutputColumn | undefined;
  /** A copy that is put off: the next value may stand directly behind it on the wire. */
  #copy: { readonly at: Code; readonly end: Code } | undefined;
  constructor(emitter: Emitter, reader: AvroReader, format: Format & { kind: 'avro' }) {
    this.#e = emitter;
    this.#reader = reader;
    this.#domains = new DomainWalk(reader);
    this.#prefix = prefixOf(format);
  }

  begin(): void {
    this.#constant(this.#prefix);
  }

  column(column: OutputColumn): void {
    this.#column = column;
  }

  end(): void {
    this.#flush();
  }

  operand(operand: Operand): void {
    const { schema } = this.#column!;
    this.#reader.settle();
    if (operand.as !== 'place') this.#flush();
    const union = schema.kind === 'union' ? viewUnion(schema) : undefined;
    const nullIndex = union?.nullIndex;
    if (isNever(operand.null) || nullIndex === undefined) {
      this.#present(operand, schema);
      return;
    }
    this.#flush();
    const absent = this.#apart(() => this.#constant(varint(nullIndex)));
    const present = this.#apart(() => this.#present(operand, schema));
    this.#e.add(js`if (${operand.null}) {
${absent}
} else {
${present}
}`);
  }

  value(reading: Reading): void {
    this.#flush();
    const e = this.#e;
    this.#reader.settle();
    const [at, end] = [e.fresh('at'), e.fresh('end')];
    e.add(js`const ${at} = p;`);
    this.#reader.skip(reading.writer);
    this.#reader.check();
    e.add(js`const ${end} = p;`);
    this.valueAt(at, end, reading);
  }

  valueAt(at: Code, end: Code, reading: Reading): void {
    const { schema, type } = this.#column!;
    if (reading.kind === 'same') {
      const target = resolve(reading.reader, schema);
      if (target.kind === 'same') {
        this.#domains.check(reading.reader, at, end);
        this.#copyLater(at, end);
        return;
      }
      if (target.kind === 'branch' && target.reading.kind === 'same') {
        this.#domains.check(reading.reader, at, end);
        this.#flush();
        this.#constant(varint(target.index));
        this.#copyLater(at, end);
        return;
      }
    }
    this.#flush();
    const read = this.#e.bind(valueReader(reading), 'readValue');
    this.#call(valueWriter(schema, type), 'writeValue', js`dst, at, ${read}(src, ${at}, ${end})`);
  }

  #copyLater(at: Code, end: Code): void {
    if (this.#copy?.end === at) {
      this.#copy = { at: this.#copy.at, end };
      return;
    }
    this.#flush();
    this.#copy = { at, end };
  }

  #flush(): void {
    const copy = this.#copy;
    this.#copy = undefined;
    if (copy !== undefined) this.#call(copyBytes, 'copyBytes', js`src, ${copy.at}, ${copy.end}, dst, at`);
  }

  #apart(emit: () => void): readonly Code[] {
    return this.#e.capture(() => {
      emit();
      this.#reader.settle();
      this.#flush();
    });
  }

  #constant(bytes: Buffer): void {
    for (const [i, byte] of bytes.entries()) this.#e.add(js`dst[at + ${i}] = ${byte};`);
    if (bytes.length > 0) this.#e.add(js`at += ${bytes.length};`);
  }

  #call(fn: (...args: never[]) => number, hint: string, args: Code): void {
    this.#e.add(js`at = ${this.#e.bind(fn, hint)}(${args});`);
  }

  /** A value that is not NULL; a union's index before it. */
  #present(o: Operand, schema: AvroSchema): void {
    const { type } = this.#column!;
    if (o.as === 'place') {
      this.valueAt(o.at, o.end, o.reading);
      return;
    }
    if (o.as === 'value' && type.kind !== 'BYTES' && type.kind !== 'DURATION') {
      this.#call(valueWriter(schema, type), 'writeValue', js`dst, at, ${o.value}`);
      return;
    }
    if (schema.kind === 'union') {
      const index = schema.branches.findIndex((b) => b.kind !== 'null');
      this.#constant(varint(index));
      this.#scalar(o, schema.branches[index]!);
    } else this.#scalar(o, schema);
  }

  #scalar(o: Exclude<Operand, { as: 'place' }>, schema: AvroSchema): void {
    switch (o.as) {
      case 'boolean':
        this.#e.add(js`dst[at++] = ${o.value} ? 1 : 0;`);
        return;
      case 'double':
        if (schema.kind === 'float') this.#call(writeFloat, 'writeFloat', js`dst, at, ${o.value}`);
        else this.#call(writeDouble, 'writeDouble', js`dst, at, ${o.value}`);
        return;
      case 'int':
      case 'long':
        this.#number(o.value, schema);
        return;
      case 'slice':
        if (o.fold !== undefined) this.#call(writeText, 'writeText', js`dst, at, ${text(this.#e, o)}`);
        else if (schema.kind === 'fixed') this.#call(copyBytes, 'copyBytes', js`src, ${o.start}, ${o.end}, dst, at`);
        else this.#call(writeSlice, 'writeSlice', js`src, ${o.start}, ${o.end}, dst, at`);
        return;
      case 'enum':
        if (schema.kind === 'enum') this.#call(writeInt, 'writeInt', js`dst, at, ${o.index}`);
        else this.#call(writeText, 'writeText', js`dst, at, ${text(this.#e, o)}`);
        return;
      case 'text':
        this.#text(o.value, schema);
        return;
      case 'value':
        if (schema.kind === 'fixed') this.#call(writeFixed, 'writeFixed', js`dst, at, ${o.value}`);
        else this.#call(writeBytes, 'writeBytes', js`dst, at, ${o.value}`);
    }
  }

  #number(value: Code, schema: AvroSchema): void {
    if (schema.kind === 'fixed')
      this.#call(writeDecimalFixed, 'writeDecimalFixed', js`dst, at, ${value}, ${schema.size}`);
    else if (schema.kind === 'bytes') this.#call(writeDecimal, 'writeDecimal', js`dst, at, ${value}`);
    else if (schema.kind === 'int') this.#call(writeInt, 'writeInt', js`dst, at, ${value}`);
    else this.#call(writeLong, 'writeLong', js`dst, at, ${value}`);
  }

  /** Text where a column keeps its source's schema: a default of an enum, a uuid that is held as bytes. */
  #text(value: Code, schema: AvroSchema): void {
    if (schema.kind === 'fixed') this.#call(writeUuid, 'writeUuid', js`dst, at, ${value}`);
    else if (schema.kind === 'enum')
      this.#call(writeInt, 'writeInt', js`dst, at, ${this.#e.bind(schema.symbols, 'symbols')}.indexOf(${value})`);
    else this.#call(writeText, 'writeText', js`dst, at, ${value}`);
  }
}

/** A union's index as it stands on the wire. */
function varint(index: number): Buffer {
  const bytes = Buffer.alloc(5);
  return bytes.subarray(0, writeInt(bytes, 0, index));
}

/** The Confluent wire format's magic byte and schema id. */
function prefixOf(format: Format & { kind: 'avro' }): Buffer {
  if (format.framing.kind !== 'confluent') return Buffer.alloc(0);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(format.framing.id, 1);
  return prefix;
}
