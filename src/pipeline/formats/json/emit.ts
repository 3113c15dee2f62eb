/**
 * Emits code that writes one output record as JSON at `dst[at]`. Constant text is gathered and written at once, whatever
 * it came from: braces, commas, keys and quotes cost one run of stores.
 */
import type { AvroRecord, AvroSchema } from '../../avro/schema.ts';
import { type Code, isNever, js } from '../../kernel/code.ts';
import type { Emitter } from '../../kernel/emitter.ts';
import type { Operand } from '../../kernel/operand.ts';
import type { AvroReader } from '../../kernel/read.ts';
import { readDouble, readFloat, wire } from '../../kernel/wire.ts';
import type { RecordWriter } from '../format.ts';
import { callConstant, storeConstant } from './constant.ts';
import { writeDouble, writeInt, writeLong } from './number.ts';
import { writeBase64, writeBytes, writeLower, writeString, writeText, writeUpper } from './text.ts';
import { output } from './words.ts';

/** Bytes of constant text that one kernel stores in line; more would make the function too large for the optimizer. */
const unrolledMax = 1500;

export class JsonWriter implements RecordWriter {
  readonly #e: Emitter;
  readonly #reader: AvroReader;
  readonly #writers = new Map<AvroRecord, Code>();
  readonly #out: Code;
  #pending = '';
  #unrolled = 0;
  #fields = 0;
  constructor(emitter: Emitter, reader: AvroReader) {
    this.#e = emitter;
    this.#reader = reader;
    this.#out = emitter.fresh('out');
  }

