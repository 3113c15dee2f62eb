/**
 * The Kafka sink of one task: which output partition a record goes to, and the batches that are being filled. Input
 * partition p goes to output partition p mod n, with or without a key, so that the order within an input partition is
 * the order in the output; keys and timestamps are passed on unchanged. Owns the dead-letter topic's batches too.
 */
import type { RecordPosition, RecordStage } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { TaskIdentity } from '../../contracts/task.ts';
import { topicMaxMessageBytes } from '../kafka/api/topic-config.ts';
import { type BatchBounds, BatchBuilder, type OpenBatch, type RecordHeader } from '../kafka/batch-builder.ts';
import { BrokerError } from '../kafka/broker-error.ts';
import type { BufferPool } from '../kafka/buffer-pool.ts';
import type { Cluster } from '../kafka/cluster.ts';
import type { RecordCursor } from '../kafka/record-cursor.ts';

/** Kafka's own default of max.message.bytes, for topics whose configuration may not be read. */
const MESSAGE_BYTES_DEFAULT = 1_048_588;

/** What has to be known of a topic before it can be written. */
export interface SinkTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly bounds: BatchBounds;
}

/** Throws MillraceError topic_missing. */
export async function describeSinkTopic(cluster: Cluster, topic: string): Promise<SinkTopic> {
  const partitions = await cluster.partitions(topic);
  let topicBytes = MESSAGE_BYTES_DEFAULT;
  try {
    topicBytes = await (await cluster.any()).request(topicMaxMessageBytes(topic));
  } catch (e) {
    if (!(e instanceof BrokerError)) throw e;
  }
  return { topic, partitions, bounds: { topicBytes, batchBytes: Math.min(topicBytes, limits.produceBatchBytesMax) } };
}

export class KafkaSink {
  readonly #output: SinkTopic;
  readonly #deadLetter: SinkTopic | null;
  readonly #pool: BufferPool;
  readonly #onFull: (batch: OpenBatch) => void;
  readonly #builders = new Map<string, BatchBuilder>();

  constructor(output: SinkTopic, deadLetter: SinkTopic | null, pool: BufferPool, onFull: (batch: OpenBatch) => void) {
    this.#output = output;
    this.#deadLetter = deadLetter;
    this.#pool = pool;
    this.#onFull = onFull;
  }

  /** Where records of an input partition are written. */
  builder(inputPartition: number): BatchBuilder {
    return this.#builder(this.#output, inputPartition);
  }

  /** Bytes in batches that are not full yet. */
  get bytes(): number {
    let bytes = 0;
    for (const b of this.#builders.values()) bytes += b.bytes;
    return bytes;
  }

  /** Writes the record that the cursor stands at to the dead-letter topic, as it came, with what was wrong with it. */
  writeDeadLetter(
    task: TaskIdentity,
    cursor: RecordCursor,
    at: RecordPosition,
    stage: RecordStage,
    cause: string,
  ): void {
    const topic = this.#deadLetter;
    if (topic === null) return;
    const headers: RecordHeader[] = [];
    const { buf } = cursor;
    if (cursor.headerCount > 0) {
      cursor.eachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
        headers.push([buf.subarray(keyStart, keyEnd), valueStart < 0 ? null : buf.subarray(valueStart, valueEnd)]);
      });
    }
    const told: Readonly<Record<string, string>> = {
      'millrace.stage': stage,
      'millrace.cause': cause,
      'millrace.topic': at.topic,
      'millrace.partition': String(at.partition),
      'millrace.offset': at.offset,
      'millrace.job': `${task.tenant}/${task.job}`,
    };
    for (const [name, text] of Object.entries(told)) headers.push([Buffer.from(name), Buffer.from(text)]);
    const part = (start: number, end: number): Buffer | null => (start < 0 ? null : buf.subarray(start, end));
    const key = part(cursor.keyStart, cursor.keyEnd);
    const value = part(cursor.valueStart, cursor.valueEnd);
    this.#builder(topic, at.partition).append(cursor.timestamp, key, value, headers);
  }

  /** Hands on every batch begun. */
  flush(): void {
    for (const b of this.#builders.values()) b.flush();
  }
  /** Drops every batch begun. */
  clear(): void {
    for (const b of this.#builders.values()) b.clear();
  }

  #builder(topic: SinkTopic, inputPartition: number): BatchBuilder {
    const partition = inputPartition % topic.partitions;
    const key = `${topic.topic}/${partition}`;
    let builder = this.#builders.get(key);
    if (builder === undefined) {
      builder = new BatchBuilder(topic.topic, partition, topic.bounds, this.#pool, this.#onFull);
      this.#builders.set(key, builder);
    }
    return builder;
  }
}
