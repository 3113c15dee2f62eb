/** Decompression and compression of a record batch's records, bounded: a hostile batch must not exhaust the memory. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { limits } from '../../contracts/limits.ts';
import { library } from './library.ts';

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof codecs)[number];

/** Bytes that zlib decompresses at a time: by 16 KB, its default, gathering the pieces costs a third of the whole. */
const chunkBytesMax = 1024 * 1024;
const chunkBytesMin = 16 * 1024;

/** Throws where the data is damaged or is larger than limits.batchBytesMax once decompressed. */
export function decompress(codec: number, data: Buffer): Buffer {
  const chunkSize = Math.min(chunkBytesMax, Math.max(chunkBytesMin, 4 * data.length));
  const options = { maxOutputLength: limits.batchBytesMax, chunkSize };
  switch (codecs[codec]) {
    case 'none':
      return data;
    case 'gzip':
      return gunzipSync(data, options);
    case 'zstd':
      return zstdDecompressSync(data, options);
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
