/**
 * CRC32C (Castagnoli), the checksum of record batches. Every byte that comes in or goes out passes through it, so the
 * native implementation is taken straight where it is installed: the library's own wrapper copies its input first.
 */
import { createRequire } from 'node:module';
import { library } from './library.ts';

type Crc32c = (data: Buffer) => number;

function load(): Crc32c {
  try {
    return (createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: Crc32c }).crc32c;
  } catch {
    return library().crc32c as unknown as Crc32c;
  }
}

export const crc32c: Crc32c = load();
