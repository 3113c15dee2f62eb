/**
 * Emits code that skips or reads Avro values at `p`, in the frame that kernel.ts makes (src, p, end, bad, b, l). A read
 * past `end` isn't prevented byte by byte: {@link AvroReader.check} finds it (p only grows), before anything that was
 * read has an effect. What is read goes where landing.ts says; which values are wanted is walk.ts's.
 */
import { limits } from '../../contracts/limits.ts';
import { fixedSize, minSize } from '../avro/measure.ts';
import type { Reading } from '../avro/resolve.ts';
import type { AvroArray, AvroMap, AvroRecord, AvroSchema } from '../avro/schema.ts';
import { type Code, joined, js } from './code.ts';
import { decodeInto } from './decode.ts';
import type { Emitter } from './emitter.ts';
import { landingFor } from './landing.ts';
import type { Operand } from './operand.ts';
import { fault, readCount, readDoubled, readInt, readLong, skipLong, skipVarint, wire } from './wire.ts';

/** The locals that every function with a cursor has. */
export const frame = js`let b = 0, l = 0, bad = 0;`;

export class AvroReader {
  readonly emitter: Emitter;
  readonly #shared: ReadonlySet<AvroRecord>;
  readonly #skippers = new Map<AvroRecord, Code>();
  /** Bytes of constant size that are to be skipped and not yet emitted. */
  #run = 0;
  #unchecked = false;
  /** The local that says where `p` is now. */
  #here: Code | undefined;
  constructor(emitter: Emitter, shared: ReadonlySet<AvroRecord>) {
    this.emitter = emitter;
    this.#shared = shared;
  }

  isShared(record: AvroRecord): boolean {
    return this.#shared.has(record);
  }

  get wire(): Code {
    return this.emitter.bind(wire, 'wire');
  }
  get fault(): Code {
    return this.emitter.bind(fault, 'fault');
  }

