/**
 * Teaches kafkajs to unpack what it has no codec of its own for, as its users do by plug-ins: LZ4, Snappy and Zstandard. It only
 * reads here. Importing this file does it.
 */
import { zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import lz4 from 'lz4-napi';
import snappy from 'snappy';

const plugin = (unpack: (packed: Buffer) => Buffer | string) => () => ({
  compress: () => Promise.reject(new Error('reads only')),
  decompress: async (packed: Buffer) => unpack(packed),
});
const codecs: Record<number, unknown> = kafkajs.CompressionCodecs;
const { CompressionTypes } = kafkajs;
codecs[CompressionTypes.LZ4] = plugin((packed) => lz4.decompressFrameSync(packed));
codecs[CompressionTypes.Snappy] = plugin((packed) => snappy.uncompressSync(packed, { asBuffer: true }));
codecs[CompressionTypes.ZSTD] = plugin((packed) => zstdDecompressSync(packed));
