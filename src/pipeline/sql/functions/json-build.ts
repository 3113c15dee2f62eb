/**
 * Makes JSON text of values, by their SQL types, as the output format json does: 64-bit integers and decimals with all
 * their digits, bytes in base64, dates and times in ISO 8601.
 */
import type { JsonFormat } from '../../formats/json/scalar.ts';
import { valueWriter } from '../../formats/json/value.ts';
import type { SqlType } from '../types.ts';
import type { Value } from '../values.ts';
import { checkLength } from './fail.ts';
import { jsonType } from './results.ts';

const format: JsonFormat = { kind: 'json', bigint: 'number', decimal: 'number', temporal: 'iso' };

/** What values are written to; it grows, and is only read right after. */
let scratch = Buffer.allocUnsafe(4096);

/** NULL is `null`. */
export type ToJson = (v: Value | null) => string;

/** Made once per call in a query. A text that would be too long is an error of the record. */
export function toJson(type: SqlType): ToJson {
  if (type === jsonType) return (v) => (v === null ? 'null' : (v as string));
  const write = valueWriter(type, format);
  return (v) => {
    let end = write(scratch, 0, v);
    if (end > scratch.length) {
      checkLength(end, 'making JSON');
      scratch = Buffer.allocUnsafe(2 * end);
      end = write(scratch, 0, v);
    }
    return scratch.toString('utf8', 0, end);
  };
}