  /** Emits the skip of fixed bytes that was put off; every read of `p` stands after it. */
  settle(): void {
    if (this.#run > 0) this.emitter.add(js`p += ${this.#run};`);
    this.#run = 0;
  }

  /** Emits the test that everything read since the last one lay inside the body and made sense. */
  check(): void {
    this.settle();
    if (this.#unchecked) this.emitter.add(js`if (p > end || (bad & 1) !== 0) throw ${this.fault};`);
    this.#unchecked = false;
  }

  /** Emits the test that the body ends here, too. */
  checkEnd(): void {
    this.settle();
    this.emitter.add(js`if (p !== end || (bad & 1) !== 0) throw ${this.fault};`);
    this.#unchecked = false;
  }

  /** Says that code was emitted elsewhere, or comes next, which moves `p`. */
  moved(): void {
    this.settle();
    this.#unchecked = true;
    this.#here = undefined;
  }

  /** A local that holds `p` as it is now, and -1 where the code that is emitted now doesn't run. Neighbours share one. */
  position(): Code {
    this.settle();
    if (this.#here === undefined) {
      this.#here = this.emitter.local('at', js`${-1}`);
      this.emitter.add(js`${this.#here} = p;`);
    }
    return this.#here;
  }

  /** Emits reading at another place, checked there; `p` stays where it is. */
  elsewhere(at: Code, emit: () => void): void {
    this.settle();
    const [unchecked, here] = [this.#unchecked, this.#here];
    this.#unchecked = false;
    this.#here = undefined;
    const inside = this.emitter.capture(() => {
      emit();
      this.check();
    });
    this.#unchecked = unchecked;
    this.#here = here;
    this.emitter.add(js`{
let p = ${at};
${inside}
}`);
  }

  skip(schema: AvroSchema): void {
    const size = fixedSize(schema);
    this.#unchecked = true;
    if (size === 0) return;
    this.#here = undefined;
    if (size !== undefined) {
      this.#run += size;
      return;
    }
    const e = this.emitter;
    switch (schema.kind) {
      case 'int':
      case 'long':
      case 'enum':
        this.#skipVarint(usualBytes(schema));
        return;
      case 'string':
      case 'bytes':
        this.settle();
        e.add(js`l = src[p++];
if (l > 127) p = ${e.bind(skipLong, 'skipLong')}(src, p - 1, end);
else { bad |= l; p += l >>> 1; }`);
        return;
      case 'union':
        this.union(schema.branches, (branch) => this.skip(branch));
        return;
      case 'array':
        this.blocks(schema, true, () => this.skip(schema.items));
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

  /** `inline`: how many bytes are read one by one before a function is called for the rest. */
  #skipVarint(inline: number): void {
    this.settle();
    const more = Array.from({ length: inline }, () => js`src[p++] > 127`);
    const skip = this.emitter.bind(skipVarint, 'skipVarint');
    this.emitter.add(js`if (${joined(more, 'and')}) p = ${skip}(src, p, end, ${inline});`);
  }

  /** Reads a length or an index at `p` into `l`, doubled as on the wire; an odd one (negative) is left for `bad`. */
  length(): void {
    this.moved();
    this.emitter.add(js`l = src[p++];
if (l > 127) { l = (l & 127) | (src[p++] << 7); if (l > 16383) { l = ${this.emitter.bind(readDoubled, 'readDoubled')}(src, p - 2, end); p = ${this.wire}.at; } }`);
  }

  /** Reads a union's index and does `each` for the branch that is there. */
  union(branches: readonly AvroSchema[], each: (branch: AvroSchema, index: number) => void): void {
    this.length();
    const e = this.emitter;
    const cases = branches.map((branch, i) => {
      const inside = e.capture(() => {
        this.#here = undefined;
        each(branch, i);
        this.settle();
      });
      return js`if (l === ${2 * i}) {
${inside}
} else `;
    });
    const chain = cases.reduce((before, one) => js`${before}${one}`, js``);
    e.add(js`${chain}throw ${this.fault};`);
    this.moved();
  }

  /** Walks the blocks of an array or map. `whole`: a block that tells its bytes is stepped over. */
  blocks(list: AvroArray | AvroMap, whole: boolean, each: () => void): void {
    this.moved();
    const e = this.emitter;
    const count = e.fresh('count');
    const inside = e.capture(() => {
      each();
      this.moved();
      this.check();
    });
    const step = whole ? js`if (${this.wire}.size >= 0) { p += ${this.wire}.size; continue; }` : js``;
    e.add(js`for (;;) {
let ${count} = ${this.count(list)}; p = ${this.wire}.at;
if (${count} === 0) break;
${step}
for (; ${count} > 0; ${count}--) {
${inside}
}
}`);
    this.moved();
  }

  /** Code that reads a block's count at `p`. */
  count(list: AvroArray | AvroMap): Code {
    const least = list.kind === 'map' ? 1 + minSize(list.values) : minSize(list.items);
    return js`${this.emitter.bind(readCount, 'readCount')}(src, p, end, ${least})`;
  }

  /** A function beside the main one for a record that several places share. */
  #skipper(record: AvroRecord): Code {
    const known = this.#skippers.get(record);
    if (known !== undefined) return known;
    const e = this.emitter;
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
    const e = this.emitter;
    const [depth, run, unchecked, here] = [e.depth, this.#run, this.#unchecked, this.#here];
    e.depth = js`depth`;
    this.#run = 0;
    this.#unchecked = false;
    this.#here = undefined;
    const body = e.body(() => {
      e.add(frame, js`if (depth > ${limits.valueDepthMax}) throw ${this.fault};`);
      emit();
    });
    e.depth = depth;
    this.#run = run;
    this.#unchecked = unchecked;
    this.#here = here;
    return wrap(body);
  }

  /** Emits the reading of a value at `p` into locals of the function, and answers how they are held. `absent`: NULL where this code doesn't run. */
  decode(reading: Reading, absent: boolean): Operand {
    const landing = landingFor(this.emitter, reading, absent);
    decodeInto(this, landing, reading);
    return landing.operand;
  }

  /** Reads an int or a long at `p` into a local: up to three bytes inline. */
  varint(into: Code, kind: 'int' | 'long'): void {
    this.moved();
    const read = kind === 'int' ? this.emitter.bind(readInt, 'readInt') : this.emitter.bind(readLong, 'readLong');
    this.emitter.add(js`b = src[p++];
if (b > 127 && (b = (b & 127) | (src[p++] << 7)) > 16383 && (b = (b & 16383) | (src[p++] << 14)) > 2097151) { ${into} = ${read}(src, p - 3, end); p = ${this.wire}.at; }
else ${into} = (b >>> 1) ^ -(b & 1);`);
  }
}

/** How many bytes a varint of this schema usually takes at most: as many are read without a call. */
function usualBytes(schema: AvroSchema): number {
  switch ('logical' in schema ? schema.logical?.name : undefined) {
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      return 6;
    case 'timestamp-micros':
    case 'local-timestamp-micros':
      return 8;
    case 'timestamp-nanos':
    case 'local-timestamp-nanos':
      return 9;
    default:
      return schema.kind === 'enum' ? 1 : 3;
  }
}
