/**
 * Finds what is wrong with a body that a kernel refused: walks it by its schema with every check spelled out, and names
 * the field and the byte. Slow and careful; runs only once a record is known to be bad, so that the generated code needs
 * one cheap check for many reads.
 */
import { limits } from '../../contracts/limits.ts';
import type { OutOfDomain } from './domain.ts';
import type { AvroSchema } from './schema.ts';

class Found extends Error {}
class Reached extends Error {}

/** The first thing wrong with `src[start, end)`, such as `source_ip at byte 12: …`, and whether framing may be why. */
export function diagnose(schema: AvroSchema, src: Uint8Array, start: number, end: number): string {
  return `${wrongWith(schema, src, start, end)}${framing(schema, src, start, end)}`;
}

/** Bytes of Confluent's framing: 00 and the schema's id, big-endian. */
const framingBytes = 5;

/** A body that Confluent's serializers wrote begins with 00; so may one that is bare. */
function framing(schema: AvroSchema, src: Uint8Array, start: number, end: number): string {
  if (end - start < framingBytes || src[start] !== 0) return '';
  const id = new DataView(src.buffer, src.byteOffset + start + 1).getUint32(0);
  const form = `Confluent's framing (00, then here the schema id ${id})`;
  return fits(schema, src, start + framingBytes, end)
    ? `; it begins with ${form}, and what follows fits the schema: this stream is read as bodies without framing`
    : `; it begins with 00, as ${form} does: this stream is read as bodies without framing`;
}

function fits(schema: AvroSchema, src: Uint8Array, start: number, end: number): boolean {
  const walk = new Walk(src, start, end);
  try {
    walk.value(schema, '', 0);
    return walk.at === end;
  } catch (found) {
    if (found instanceof Found) return false;
    throw found;
  }
}

function wrongWith(schema: AvroSchema, src: Uint8Array, start: number, end: number): string {
  const walk = new Walk(src, start, end);
  try {
    walk.value(schema, '', 0);
  } catch (found) {
    if (found instanceof Found) return found.message;
    throw found;
  }
  if (walk.at < end) return `the value ends at byte ${walk.at - start}, but the body has ${end - start} bytes`;
  return 'the body does not fit its schema';
}

/** Where in `src[start, end)` a value ends at `at` that its logical type doesn't have: `t at byte 12: …`; before that, whatever is wrong earlier. */
export function diagnoseDomain(
  schema: AvroSchema,
  src: Uint8Array,
  [start, end]: readonly [number, number],
  { at, message }: OutOfDomain,
): string {
  const walk = new Walk(src, start, end, at);
  try {
    walk.value(schema, '', 0);
  } catch (found) {
    if (found instanceof Found) return diagnose(schema, src, start, end);
    if (found instanceof Reached) return `${found.message}: ${message}${framing(schema, src, start, end)}`;
    throw found;
  }
  return message;
}

class Walk {
  readonly #src: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  /** The end of the value that is looked for. */
  readonly #until: number;
  #empty = 0;
  at: number;
  constructor(src: Uint8Array, start: number, end: number, until = Number.POSITIVE_INFINITY) {
    this.#until = until;
    this.#src = src;
    this.#start = start;
    this.#end = end;
    this.at = start;
  }

  value(schema: AvroSchema, path: string, depth: number): void {
    const from = this.at;
    this.#value(schema, path, depth);
    if (this.at >= this.#until) throw new Reached(`${path === '' ? 'the value' : path} at byte ${from - this.#start}`);
  }

  #value(schema: AvroSchema, path: string, depth: number): void {
    if (depth > limits.valueDepthMax) this.#wrong(path, `values nested deeper than ${limits.valueDepthMax}`);
    switch (schema.kind) {
      case 'null':
        return;
      case 'boolean': {
        this.#skip(path, 1);
        const byte = this.#src[this.at - 1];
        if (byte !== 0 && byte !== 1) this.#wrong(path, `${byte} is not a boolean`);
        return;
      }
      case 'int': {
        const n = this.#varint(path);
        if (BigInt.asIntN(32, n) !== n) this.#wrong(path, `${n} is beyond an int's 32 bits`);
        return;
      }
      case 'long':
        this.#varint(path);
        return;
      case 'float':
        this.#skip(path, 4);
        return;
      case 'double':
        this.#skip(path, 8);
        return;
      case 'fixed':
        this.#skip(path, schema.size);
        return;
      case 'bytes':
      case 'string':
        this.#skip(path, Number(this.#varint(path)));
        return;
      case 'enum': {
        const n = this.#varint(path);
        if (n < 0n || n >= schema.symbols.length)
          this.#wrong(path, `${n} is not one of ${schema.symbols.length} symbols`);
        return;
      }
      case 'union': {
        const n = this.#varint(path);
        const branch = n < 0n ? undefined : schema.branches[Number(n)];
        if (branch === undefined) this.#wrong(path, `${n} is not one of ${schema.branches.length} branches`);
        this.value(branch, path, depth + 1);
        return;
      }
      case 'record':
        for (const field of schema.fields)
          this.value(field.schema, path === '' ? field.name : `${path}.${field.name}`, depth + 1);
        return;
      case 'array':
        this.#blocks(path, () => this.value(schema.items, `${path}[]`, depth + 1));
        return;
      case 'map':
        this.#blocks(path, () => {
          this.#skip(`${path}{}`, Number(this.#varint(`${path}{}`)));
          this.value(schema.values, `${path}{}`, depth + 1);
        });
        return;
    }
  }

  #blocks(path: string, item: () => void): void {
    for (;;) {
      let count = this.#varint(path);
      if (count === 0n) return;
      if (count < 0n) {
        count = -count;
        const size = this.#varint(path);
        if (size < 0n || size > BigInt(this.#end - this.at))
          this.#wrong(path, `a block of ${size} bytes does not fit the body`);
      }
      for (; count > 0n; count--) {
        const before = this.at;
        item();
        if (this.at === before && ++this.#empty > limits.emptyItemsMax)
          this.#wrong(path, `more than ${limits.emptyItemsMax} items without a byte`);
      }
    }
  }

  #skip(path: string, bytes: number): void {
    if (bytes < 0) this.#wrong(path, `a length of ${bytes}`);
    if (bytes > this.#end - this.at)
      this.#wrong(path, `${bytes} bytes wanted, but the body ends after ${this.#end - this.at} more`);
    this.at += bytes;
  }

  #varint(path: string): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.at >= this.#end) this.#wrong(path, 'the body ends inside a number');
      const byte = this.#src[this.at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        if (value > 0xffff_ffff_ffff_ffffn) this.#wrong(path, 'a number beyond 64 bits');
        return (value >> 1n) ^ -(value & 1n);
      }
    }
    return this.#wrong(path, 'a number of more than 10 bytes');
  }

  #wrong(path: string, what: string): never {
    throw new Found(`${path === '' ? 'the value' : path} at byte ${this.at - this.#start}: ${what}`);
  }
}
