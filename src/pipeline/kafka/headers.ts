/** Headers of records as bytes, in Kafka's format: encoded once, then copied. */
import { writePart } from './parts.ts';

export type RecordHeader = readonly [name: Buffer, value: Buffer | null];

export interface EncodedHeaders {
  readonly count: number;
  readonly bytes: Buffer;
}

export const noHeaders: EncodedHeaders = { count: 0, bytes: Buffer.alloc(0) };

export function encodeHeaders(headers: readonly RecordHeader[]): EncodedHeaders {
  if (headers.length === 0) return noHeaders;
  const bytes = Buffer.alloc(headers.reduce((sum, [name, value]) => sum + name.length + (value?.length ?? 0) + 10, 0));
  let p = 0;
  for (const [name, value] of headers) {
    p = writePart(bytes, p, name, 0, name.length);
    p = writePart(bytes, p, value ?? name, value === null ? -1 : 0, value?.length ?? 0);
  }
  return { count: headers.length, bytes: bytes.subarray(0, p) };
}
