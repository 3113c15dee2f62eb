/**
 * {@link BoundQuery} + output format → one generated function. Walks the record in the writer's order, reads only what the
 * query reads, tests each conjunct of WHERE as soon as its columns are there, and writes output columns in their order:
 * from the place that was remembered, or straight from the cursor once nothing can reject the record any more.
 */
import { diagnose } from '../avro/diagnose.ts';
import { sharedRecords } from '../avro/measure.ts';
import type { AvroRecord, AvroSchema } from '../avro/schema.ts';
import { viewUnion } from '../avro/schema.ts';
import type { RecordWriter } from '../formats/format.ts';
import { formats } from '../formats/formats.ts';
import { type Kernel, REJECTED, RecordError } from '../ports.ts';
import { type Bound, type BoundQuery, type Column, columnsOf } from '../sql/bound.ts';
import { always, type Code, js, not } from './code.ts';
import { Emitter } from './emitter.ts';
import { Expressions } from './expression.ts';
import { evaluate } from './function.ts';
import type { Operand } from './operand.ts';
import { AvroReader, frame } from './read.ts';
import { Fault, wire } from './wire.ts';

export function makeKernel(query: BoundQuery, format: keyof typeof formats): Kernel {
  if (query.schema.kind !== 'record') throw new TypeError('a kernel reads records');
  const emitter = new Emitter();
  const reader = new AvroReader(emitter, sharedRecords(query.schema));
  const writer = formats[format](emitter, reader);
  const plan = new KernelPlan(query, emitter, reader, writer);
  const body = emitter.body(() => plan.emit(query.schema as AvroRecord));
  const explain = (cause: unknown, src: Buffer, start: number, end: number): unknown =>
    cause instanceof Fault ? new RecordError('decode', diagnose(query.schema, src, start, end)) : cause;
  const code = js`${emitter.functions as readonly Code[]}
return function run(src, start, end, dst, at) {
let p = start;
${frame}
try {
${emitter.bind(wire, 'wire')}.empty = 0;
${body}
} catch (cause) {
throw ${emitter.bind(explain, 'explain')}(cause, src, start, end);
}
};`;
  return { run: evaluate<Kernel['run']>(code, emitter.bindings), source: code.toString() };
}

/** What is known of a column while code is emitted. */
type Known =
  | { readonly state: 'decoded'; readonly operand: Operand }
  /** Passed over; it begins at `at`, or is absent (its record is null) where that is negative. */
  | { readonly state: 'passed'; readonly at: Code; readonly absent: boolean };

/** The columns wanted, as a tree along the schema. */
interface Wanted {
  readonly column?: Column;
  readonly fields: ReadonlyMap<string, Wanted>;
}

const keyOf = (column: Column): string => column.path.join('\0');

class KernelPlan {
  readonly #query: BoundQuery;
  readonly #e: Emitter;
  readonly #reader: AvroReader;
  readonly #writer: RecordWriter;
  readonly #expressions: Expressions;
  readonly #known = new Map<string, Known>();
  /** Columns still to be read. */
  readonly #left: Map<string, Column>;
  readonly #tests: { readonly test: Bound; readonly columns: ReadonlyMap<string, Column> }[];
  readonly #outputs: { readonly name: string; readonly value: Bound; readonly columns: ReadonlyMap<string, Column> }[];
  #begun = false;

  constructor(query: BoundQuery, emitter: Emitter, reader: AvroReader, writer: RecordWriter) {
    this.#query = query;
    this.#e = emitter;
    this.#reader = reader;
    this.#writer = writer;
    this.#expressions = new Expressions(emitter, (c) => this.#operand(c.column));
    this.#tests = query.conjuncts.map((test) => ({ test, columns: columnsOf(test) }));
    this.#outputs = query.outputs.map((o) => ({ ...o, columns: columnsOf(o.value) }));
    this.#left = new Map([...this.#tests, ...this.#outputs].flatMap((x) => [...x.columns]));
  }

