/**
 * Emits code that writes one output record as JSON at `dst[at]`: columns and the values of expressions. Values that stand
 * on the wire are wire-value.ts's; constant text is json-text.ts's.
 */
import type { Format } from '../../../contracts/format.ts';
import type { Reading } from '../../avro/resolve.ts';
import { valueReader } from '../../avro/value.ts';
import { type Code, isNever, js } from '../../kernel/code.ts';
import type { Emitter } from '../../kernel/emitter.ts';
import type { Operand } from '../../kernel/operand.ts';
import type { AvroReader } from '../../kernel/read.ts';
import type { OutputColumn, RecordWriter } from '../format.ts';
import { JsonText } from './json-text.ts';
import { writeDouble } from './number.ts';
import { numberWriter } from './scalar.ts';
import { writeBase64, writeBytes, writeLower, writeString, writeText, writeUpper } from './text.ts';
import { valueWriter } from './value.ts';
import { WireValues } from './wire-value.ts';

export class JsonWriter implements RecordWriter {
  readonly #e: Emitter;
  readonly #reader: AvroReader;
  readonly #format: Format & { kind: 'json' };
  readonly #text: JsonText;
  readonly #wire: WireValues;
  #columns = 0;
  #column: OutputColumn | undefined;
  constructor(emitter: Emitter, reader: AvroReader, format: Format & { kind: 'json' }) {
    this.#e = emitter;
    this.#reader = reader;
    this.#format = format;
    this.#text = new JsonText(emitter, reader);
    this.#wire = new WireValues(emitter, reader, this.#text, format);
  }

  begin(): void {
    this.#columns = 0;
    this.#text.open();
    this.#text.add('{');
  }

  column(column: OutputColumn): void {
    this.#column = column;
    this.#text.add(`${this.#columns++ === 0 ? '' : ','}${JSON.stringify(column.name)}:`);
  }

  end(): void {
    this.#text.add('}');
    this.#text.flush();
  }

  /** One value alone, without a record around it: a key of several parts, a header. */
  alone(column: OutputColumn, operand: Operand): void {
    this.#text.open();
    this.#column = column;
    this.operand(operand);
    this.#text.flush();
  }

  operand(operand: Operand): void {
    this.#reader.settle();
    if (isNever(operand.null)) {
      this.#present(operand);
      return;
    }
    const text = this.#text;
    text.flush();
    const absent = text.apart(() => text.add('null'));
    const present = text.apart(() => this.#present(operand));
    this.#e.add(js`if (${operand.null}) {
${absent}
} else {
${present}
}`);
  }

  #present(o: Operand): void {
    const { type } = this.#column!;
    const text = this.#text;
    switch (o.as) {
      case 'int':
      case 'long':
        text.call(numberWriter(type, o.as, this.#format), 'writeNumber', js`dst, at, ${o.value}`);
        return;
      case 'double':
        text.call(writeDouble, 'writeDouble', js`dst, at, ${o.value}`);
        return;
      case 'boolean':
        text.either(o.value, 'true', 'false');
        return;
      case 'text':
        if (o.literal === undefined) text.call(writeText, 'writeText', js`dst, at, ${o.value}`);
        else text.add(JSON.stringify(o.literal));
        return;
      case 'enum':
        text.call(writeBytes, 'writeBytes', js`dst, at, ${text.symbols(o.symbols)}[${o.index}]`);
        return;
      case 'slice': {
        const fold = o.fold === 'upper' ? writeUpper : o.fold === 'lower' ? writeLower : writeString;
        const fn = type.kind === 'BYTES' ? writeBase64 : fold;
        text.call(fn, fn.name, js`src, ${o.start}, ${o.end}, dst, at`);
        return;
      }
      case 'value':
        text.call(valueWriter(type, this.#format), 'writeValue', js`dst, at, ${o.value}`);
        return;
      case 'place':
        this.valueAt(o.at, o.end, o.reading);
        return;
    }
  }

  value(reading: Reading): void {
    if (reading.kind === 'same') this.#wire.value(reading.reader);
    else {
      const operand = this.#reader.decode(reading, false);
      this.#reader.check();
      this.operand(operand);
    }
  }

  valueAt(at: Code, end: Code, reading: Reading): void {
    const text = this.#text;
    if (reading.kind !== 'same') {
      const read = this.#e.bind(valueReader(reading), 'readValue');
      text.call(valueWriter(this.#column!.type, this.#format), 'writeValue', js`dst, at, ${read}(src, ${at}, ${end})`);
      return;
    }
    this.#reader.settle();
    text.flush();
    const inside = text.apart(() => this.#wire.value(reading.reader));
    this.#e.add(js`{
let p = ${at};
${inside}
}`);
  }
}
