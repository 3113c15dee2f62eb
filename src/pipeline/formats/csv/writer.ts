/**
 * Emits code that writes one output record as a line of CSV (RFC 4180, without its line end) at `dst[at]`. Texts stand as
 * they are, numbers as in JSON (NaN and infinities, which it lacks, by their names), temporal values in ISO 8601, BYTES as base64, nested values as JSON; NULL is the format's
 * word for it, unquoted.
 */
import type { Format } from '../../../contracts/format.ts';
import type { Reading } from '../../avro/resolve.ts';
import { valueReader } from '../../avro/value.ts';
import { type Code, isNever, js } from '../../kernel/code.ts';
import { text } from '../../kernel/compare.ts';
import type { Emitter } from '../../kernel/emitter.ts';
import type { Operand } from '../../kernel/operand.ts';
import type { AvroReader } from '../../kernel/read.ts';
import type { OutputColumn, RecordWriter } from '../format.ts';
import { writeAscii, writeDouble } from '../json/number.ts';
import type { JsonFormat } from '../json/scalar.ts';
import { writeBytes } from '../json/text.ts';
import { JsonWriter } from '../json/writer.ts';
import { headerLine, type Quoting, quoteInPlace, quotingOf, writeField, writeTextField } from './text.ts';

/** How JSON writes what CSV takes over from it: dates readable, numbers plain. */
const nested: JsonFormat = { kind: 'json', bigint: 'number', decimal: 'number', temporal: 'iso' };

export class CsvWriter implements RecordWriter {
  readonly #e: Emitter;
  readonly #reader: AvroReader;
  readonly #format: Format & { kind: 'csv' };
  readonly #json: JsonWriter;
  readonly #header: Buffer;
  readonly #quoting: Quoting;
  #columns = 0;
  #column: OutputColumn | undefined;
  constructor(
    emitter: Emitter,
    reader: AvroReader,
    format: Format & { kind: 'csv' },
    columns: readonly OutputColumn[],
  ) {
    this.#e = emitter;
    this.#reader = reader;
    this.#format = format;
    this.#quoting = quotingOf(format);
    this.#json = new JsonWriter(emitter, reader, nested);
    this.#header = format.header ? Buffer.concat([csvHeader(columns, format), Buffer.from('\r\n')]) : Buffer.alloc(0);
  }

  begin(): void {
    this.#columns = 0;
    if (this.#header.length > 0) this.#constant(this.#header);
  }

  column(column: OutputColumn): void {
    this.#column = column;
    if (this.#columns++ > 0) this.#constant(Buffer.from(this.#format.delimiter));
  }

  end(): void {
    this.#reader.settle();
  }

  operand(operand: Operand): void {
    this.#reader.settle();
    if (isNever(operand.null)) {
      this.#present(operand);
      return;
    }
    const absent = this.#apart(() => this.#constant(Buffer.from(this.#format.null)));
    const present = this.#apart(() => this.#present(operand));
    this.#e.add(js`if (${operand.null}) {
${absent}
} else {
${present}
}`);
  }

  value(reading: Reading): void {
    const operand = this.#reader.decode(reading, false);
    this.#reader.check();
    this.operand(operand);
  }

  valueAt(at: Code, end: Code, reading: Reading): void {
    this.#reader.settle();
    const inside = this.#apart(() => {
      const operand = this.#reader.decode(reading, false);
      this.operand(operand.as === 'place' ? { ...operand, at, end } : operand);
    });
    this.#e.add(js`{
let p = ${at};
${inside}
}`);
  }

  #present(o: Operand): void {
    const { type } = this.#column!;
    const quoting = this.#e.bind(this.#quoting, 'quoting');
    if (o.as === 'slice' && type.kind === 'VARCHAR' && o.fold === undefined)
      this.#call(writeField, 'writeField', js`src, ${o.start}, ${o.end}, dst, at, ${quoting}`);
    else if (type.kind === 'VARCHAR' && (o.as === 'slice' || o.as === 'text' || o.as === 'enum'))
      this.#call(writeTextField, 'writeTextField', js`dst, at, ${text(this.#e, o)}, ${quoting}`);
    else this.#asJson(o);
  }

  /** A number that JSON may not have a form for; undefined: it is none. Within a nested value it is JSON's `null`. */
  #real(o: Operand): Code | undefined {
    const { kind } = this.#column!.type;
    if (kind !== 'DOUBLE' && kind !== 'FLOAT') return undefined;
    if (o.as === 'place') return js`${this.#e.bind(valueReader(o.reading), 'readValue')}(src, ${o.at}, ${o.end})`;
    return o.as === 'double' ? o.value : undefined;
  }

  /** Numbers, nested values and the like: JSON, without the quotes that JSON puts around a text, in CSV's own where needed. */
  #asJson(o: Operand): void {
    const e = this.#e;
    const from = e.fresh('from');
    const inside = this.#apart(() => {
      e.add(js`const ${from} = at;`);
      const real = this.#real(o);
      if (real === undefined) this.#json.alone(this.#column!, { ...o, null: js`false` });
      else this.#call(writeReal, 'writeReal', js`dst, at, ${real}`);
      this.#call(
        isText(this.#column!) ? requoteJson : quoteInPlace,
        'quote',
        js`dst, ${from}, at, ${e.bind(this.#quoting, 'quoting')}`,
      );
    });
    e.add(js`{
${inside}
}`);
  }

  #apart(emit: () => void): readonly Code[] {
    return this.#e.capture(() => {
      emit();
      this.#reader.settle();
    });
  }

  #constant(bytes: Buffer): void {
    if (bytes.length > 0) this.#call(writeBytes, 'writeBytes', js`dst, at, ${this.#e.bind(bytes, 'text')}`);
  }

  #call(fn: (...args: never[]) => number, hint: string, args: Code): void {
    this.#e.add(js`at = ${this.#e.bind(fn, hint)}(${args});`);
  }
}

/** As JSON's, and the three that JSON doesn't have. */
const writeReal = (dst: Buffer, at: number, v: number): number =>
  Number.isFinite(v) ? writeDouble(dst, at, v) : writeAscii(dst, at, String(v));

/** Types that JSON writes as one string without anything to escape: base64, dates. */
const isText = ({ type }: OutputColumn): boolean =>
  type.kind === 'BYTES' ||
  type.kind === 'DATE' ||
  type.kind === 'TIME' ||
  type.kind === 'TIMESTAMP' ||
  type.kind === 'DURATION' ||
  type.kind === 'VARCHAR';

/** The JSON string in `dst[from, at)` as a field: its text without the quotes, which are put back only where CSV wants them. */
function requoteJson(dst: Buffer, from: number, at: number, quoting: Quoting): number {
  if (at > dst.length) return at;
  return writeTextField(dst, from, JSON.parse(dst.toString('utf8', from, at)) as string, quoting);
}

/** The line of column names that stands before the rows. */
export const csvHeader = (columns: readonly { readonly name: string }[], format: Format & { kind: 'csv' }): Buffer =>
  headerLine(
    columns.map((c) => c.name),
    quotingOf(format),
  );
