/** The header of an output batch: written when it is sent, because the producer's epoch changes with every transaction (KIP-890). */
import type { ProducerIdentity } from '../../contracts/task.ts';
import type { OpenBatch } from './batch-builder.ts';
import { type Codec, codecs, compress } from './codec.ts';
import { crc32c } from './crc32c.ts';
import { LOG_OVERHEAD, layout } from './record-batch.ts';

/** Writes the header in place and returns the finished bytes (a view of the batch's buffer, unless it is compressed). */
export function finishBatch(
  batch: OpenBatch,
  producer: ProducerIdentity,
  sequence: number,
  transactional: boolean,
  codec: Codec = 'none',
): Buffer {
  let bytes = batch.buf.subarray(0, batch.length);
  if (codec !== 'none') {
    const packed = compress(codec, bytes.subarray(layout.records));
    bytes = Buffer.concat([bytes.subarray(0, layout.records), packed]);
  }
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - LOG_OVERHEAD, layout.batchLength);
  bytes.writeInt32BE(-1, 12);
  bytes[layout.magic] = 2;
  bytes.writeInt16BE(codecs.indexOf(codec) | (transactional ? 0x10 : 0), layout.attributes);
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