  emit(record: AvroRecord): void {
    this.#advance();
    const wanted = tree([...this.#left.values()]);
    this.#fields(record, wanted, false);
    const whole = this.#left.size > 0 || this.#walked === record.fields.length;
    this.#advance();
    if (whole) {
      this.#reader.settle();
      this.#e.add(js`if (p !== end || (bad & 1) !== 0) throw ${this.#reader.fault};`);
    }
    this.#writer.end();
    this.#e.add(js`return at;`);
  }

  /** Fields of the top record that have been walked. */
  #walked = 0;

  /** `absent`: the code stands in a branch that not every record takes. */
  #fields(record: AvroRecord, wanted: Wanted, absent: boolean): void {
    const top = record === this.#query.schema;
    for (const field of record.fields) {
      if (this.#left.size === 0) return;
      if (top) this.#walked++;
      const node = wanted.fields.get(field.name);
      if (node === undefined) this.#reader.skip(field.schema);
      else this.#field(node, field.schema, absent);
      if (!absent) this.#advance();
    }
  }

  #field(node: Wanted, schema: AvroRecord['fields'][number]['schema'], absent: boolean): void {
    if (node.fields.size === 0) {
      this.#column(node.column!, absent);
      return;
    }
    if (node.column !== undefined) this.#mark(node.column, absent);
    if (schema.kind === 'record') {
      this.#fields(schema, node, absent);
      return;
    }
    if (schema.kind !== 'union') throw new TypeError('only records have fields');
    const view = viewUnion(schema);
    this.#reader.union(schema.branches, (branch, i) => {
      if (branch.kind === 'record' && view.kind === 'nullable' && i === view.valueIndex)
        this.#fields(branch, node, true);
      else this.#reader.skip(branch);
    });
  }

  /** Remembers where a record begins that is also looked into. */
  #mark(column: Column, absent: boolean): void {
    this.#known.set(keyOf(column), { state: 'passed', at: this.#place(absent), absent });
    this.#left.delete(keyOf(column));
  }

  #place(absent: boolean): Code {
    const at = this.#e.local('at', absent ? js`${-1}` : js`0`);
    this.#reader.settle();
    this.#e.add(js`${at} = p;`);
    return at;
  }

  #column(column: Column, absent: boolean): void {
    const key = keyOf(column);
    this.#left.delete(key);
    const next = this.#outputs[0];
    if (
      this.#begun &&
      !absent &&
      next?.value.kind === 'column' &&
      keyOf(next.value.column) === key &&
      this.#usesOf(key) === 1
    ) {
      this.#outputs.shift();
      this.#writer.field(next.name);
      this.#writer.value(column.schema);
      return;
    }
    const tested = this.#tests.some((t) => t.columns.has(key));
    const computed =
      this.#tests.length === 0 && this.#outputs.some((o) => o.value.kind !== 'column' && o.columns.has(key));
    if (tested || computed || isText(column.schema)) {
      this.#known.set(key, { state: 'decoded', operand: this.#reader.decode(column.schema, absent) });
      return;
    }
    const at = this.#place(absent);
    this.#reader.skip(column.schema);
    this.#known.set(key, { state: 'passed', at, absent });
  }

  #usesOf(key: string): number {
    return this.#outputs.filter((o) => o.columns.has(key)).length;
  }

  /** Emits every test whose columns are there, then every output that is next and whose columns are. */
  #advance(): void {
    const there = (columns: ReadonlyMap<string, Column>): boolean =>
      [...columns.keys()].every((k) => !this.#left.has(k));
    for (let i = 0; i < this.#tests.length; ) {
      const { test, columns } = this.#tests[i]!;
      // What can fail waits for the predicates before it, which may be there to keep it from failing.
      if (!there(columns) || (test.fallible && i > 0)) {
        i++;
        continue;
      }
      this.#tests.splice(i, 1);
      this.#decodeAll(columns);
      this.#reader.check();
      const holds = this.#expressions.holds(test, true);
      if (holds !== always) this.#e.add(js`if (${not(holds)}) return ${REJECTED};`);
      i = 0;
    }
    if (this.#tests.length > 0) return;
    if (!this.#begun) this.#writer.begin();
    this.#begun = true;
    while (this.#outputs.length > 0 && there(this.#outputs[0]!.columns)) this.#output(this.#outputs.shift()!);
  }

  #output({ name, value, columns }: { name: string; value: Bound; columns: ReadonlyMap<string, Column> }): void {
    this.#reader.check();
    if (value.kind === 'column') {
      this.#writer.field(name);
      this.#writeColumn(value.column, value.type.kind === 'BYTES');
      return;
    }
    this.#decodeAll(columns);
    const operand = this.#expressions.operand(value);
    this.#writer.field(name);
    if (value.type.kind === 'BYTES' && operand.as === 'slice') this.#writer.bytes(operand);
    else this.#writer.operand(operand);
  }

  #writeColumn(column: Column, bytes: boolean): void {
    const known = this.#known.get(keyOf(column))!;
    if (known.state === 'decoded') {
      if (bytes && known.operand.as === 'slice') this.#writer.bytes(known.operand);
      else this.#writer.operand(known.operand);
    } else if (known.absent) {
      this.#writer.operand({ as: 'place', null: js`(${known.at} < 0)`, at: known.at, schema: column.schema });
    } else this.#writer.valueAt(known.at, column.schema);
  }

  /** Decodes columns that were passed over, before the branches of an expression that needs them. */
  #decodeAll(columns: ReadonlyMap<string, Column>): void {
    for (const [key, column] of columns) {
      const known = this.#known.get(key);
      if (known?.state !== 'passed') continue;
      this.#reader.check();
      let operand: Operand | undefined;
      const statements = this.#e.capture(() => {
        operand = this.#reader.decode(column.schema, known.absent);
        this.#reader.settle();
      });
      this.#e.add(js`${known.absent ? js`if (${known.at} >= 0)` : js``} {
let p = ${known.at};
${statements}
}`);
      this.#known.set(key, { state: 'decoded', operand: operand! });
    }
  }

  #operand(column: Column): Operand {
    const known = this.#known.get(keyOf(column));
    if (known?.state !== 'decoded') throw new TypeError(`${column.name} is not decoded here`);
    return known.operand;
  }
}

/** Strings are decoded as they are passed over, since that is no more than to remember where one begins and ends. */
function isText(schema: AvroSchema): boolean {
  if (schema.kind !== 'union') return schema.kind === 'string';
  const view = viewUnion(schema);
  return view.kind === 'nullable' && view.value.kind === 'string';
}

function tree(columns: readonly Column[]): Wanted {
  interface Growing {
    column?: Column;
    fields: Map<string, Growing>;
  }
  const root: Growing = { fields: new Map() };
  for (const column of columns) {
    let node = root;
    for (const name of column.path) {
      const next: Growing = node.fields.get(name) ?? { fields: new Map() };
      node.fields.set(name, next);
      node = next;
    }
    node.column = column;
  }
  return root;
}
