/** Avro object container files ("Object Container Files" in the specification): header and blocks, codecs null, deflate, snappy and zstandard. */

import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { at } from '../../contracts/by-name.ts';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { decompress } from '../kafka/codec.ts';
import type { ByteFlow } from './bytes.ts';

/** The four bytes that begin every container file. */
export const magic = Buffer.from('Obj\u0001', 'latin1');

const codecs: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  null: (bytes) => bytes,
  deflate: (bytes) => inflateRawSync(bytes, { maxOutputLength: limits.fileBlockBytesMax }),
  snappy: unsnap,
  zstandard: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: limits.fileBlockBytesMax }),
};

/** A snappy block and, behind it, the CRC-32 of what it holds. Its first varint says how large that is. */
function unsnap(bytes: Buffer): Buffer {
  const end = bytes.length - 4;
  if (end < 1) throw new Error('too short for snappy');
  let [size, at] = [0, 0];
  for (let more = true; more && at < 5; at++) {
    more = bytes[at]! > 127;
    size += (bytes[at]! & 127) * 128 ** at;
  }
  if (size > limits.fileBlockBytesMax) throw new Error(`it says that it holds ${size} bytes`);
  const content = decompress('snappy', bytes.subarray(0, end));
  if (crc32(content) !== bytes.readUInt32BE(end)) throw new Error('its checksum is wrong');
  return content;
}

export interface Block {
  /** Records in it, one directly after the other. */
  readonly count: number;
  readonly bytes: Buffer;
}

export interface Container {
  /** Writer schema as Avro JSON text. */
  readonly schema: string;
  readonly blocks: () => AsyncGenerator<Block>;
}

const broken = (what: string): MillraceError =>
  new MillraceError(failure('bad_record', `The Avro container file is broken: ${what}.`, { stage: 'decode' }));

export async function openContainer(flow: ByteFlow): Promise<Container> {
  await flow.take(magic.length);
  const meta = await metadata(flow);
  const sync = await flow.take(16);
  if (sync === undefined) throw broken('it ends inside its header');
  const marker = Buffer.from(sync);
  const schema = meta.get('avro.schema')?.toString();
  if (schema === undefined) throw broken('its header has no avro.schema');
  const name = meta.get('avro.codec')?.toString() ?? 'null';
  const codec = at(codecs, name);
  if (codec === undefined)
    throw broken(`its codec is ${JSON.stringify(name)}; known are ${Object.keys(codecs).join(', ')}`);
  return { schema, blocks: () => blocks(flow, codec, marker) };
}

async function metadata(flow: ByteFlow): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const bytes = async (): Promise<Buffer> => {
    const length = await flow.long();
    const taken = length !== undefined && fits(length) ? await flow.take(length) : undefined;
    if (taken === undefined) throw broken('its header makes no sense');
    return Buffer.from(taken);
  };
  for (;;) {
    let count = await flow.long();
    if (count === undefined || Math.abs(count) > 10_000) throw broken('its header makes no sense');
    if (count === 0) return found;
    if (count < 0) {
      count = -count;
      await flow.long();
    }
    for (; count > 0; count--) {
      const key = (await bytes()).toString();
      found.set(key, await bytes());
    }
  }
}

const fits = (length: number): boolean => length >= 0 && length <= limits.fileBlockBytesMax;

async function* blocks(flow: ByteFlow, codec: (bytes: Buffer) => Buffer, marker: Buffer): AsyncGenerator<Block> {
  for (let n = 0; ; n++) {
    if ((await flow.peek(1)).length === 0) return;
    const count = await flow.long();
    const size = await flow.long();
    if (count === undefined || count < 0 || size === undefined || !fits(size))
      throw broken(`block ${n} makes no sense, or is larger than ${limits.fileBlockBytesMax} bytes`);
    const packed = await flow.take(size);
    const own = packed === undefined ? undefined : Buffer.from(packed);
    const end = await flow.take(16);
    if (own === undefined || end === undefined) throw broken(`it ends inside block ${n}`);
    if (!marker.equals(end)) throw broken(`block ${n} does not end with the file's marker`);
    let bytes: Buffer;
    try {
      bytes = codec(own);
    } catch (cause) {
      throw broken(`block ${n} can't be decompressed (${(cause as Error).message})`);
    }
    yield { count, bytes };
  }
}
