/**
 * Emits code that reads or skips Avro values at `p`, in the frame that kernel.ts makes (src, p, end, bad, b, l). A read
 * past `end` isn't prevented byte by byte: {@link AvroReader.check} finds it (p only grows), before anything that was
 * read has an effect.
 */
import { limits } from '../../contracts/limits.ts';
import { fixedSize, minSize } from '../avro/measure.ts';
import type { AvroRecord, AvroSchema } from '../avro/schema.ts';
import { viewUnion } from '../avro/schema.ts';
import { always, type Code, js, never } from './code.ts';
import type { Emitter } from './emitter.ts';
import type { Operand } from './operand.ts';
import { fault, readCount, readDouble, readDoubled, readFloat, readInt, readLong, skipVarint, wire } from './wire.ts';

/** The locals that every function with a cursor has. */
export const frame = js`let b = 0, l = 0, bad = 0;`;

export class AvroReader {
  readonly #e: Emitter;
  readonly #shared: ReadonlySet<AvroRecord>;
  readonly #skippers = new Map<AvroRecord, Code>();
  /** Bytes of constant size that are to be skipped and not yet emitted. */
  #run = 0;
  #unchecked = false;
  constructor(emitter: Emitter, shared: ReadonlySet<AvroRecord>) {
    this.#e = emitter;
    this.#shared = shared;
  }

  isShared(record: AvroRecord): boolean {
    return this.#shared.has(record);
  }

