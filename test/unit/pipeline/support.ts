/** What the compiler's tests share: running one body, and Avro schemas and values made at random. */
import avsc from 'avsc';
import fc from 'fast-check';
import type { FormatSpec } from '../../../src/contracts/format.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import type { Kernel } from '../../../src/pipeline/ports.ts';
import { numbered } from '../../../src/pipeline/query/source-record.ts';
import { Rows } from '../../../src/pipeline/rows.ts';

const rows = new Rows();
const noRecord = numbered();

/** Calls a kernel as a file's reader does: without a topic, a key or headers. */
export function callKernel(kernel: Kernel, src: Buffer, start: number, end: number, dst: Buffer, at: number): number {
  rows.reset();
  return kernel.run(src, start, end, dst, at, rows, noRecord);
}

/** The values of the rows that a body becomes, as bytes; null for a tombstone. */
export function bytesOf(kernel: Kernel, body: Buffer): (Buffer | null)[] {
  let dst = Buffer.alloc(256);
  let end = callKernel(kernel, body, 0, body.length, dst, 0);
  while (end > dst.length) {
    dst = Buffer.alloc(end);
    end = callKernel(kernel, body, 0, body.length, dst, 0);
  }
  if (end < 0) return [];
  if (kernel.shape === 'value') return [dst.subarray(0, end)];
  const { key, headers } = kernel.parts;
  const width = 2 * (headers.length + (key ? 2 : 1));
  return Array.from({ length: rows.count }, (_, row) => {
    const at = row * width + (key ? 2 : 0);
    return rows.places[at]! < 0 ? null : Buffer.from(dst.subarray(rows.places[at], rows.places[at + 1]));
  });
}

/** The rows that a body becomes, as text. */
export const rowsOf = (kernel: Kernel, body: Buffer): (string | undefined)[] =>
  bytesOf(kernel, body).map((b) => b?.toString());

/** The row that a body becomes, or undefined where it is rejected. */
export const runOnce = (kernel: Kernel, body: Buffer): string | undefined => rowsOf(kernel, body)[0];

export const kernelOf = (sql: string, schema: string, format: FormatSpec = 'json'): Kernel =>
  compileQuery({ sql, streams: { t: schema }, format }).kernel('t', schema);

/** The JSON that avsc's value should become: bytes as base64, unwrapped unions, doubles that JSON can't say as null. */
export function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

type Schema = string | Record<string, unknown> | Schema[];

/** A random Avro record schema; names are unique within it. */
export const schemas: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 40 })
  .map((choices) => {
    let at = 0;
    let names = 0;
    const next = (bound: number): number => choices[at++ % choices.length]! % bound;
    const make = (depth: number): Schema => {
      switch (depth > 3 ? next(8) : next(15)) {
        case 0:
          return 'string';
        case 1:
          return 'long';
        case 2:
          return 'int';
        case 3:
          return 'boolean';
        case 4:
          return 'double';
        case 5:
          return 'bytes';
        case 6:
          return 'float';
        case 7:
          return 'null';
        case 8:
          return { type: 'array', items: make(depth + 1) };
        case 9:
          return { type: 'map', values: make(depth + 1) };
        case 10:
          return { type: 'enum', name: `E${names++}`, symbols: ['A', 'B', 'C'] };
        case 11:
          return { type: 'fixed', name: `F${names++}`, size: next(20) + 1 };
        case 12:
          return ['null', next(2) === 0 ? 'string' : 'long'];
        case 13:
          return ['int', 'null', 'string', { type: 'array', items: 'double' }];
        default:
          return record(depth + 1);
      }
    };
    const record = (depth: number): Schema => ({
      type: 'record',
      name: `R${names++}`,
      fields: Array.from({ length: 1 + next(6) }, (_, i) => ({ name: `f${i}`, type: make(depth) })),
    });
    return JSON.stringify(record(0));
  })
  // A larger one is refused, whatever it says.
  .filter((schema) => schema.length <= limits.schemaBytesMax);

/** avsc's type, with values of unions unwrapped where that can be read back. */
export const typeOf = (schema: string): avsc.Type =>
  avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { wrapUnions: false });
