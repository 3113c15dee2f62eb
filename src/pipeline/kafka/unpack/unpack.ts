/** Unpacks the records of a batch, by its codec: piece by piece, or as a whole. */
import type { Codec } from '../codec.ts';
import { BlockUnpacking } from './block-unpacking.ts';
import { lz4Blocks, snappyBlocks } from './blocks-of.ts';
import type { Unpacking } from './unpacking.ts';
import { ZlibUnpacking } from './zlib-unpacking.ts';

/** Begins. `data` must stay as it is until it is closed. Throws where the data can't be what the codec makes. */
export function unpack(codec: Exclude<Codec, 'none'>, data: Buffer): Unpacking {
  switch (codec) {
    case 'lz4':
      return new BlockUnpacking(data, lz4Blocks(data));
    case 'snappy':
      return new BlockUnpacking(data, snappyBlocks(data));
    case 'gzip':
    case 'zstd':
      return new ZlibUnpacking(codec, data);
  }
}

/** LZ4 and Snappy: everything at once, on the thread. Throws likewise, and where the data is damaged or too large. */
export function unpackBlocks(codec: 'lz4' | 'snappy', data: Buffer): Buffer {
  const unpacking = new BlockUnpacking(data, codec === 'lz4' ? lz4Blocks(data) : snappyBlocks(data));
  const { window } = unpacking;
  try {
    while (unpacking.pull(window.floor) === 'some');
    return Buffer.from(window.buf.subarray(window.floor, window.end));
  } finally {
    unpacking.close();
  }
}
