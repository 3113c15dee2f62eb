/**
 * The codecs of record batches: packing, off the thread, and unpacking as a whole, on it, for those who read little. Tasks
 * unpack piece by piece (unpack/). Whatever a batch says, it is bounded by limits.batchBytesMax before memory is taken.
 */
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { constants, gunzipSync, gzip, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { limits } from '../../contracts/limits.ts';
import { unpackBlocks } from './unpack/unpack.ts';

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof codecs)[number];

/** Bytes that zlib unpacks at a time: by 16 KB, its default, gathering the pieces costs a third of the whole. */
const chunkBytesMax = 1024 * 1024;
const chunkBytesMin = 16 * 1024;

/** Throws where the codec is unknown. */
export function codecOf(attributes: number): Codec {
  const codec = codecs[attributes & 7];
  if (codec === undefined) throw new Error(`the compression codec ${attributes & 7} is unknown`);
  return codec;
}

/** Throws where the data is damaged or is larger than limits.batchBytesMax once unpacked. */
export function decompress(codec: Codec, data: Buffer): Buffer {
  const chunkSize = Math.min(chunkBytesMax, Math.max(chunkBytesMin, 4 * data.length));
  const options = { maxOutputLength: limits.batchBytesMax, chunkSize };
  switch (codec) {
    case 'none':
      return data;
    case 'gzip':
      return gunzipSync(data, options);
    case 'zstd':
      return zstdDecompressSync(data, options);
    case 'snappy':
    case 'lz4':
      return unpackBlocks(codec, data);
  }
}

const zstd = promisify(zstdCompress);
const gzipped = promisify(gzip);
/** Fast levels: the bytes of a batch are written once and its readers wait for them. */
const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const gzipOptions = { level: 1 };

/** Loaded when they are first needed: most hosts pack with one codec. */
const require = createRequire(import.meta.url);
const native = {
  lz4: () => require('lz4-napi') as typeof import('lz4-napi'),
  snappy: () => require('snappy') as typeof import('snappy'),
};

/** Packs off the thread. `data` must stay as it is meanwhile. */
export async function compress(codec: Exclude<Codec, 'none'>, data: Buffer): Promise<Buffer> {
  switch (codec) {
    case 'zstd':
      return zstd(data, zstdOptions);
    case 'gzip':
      return gzipped(data, gzipOptions);
    case 'lz4':
      return native.lz4().compressFrame(data);
    case 'snappy':
      return native.snappy().compress(data);
  }
}
