/**
 * What becomes of a full output batch: its records are packed, off the thread, as soon as it is full; its header is written
 * when it is sent, because the producer's epoch changes with every transaction (KIP-890).
 */
import type { ProducerIdentity } from '../../contracts/task.ts';
import type { OpenBatch } from './batch-builder.ts';
import { type Codec, codecs, compress } from './codec.ts';
import { crc32c } from './crc32c.ts';
import { LOG_OVERHEAD, layout } from './record-batch.ts';

/** Records of a batch as they are sent, where they are packed. */
export interface Packed {
  readonly codec: Codec;
  readonly bytes: Buffer;
}

/** Begins to pack a full batch, whose bytes stay as they are meanwhile. */
export function packBatch(batch: OpenBatch, codec: Codec): OpenBatch {
  if (codec === 'none') return batch;
  const packed = pack(codec, batch.buf.subarray(layout.records, batch.length));
  // Who sends it is told; one that is dropped nobody asks for.
  packed.catch(() => {});
  return { ...batch, packed };
}

/** Null where that would make it larger: a record may fill what its topic takes. */
async function pack(codec: Exclude<Codec, 'none'>, records: Buffer): Promise<Packed | null> {
  const bytes = await compress(codec, records);
  return bytes.length < records.length ? { codec, bytes } : null;
}

/** Writes the header in place and returns the finished bytes (a view of the batch's buffer, unless it is packed). */
export function finishBatch(
  batch: OpenBatch,
  producer: ProducerIdentity,
  sequence: number,
  transactional: boolean,
  packed: Packed | null = null,
): Buffer {
  let bytes = batch.buf.subarray(0, batch.length);
  if (packed !== null) bytes = Buffer.concat([bytes.subarray(0, layout.records), packed.bytes]);
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - LOG_OVERHEAD, layout.batchLength);
  bytes.writeInt32BE(-1, 12);
  bytes[layout.magic] = 2;
  bytes.writeInt16BE(codecs.indexOf(packed?.codec ?? 'none') | (transactional ? 0x10 : 0), layout.attributes);
  bytes.writeInt32BE(batch.records - 1, layout.lastOffsetDelta);
  bytes.writeBigInt64BE(BigInt(batch.baseTimestamp), layout.baseTimestamp);
  bytes.writeBigInt64BE(BigInt(batch.maxTimestamp), layout.maxTimestamp);
  bytes.writeBigInt64BE(BigInt(producer.producerId), layout.producerId);
  bytes.writeInt16BE(producer.producerEpoch, layout.producerEpoch);
  bytes.writeInt32BE(sequence, layout.baseSequence);
  bytes.writeInt32BE(batch.records, layout.recordCount);
  bytes.writeUInt32BE(crc32c(bytes.subarray(layout.attributes)), layout.crc);
  return bytes;
}