  get #wire(): Code {
    return this.#e.bind(wire, 'wire');
  }
  get fault(): Code {
    return this.#e.bind(fault, 'fault');
  }

  /** Emits the skip of fixed bytes that was put off; every read of `p` stands after it. */
  settle(): void {
    if (this.#run > 0) this.#e.add(js`p += ${this.#run};`);
    this.#run = 0;
  }

  /** Emits the test that everything read since the last one lay inside the body and made sense. */
  check(): void {
    this.settle();
    if (this.#unchecked) this.#e.add(js`if (p > end || (bad & 1) !== 0) throw ${this.fault};`);
    this.#unchecked = false;
  }

  /** Says that code was emitted elsewhere which moves `p`. */
  moved(): void {
    this.settle();
    this.#unchecked = true;
  }

  skip(schema: AvroSchema): void {
    const size = fixedSize(schema);
    this.#unchecked = true;
    if (size !== undefined) {
      this.#run += size;
      return;
    }
    const e = this.#e;
    switch (schema.kind) {
      case 'int':
      case 'long':
      case 'enum':
        this.settle();
        e.add(js`if (src[p++] > 127) p = ${e.bind(skipVarint, 'skipVarint')}(src, p, end);`);
        return;
      case 'string':
      case 'bytes':
        this.length();
        e.add(js`bad |= l; p += l >>> 1;`);
        return;
      case 'union':
        this.union(schema.branches, (branch) => this.skip(branch));
        return;
      case 'array':
        this.blocks(schema.items, true, () => this.skip(schema.items));
        return;
      case 'map':
        this.blocks(schema, true, () => {
          this.skip({ kind: 'string' });
          this.skip(schema.values);
        });
        return;
      case 'record':
        this.settle();
        if (this.isShared(schema)) {
          e.add(js`p = ${this.#skipper(schema)}(src, p, end, ${e.depth} + 1);`);
          return;
        }
        for (const field of schema.fields) this.skip(field.schema);
    }
  }

  /** Reads a length or an index at `p` into `l`, doubled as on the wire; an odd one (negative) is left for `bad`. */
  length(): void {
    this.settle();
    this.#e.add(js`l = src[p++];
if (l > 127) { l = (l & 127) | (src[p++] << 7); if (l > 16383) { l = ${this.#e.bind(readDoubled, 'readDoubled')}(src, p - 2, end); p = ${this.#wire}.at; } }`);
    this.#unchecked = true;
  }

  /** Reads a union's index and does `each` for the branch that is there. */
  union(branches: readonly AvroSchema[], each: (branch: AvroSchema, index: number) => void): void {
    this.settle();
    this.length();
    const e = this.#e;
    const cases = branches.map((branch, i) => {
      const inside = e.capture(() => {
        each(branch, i);
        this.settle();
      });
      return js`if (l === ${2 * i}) {
${inside}
} else `;
    });
    const chain = cases.reduce((before, one) => js`${before}${one}`, js``);
    e.add(js`${chain}throw ${this.fault};`);
    this.#unchecked = true;
  }

  /** Walks the blocks of an array or map. `whole`: a block that tells its bytes is stepped over. */
  blocks(item: AvroSchema, whole: boolean, each: () => void): void {
    this.settle();
    const e = this.#e;
    const count = e.fresh('count');
    const least = item.kind === 'map' ? 1 + minSize(item.values) : minSize(item);
    const inside = e.capture(() => {
      each();
      this.#unchecked = true;
      this.check();
    });
    const step = whole ? js`if (${this.#wire}.size >= 0) { p += ${this.#wire}.size; continue; }` : js``;
    e.add(js`for (;;) {
let ${count} = ${e.bind(readCount, 'readCount')}(src, p, end, ${least}); p = ${this.#wire}.at;
if (${count} === 0) break;
${step}
for (; ${count} > 0; ${count}--) {
${inside}
}
}`);
    this.#unchecked = true;
  }

  /** A function beside the main one for a record that several places share. */
  #skipper(record: AvroRecord): Code {
    const known = this.#skippers.get(record);
    if (known !== undefined) return known;
    const e = this.#e;
    const name = e.fresh('skip');
    this.#skippers.set(record, name);
    e.define(
      this.inFunction(
        () => {
          for (const field of record.fields) this.skip(field.schema);
          this.check();
          e.add(js`return p;`);
        },
        (body) => js`function ${name}(src, p, end, depth) {
${body}
}`,
      ),
    );
    return name;
  }

  /** Emits the inside of a recursive function: with its own locals, and with the depth bounded. */
  inFunction(emit: () => void, wrap: (body: Code) => Code): Code {
    const e = this.#e;
    const [depth, run, unchecked] = [e.depth, this.#run, this.#unchecked];
    e.depth = js`depth`;
    this.#run = 0;
    this.#unchecked = false;
    const body = e.body(() => {
      e.add(frame, js`if (depth > ${limits.valueDepthMax}) throw ${this.fault};`);
      emit();
    });
    e.depth = depth;
    this.#run = run;
    this.#unchecked = unchecked;
    return wrap(body);
  }

  /** Emits the reading of a value at `p` into locals of the function, and answers how they are held. `null` at first is `absent`. */
  decode(schema: AvroSchema, absent: boolean): Operand {
    const e = this.#e;
    const isNull = absent ? e.local('isNull', always) : never;
    const present = (): void => {
      if (absent) e.add(js`${isNull} = false;`);
    };
    if (schema.kind !== 'union') {
      present();
      return this.#decodeValue(schema, isNull);
    }
    const view = viewUnion(schema);
    if (view.kind === 'nullable') {
      const flag = absent ? isNull : e.local('isNull', always);
      let operand: Operand | undefined;
      const start = isWhole(view.value) ? e.local('at', js`0`) : undefined;
      if (start !== undefined) {
        this.settle();
        e.add(js`${start} = p;`);
      }
      this.union(schema.branches, (branch, i) => {
        if (i === view.nullIndex) return;
        e.add(js`${flag} = false;`);
        if (start === undefined) operand = this.#decodeValue(branch, flag);
        else this.skip(branch);
      });
      return operand ?? { as: 'place', null: flag, at: start!, schema };
    }
    const flag = absent || view.nullIndex !== undefined ? (absent ? isNull : e.local('isNull', always)) : never;
    const at = e.local('at', js`0`);
    this.settle();
    e.add(js`${at} = p;`);
    this.union(schema.branches, (branch, i) => {
      if (flag !== never && i !== view.nullIndex) e.add(js`${flag} = false;`);
      this.skip(branch);
    });
    return { as: 'place', null: flag, at, schema };
  }

  #decodeValue(schema: AvroSchema, isNull: Code): Operand {
    const e = this.#e;
    this.settle();
    this.#unchecked = true;
    switch (schema.kind) {
      case 'boolean': {
        const value = e.local('flag', js`0`);
        e.add(js`${value} = src[p++]; if (${value} > 1) bad = 1;`);
        return { as: 'boolean', null: isNull, value: js`(${value} === 1)` };
      }
      case 'int':
      case 'long': {
        const value = e.local(schema.kind, js`0`);
        this.varint(value, schema.kind);
        return { as: schema.kind, null: isNull, value };
      }
      case 'enum': {
        const index = e.local('symbol', js`0`);
        this.varint(index, 'int');
        e.add(js`if (${index} >>> 0 >= ${schema.symbols.length}) throw ${this.fault};`);
        return { as: 'enum', null: isNull, index, symbols: schema.symbols };
      }
      case 'float':
      case 'double': {
        const value = e.local(schema.kind, js`0.5`);
        e.add(
          schema.kind === 'float'
            ? js`${value} = ${e.bind(readFloat, 'readFloat')}(src, p); p += 4;`
            : js`${value} = ${e.bind(readDouble, 'readDouble')}(src, p); p += 8;`,
        );
        return { as: 'double', null: isNull, value };
      }
      case 'string':
      case 'bytes':
      case 'fixed': {
        const [start, end] = [e.local('start', js`0`), e.local('end', js`0`)];
        if (schema.kind === 'fixed') e.add(js`${start} = p; p += ${schema.size}; ${end} = p;`);
        else {
          this.length();
          e.add(js`bad |= l; ${start} = p; p += l >>> 1; ${end} = p;`);
        }
        return { as: 'slice', null: isNull, start, end };
      }
      default: {
        const at = e.local('at', js`0`);
        e.add(js`${at} = p;`);
        this.skip(schema);
        return { as: 'place', null: schema.kind === 'null' ? always : isNull, at, schema };
      }
    }
  }

  /** Reads an int or a long at `p` into a local: up to three bytes inline. */
  varint(into: Code, kind: 'int' | 'long'): void {
    this.settle();
    this.#unchecked = true;
    const read = kind === 'int' ? this.#e.bind(readInt, 'readInt') : this.#e.bind(readLong, 'readLong');
    this.#e.add(js`b = src[p++];
if (b > 127 && (b = (b & 127) | (src[p++] << 7)) > 16383 && (b = (b & 16383) | (src[p++] << 14)) > 2097151) { ${into} = ${read}(src, p - 3, end); p = ${this.#wire}.at; }
else ${into} = (b >>> 1) ^ -(b & 1);`);
  }
}

/** Types that expressions don't look into: only their place is kept. */
const isWhole = (schema: AvroSchema): boolean => ['array', 'map', 'record', 'union', 'null'].includes(schema.kind);