  /** The view of dst, in every function that writes. */
  #view(): Code {
    return js`const ${this.#out} = ${this.#e.bind(output, 'output')}(dst);`;
  }

  begin(): void {
    this.#e.add(this.#view());
    this.#text('{');
  }

  field(name: string): void {
    this.#text(`${this.#fields++ === 0 ? '' : ','}${JSON.stringify(name)}:`);
  }

  end(): void {
    this.#text('}');
    this.#flush();
  }

  #text(text: string): void {
    this.#pending += text;
  }

  #flush(): void {
    if (this.#pending === '') return;
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    this.#unrolled += bytes.length;
    if (this.#unrolled > unrolledMax) this.#e.add(callConstant(this.#e, bytes));
    else this.#e.add(...storeConstant(this.#e, this.#out, bytes));
  }

  #call(fn: (...args: never[]) => number, args: Code): void {
    this.#flush();
    this.#e.add(js`at = ${this.#e.bind(fn, fn.name)}(${args});`);
  }

  /** Writes in a block of its own that may or may not run: constants don't leak out of it. */
  #apart(emit: () => void): readonly Code[] {
    return this.#e.capture(() => {
      emit();
      this.#reader.settle();
      this.#flush();
    });
  }

  operand(operand: Operand): void {
    this.#reader.settle();
    if (isNever(operand.null)) {
      this.#present(operand);
      return;
    }
    this.#flush();
    const absent = this.#apart(() => this.#text('null'));
    const present = this.#apart(() => this.#present(operand));
    this.#e.add(js`if (${operand.null}) {
${absent}
} else {
${present}
}`);
  }

  #present(o: Operand): void {
    switch (o.as) {
      case 'int':
        this.#call(writeInt, js`dst, at, ${o.value}`);
        return;
      case 'long':
        this.#call(writeLong, js`dst, at, ${o.value}`);
        return;
      case 'double':
        this.#call(writeDouble, js`dst, at, ${o.value}`);
        return;
      case 'boolean':
        this.#boolean(o.value);
        return;
      case 'text':
        if (o.literal === undefined) this.#call(writeText, js`dst, at, ${o.value}`);
        else this.#text(JSON.stringify(o.literal));
        return;
      case 'enum':
        this.#symbol(o.index, o.symbols);
        return;
      case 'slice': {
        const fn = o.fold === 'upper' ? writeUpper : o.fold === 'lower' ? writeLower : writeString;
        this.#call(fn, js`src, ${o.start}, ${o.end}, dst, at`);
        return;
      }
      case 'place':
        this.valueAt(o.at, o.schema);
        return;
    }
  }

  bytes(operand: Operand & { as: 'slice' }): void {
    const write = (): void => this.#call(writeBase64, js`src, ${operand.start}, ${operand.end}, dst, at`);
    if (isNever(operand.null)) {
      write();
      return;
    }
    this.#flush();
    const absent = this.#apart(() => this.#text('null'));
    const present = this.#apart(write);
    this.#e.add(js`if (${operand.null}) {
${absent}
} else {
${present}
}`);
  }

  #boolean(value: Code): void {
    this.#flush();
    const yes = this.#apart(() => this.#text('true'));
    const no = this.#apart(() => this.#text('false'));
    this.#e.add(js`if (${value}) {
${yes}
} else {
${no}
}`);
  }

  #symbol(index: Code, symbols: readonly string[]): void {
    const table = symbols.map((symbol) => Buffer.from(JSON.stringify(symbol)));
    this.#call(writeBytes, js`dst, at, ${this.#e.bind(table, 'symbols')}[${index}]`);
  }

  valueAt(at: Code, schema: AvroSchema): void {
    this.#reader.settle();
    this.#flush();
    const inside = this.#apart(() => this.value(schema));
    this.#e.add(js`{
let p = ${at};
${inside}
}`);
  }

  value(schema: AvroSchema): void {
    const [e, reader] = [this.#e, this.#reader];
    switch (schema.kind) {
      case 'null':
        this.#text('null');
        return;
      case 'int':
      case 'long':
      case 'boolean':
      case 'enum': {
        const operand = reader.decode(schema, false);
        reader.check();
        this.#present(operand);
        return;
      }
      case 'float':
      case 'double': {
        reader.settle();
        const [read, size] = schema.kind === 'float' ? [readFloat, 4] : [readDouble, 8];
        this.#flush();
        e.add(js`p += ${size}; if (p > end) throw ${reader.fault};`);
        this.#call(writeDouble, js`dst, at, ${e.bind(read, 'read')}(src, p - ${size})`);
        return;
      }
      case 'string':
      case 'bytes':
        this.#bytes(schema.kind === 'string' ? writeString : writeBase64);
        return;
      case 'fixed':
        reader.settle();
        e.add(js`p += ${schema.size}; if (p > end) throw ${reader.fault};`);
        this.#call(writeBase64, js`src, p - ${schema.size}, p, dst, at`);
        return;
      case 'union':
        this.#flush();
        reader.union(schema.branches, (branch) => {
          this.value(branch);
          this.#flush();
        });
        return;
      case 'array':
        this.#list(schema.items, '[', ']', () => this.value(schema.items));
        return;
      case 'map':
        this.#list(schema, '{', '}', () => {
          this.#bytes(writeString);
          this.#text(':');
          this.value(schema.values);
        });
        return;
      case 'record':
        this.#record(schema);
        return;
    }
  }

  #bytes(write: typeof writeString): void {
    const [e, reader] = [this.#e, this.#reader];
    this.#flush();
    reader.length();
    e.add(js`p += l >>> 1; if (p > end || (l & 1) !== 0) throw ${reader.fault};`);
    this.#call(write, js`src, p - (l >>> 1), p, dst, at`);
  }

  #list(item: AvroSchema, open: string, close: string, each: () => void): void {
    this.#text(open);
    this.#flush();
    const e = this.#e;
    const first = e.fresh('first');
    e.add(js`let ${first} = true;`);
    this.#reader.blocks(item, false, () => {
      e.add(js`if (${first}) ${first} = false; else dst[at++] = 44;`);
      each();
      this.#reader.settle();
      this.#flush();
    });
    this.#text(close);
  }

  #record(record: AvroRecord): void {
    if (!this.#reader.isShared(record)) {
      this.#inline(record);
      return;
    }
    this.#flush();
    this.#reader.settle();
    const e = this.#e;
    e.add(js`at = ${this.#writer(record)}(src, p, end, dst, at, ${e.depth} + 1); p = ${e.bind(wire, 'wire')}.at;`);
    this.#reader.moved();
  }

  #inline(record: AvroRecord): void {
    this.#text('{');
    record.fields.forEach((field, i) => {
      this.#text(`${i === 0 ? '' : ','}${JSON.stringify(field.name)}:`);
      this.value(field.schema);
    });
    this.#text('}');
  }

  #writer(record: AvroRecord): Code {
    const known = this.#writers.get(record);
    if (known !== undefined) return known;
    const e = this.#e;
    const name = e.fresh('write');
    this.#writers.set(record, name);
    const inside = (): void => {
      e.add(this.#view());
      this.#inline(record);
      this.#flush();
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
