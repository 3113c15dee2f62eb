/** Emits the writing of Avro values as JSON straight from the wire, whole: what passes through a query unchanged. `p` moves behind them. */
import { same } from '../../avro/resolve.ts';
import type { AvroArray, AvroMap, AvroRecord, AvroSchema } from '../../avro/schema.ts';
import { uuidText } from '../../avro/uuid.ts';
import { type Code, js } from '../../kernel/code.ts';
import type { Emitter } from '../../kernel/emitter.ts';
import type { AvroReader } from '../../kernel/read.ts';
import { readDouble, readFloat, wire } from '../../kernel/wire.ts';
import { typeOf } from '../../sql/types.ts';
import { durationText } from '../../sql/value-text.ts';
import type { JsonText } from './json-text.ts';
import { writeDouble } from './number.ts';
import { type JsonFormat, numberWriter } from './scalar.ts';
import { writeBase64, writeBytes, writeString, writeText } from './text.ts';

const writeDuration = (src: Buffer, at: number, dst: Buffer, to: number): number =>
  writeText(dst, to, durationText(src, at));
const writeUuid = (src: Buffer, at: number, dst: Buffer, to: number): number => writeText(dst, to, uuidText(src, at));

export class WireValues {
  readonly #e: Emitter;
  readonly #reader: AvroReader;
  readonly #text: JsonText;
  readonly #format: JsonFormat;
  readonly #functions = new Map<AvroRecord, Code>();
  constructor(emitter: Emitter, reader: AvroReader, text: JsonText, format: JsonFormat) {
    this.#e = emitter;
    this.#reader = reader;
    this.#text = text;
    this.#format = format;
  }

  value(schema: AvroSchema): void {
    const [e, reader, text] = [this.#e, this.#reader, this.#text];
    switch (schema.kind) {
      case 'null':
        text.add('null');
        return;
      case 'boolean': {
        const operand = reader.decode(same(schema), false);
        reader.check();
        if (operand.as === 'boolean') text.either(operand.value, 'true', 'false');
        return;
      }
      case 'enum': {
        const operand = reader.decode(same(schema), false);
        reader.check();
        if (operand.as === 'enum')
          text.call(writeBytes, 'writeBytes', js`dst, at, ${text.symbols(operand.symbols)}[${operand.index}]`);
        return;
      }
      case 'int':
      case 'long':
        this.#number(schema);
        return;
      case 'float':
      case 'double': {
        const [read, size] = schema.kind === 'float' ? [readFloat, 4] : [readDouble, 8];
        text.flush();
        reader.skip(schema);
        reader.check();
        text.call(writeDouble, 'writeDouble', js`dst, at, ${e.bind(read, 'read')}(src, p - ${size})`);
        return;
      }
      case 'string':
        if (schema.logical === undefined) this.#bytes(writeString);
        else this.#checkedText(schema);
        return;
      case 'bytes':
        if (schema.logical?.name === 'decimal') this.#number(schema);
        else this.#bytes(writeBase64);
        return;
      case 'fixed':
        this.#fixed(schema);
        return;
      case 'union':
        text.flush();
        reader.union(schema.branches, (branch) => {
          this.value(branch);
          text.flush();
        });
        return;
      case 'array':
        this.#list(schema, '[', ']', () => this.value(schema.items));
        return;
      case 'map':
        this.#list(schema, '{', '}', () => {
          this.#bytes(writeString);
          text.add(':');
          this.value(schema.values);
        });
        return;
      case 'record':
        this.#record(schema);
        return;
    }
  }

  /** What is decoded to a number: integers, temporal types, decimals. */
  #number(schema: AvroSchema): void {
    const { type } = typeOf(schema);
    const operand = this.#reader.decode(same(schema), false);
    this.#reader.check();
    if (operand.as === 'int' || operand.as === 'long')
      this.#text.call(numberWriter(type, operand.as, this.#format), 'writeNumber', js`dst, at, ${operand.value}`);
  }

  #fixed(schema: AvroSchema & { kind: 'fixed' }): void {
    const logical = schema.logical?.name;
    if (logical === 'decimal') {
      this.#number(schema);
      return;
    }
    const [reader, text] = [this.#reader, this.#text];
    text.flush();
    reader.skip(schema);
    reader.check();
    if (logical === 'duration') text.call(writeDuration, 'writeDuration', js`src, p - 12, dst, at`);
    else if (logical === 'uuid') text.call(writeUuid, 'writeUuid', js`src, p - 16, dst, at`);
    else text.call(writeBase64, 'writeBase64', js`src, p - ${schema.size}, p, dst, at`);
  }

  /** A string of a logical type: a uuid. */
  #checkedText(schema: AvroSchema): void {
    const operand = this.#reader.decode(same(schema), false);
    this.#reader.check();
    if (operand.as === 'slice')
      this.#text.call(writeString, 'writeString', js`src, ${operand.start}, ${operand.end}, dst, at`);
  }

  #bytes(write: typeof writeString): void {
    const [e, reader, text] = [this.#e, this.#reader, this.#text];
    text.flush();
    reader.length();
    e.add(js`p += l >>> 1; if (p > end || (l & 1) !== 0) throw ${reader.fault};`);
    text.call(write, write.name, js`src, p - (l >>> 1), p, dst, at`);
  }

  #list(list: AvroArray | AvroMap, open: string, close: string, each: () => void): void {
    const [e, text] = [this.#e, this.#text];
    text.add(open);
    text.flush();
    const first = e.fresh('first');
    e.add(js`let ${first} = true;`);
    this.#reader.blocks(list, false, () => {
      e.add(js`if (${first}) ${first} = false; else dst[at++] = 44;`);
      each();
      this.#reader.settle();
      text.flush();
    });
    text.add(close);
  }

  #record(record: AvroRecord): void {
    if (!this.#reader.isShared(record)) {
      this.#inline(record);
      return;
    }
    this.#text.flush();
    this.#reader.settle();
    const e = this.#e;
    e.add(js`at = ${this.#function(record)}(src, p, end, dst, at, ${e.depth} + 1); p = ${e.bind(wire, 'wire')}.at;`);
    this.#reader.moved();
  }

  #inline(record: AvroRecord): void {
    this.#text.add('{');
    record.fields.forEach((field, i) => {
      this.#text.add(`${i === 0 ? '' : ','}${JSON.stringify(field.name)}:`);
      this.value(field.schema);
    });
    this.#text.add('}');
  }

  /** The function beside the main one that writes a record which several places share. */
  #function(record: AvroRecord): Code {
    const known = this.#functions.get(record);
    if (known !== undefined) return known;
    const e = this.#e;
    const name = e.fresh('write');
    this.#functions.set(record, name);
    const inside = (): void => {
      this.#text.open();
      this.#inline(record);
      this.#text.flush();
      this.#reader.check();
      e.add(js`${e.bind(wire, 'wire')}.at = p; return at;`);
    };
    const wrap = (body: Code): Code => js`function ${name}(src, p, end, dst, at, depth) {
${body}
}`;
    e.define(this.#reader.inFunction(inside, wrap));
    return name;
  }
}
