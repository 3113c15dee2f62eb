/** Decompression and compression of a record batch's records, bounded: a hostile batch must not exhaust the memory. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { limits } from '../../contracts/limits.ts';
import { library } from './library.ts';

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof codecs)[number];

/** Throws where the data is damaged or is larger than limits.batchBytesMax once decompressed. */
export function decompress(codec: number, data: Buffer): Buffer {
  const maxOutputLength = limits.batchBytesMax;
  switch (codecs[codec]) {
    case 'none':
      return data;
    case 'gzip':
      return gunzipSync(data, { maxOutputLength });
    case 'zstd':
      return zstdDecompressSync(data, { maxOutputLength });
    case 'snappy':
      return library().compressionsAlgorithms.snappy.decompressSync(data);
    case 'lz4':
      return library().compressionsAlgorithms.lz4.decompressSync(data);
    default:
      throw new Error(`the compression codec ${codec} is unknown`);
  }
}

export function compress(codec: Codec, data: Buffer): Buffer {
  return codec === 'none' ? data : library().compressionsAlgorithms[codec].compressSync(data);
}
