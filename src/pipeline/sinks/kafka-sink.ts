/**
 * The Kafka sink of one task: which output partition a record goes to, and the batches that are being filled. Partitioned
 * by source, input partition p goes to output partition p mod n, so that the order within an input partition is the order
 * in the output; by key, records of one key keep their order. Timestamps are passed on unchanged. Owns the dead-letter
 * topic's batches too.
 */
import { createHash } from 'node:crypto';
import { type Compression, compressionDefault } from '../../contracts/compression.ts';
import type { RecordPosition, RecordStage } from '../../contracts/failure.ts';
import { formatOf } from '../../contracts/format.ts';
import { limits } from '../../contracts/limits.ts';
import type { TaskPlan } from '../../contracts/plan.ts';
import type { TaskIdentity } from '../../contracts/task.ts';
import { type BatchBounds, BatchBuilder, type OpenBatch } from '../kafka/batch-builder.ts';
import { isTopicMissing } from '../kafka/broker-error.ts';
import type { BufferPool } from '../kafka/buffer-pool.ts';
import type { Cluster } from '../kafka/cluster.ts';
import { packBatch } from '../kafka/finish-batch.ts';
import { type EncodedHeaders, encodeHeaders, noHeaders, type RecordHeader } from '../kafka/headers.ts';
import { partitionOfKey } from '../kafka/murmur2.ts';
import { withPatience } from '../kafka/pause.ts';
import type { RecordCursor } from '../kafka/record-cursor.ts';
import { topicBytes as bytesOf } from '../kafka/topic-bytes.ts';
import { Trace } from '../kafka/trace.ts';
import { isTime } from '../record-time.ts';

/** Kafka's own default of max.message.bytes, for topics whose configuration may not be read. */
const MESSAGE_BYTES_DEFAULT = 1_048_588;

/** What has to be known of a topic before it can be written. */
export interface SinkTopic {
  readonly topic: string;
  readonly id: string;
  readonly partitions: number;
  readonly bounds: BatchBounds;
  /** Whether these are the topic's own, not a broker's default. */
  readonly isOwnBound: boolean;
}

/** Throws MillraceError topic_missing, not before a topic that was created a moment ago must be known to every broker. */
export async function describeSinkTopic(cluster: Cluster, topic: string): Promise<SinkTopic> {
  const { id, partitions } = await withPatience(() => cluster.topic(topic), {
    retriable: isTopicMissing,
    forMs: limits.topicSpreadMs,
  });
  const bound = (await bytesOf(cluster, [topic])).get(topic);
  const topicBytes = bound?.bytes ?? MESSAGE_BYTES_DEFAULT;
  const batchBytes = Math.min(topicBytes, limits.produceBatchBytesMax);
  return { topic, id, partitions, bounds: { topicBytes, batchBytes }, isOwnBound: bound?.isOwn === true };
}

export interface SinkOptions {
  readonly partitioning: 'key' | 'source';
  /** What every output record carries. */
  readonly headers: EncodedHeaders;
  readonly compression: Compression;
}

export function sinkOptions(plan: TaskPlan): SinkOptions {
  const { partitioning = plan.keyed ? 'key' : 'source', compression = compressionDefault, format } = plan.sink.kafka;
  const framing = formatOf(format);
  const guid = framing.kind === 'avro' && framing.framing.kind === 'guid';
  const headers = guid ? encodeHeaders([schemaGuid(plan.outputSchema)]) : noHeaders;
  return { partitioning, compression, headers };
}

/** The header by which Confluent's deserializers find a schema: 0x01 and 16 bytes, here the MD5 of the schema's text. */
function schemaGuid(schema: string): RecordHeader {
  const guid = createHash('md5').update(schema).digest();
  return [Buffer.from('__value_schema_id'), Buffer.concat([Buffer.from([1]), guid])];
}

export class KafkaSink {
  readonly #output: SinkTopic;
  readonly #options: SinkOptions;
  readonly #deadLetter: SinkTopic | null;
  readonly #pool: BufferPool;
  readonly #onFull: (batch: OpenBatch) => void;
  /** Of what is written now: who knows where it comes from says so in it. */
  readonly trace = new Trace();
  /** By partition; opened when first written. */
  readonly #outputs: BatchBuilder[] = [];
  readonly #deadLetters = new Map<number, BatchBuilder>();

  constructor(
    output: SinkTopic,
    deadLetter: SinkTopic | null,
    options: SinkOptions,
    pool: BufferPool,
    onFull: (batch: OpenBatch) => void,
  ) {
    this.#output = output;
    this.#options = options;
    this.#deadLetter = deadLetter;
    this.#pool = pool;
    this.#onFull = (batch) => onFull(packBatch(batch, options.compression));
  }

  /** Where a record of an input partition is written that has the key `keys[keyStart, keyEnd)` (negative: none). */
  builder(inputPartition: number, keys: Buffer, keyStart: number, keyEnd: number): BatchBuilder {
    const { partitions } = this.#output;
    const byKey = this.#options.partitioning === 'key' && keyStart >= 0;
    const partition = byKey ? partitionOfKey(keys, keyStart, keyEnd, partitions) : inputPartition % partitions;
    return this.#outputs[partition] ?? this.#open(partition);
  }

  #open(partition: number): BatchBuilder {
    const { topic, bounds } = this.#output;
    const builder = new BatchBuilder(
      topic,
      partition,
      bounds,
      this.#pool,
      this.#onFull,
      this.#options.headers,
      this.trace,
    );
    this.#outputs[partition] = builder;
    return builder;
  }

  /** Bytes in batches that are not full yet. */
  get bytes(): number {
    let bytes = 0;
    for (const b of this.#outputs) if (b !== undefined) bytes += b.bytes;
    for (const b of this.#deadLetters.values()) bytes += b.bytes;
    return bytes;
  }

  /**
   * Writes the record that the cursor stands at to the dead-letter topic, as it came, with what was wrong with it: at its own
   * time, unless Kafka takes none at that (`restamp`); then that stands in a header. Throws
   * {@link RecordError} `sink` where the topic takes none so large, and CorruptBatch where its headers can't be read.
   */
  writeDeadLetter(
    task: TaskIdentity,
    cursor: RecordCursor,
    at: RecordPosition,
    stage: RecordStage,
    cause: string,
    restamp = false,
  ): void {
    const topic = this.#deadLetter;
    if (topic === null) return;
    const isRestamped = restamp || !isTime(cursor.timestamp);
    const told: Readonly<Record<string, string>> = {
      'millrace.stage': stage,
      'millrace.cause': cause.slice(0, limits.recordCauseCharsMax),
      'millrace.topic': at.topic,
      'millrace.partition': String(at.partition),
      'millrace.offset': at.offset,
      'millrace.job': `${task.tenant}/${task.job}`,
      ...(isRestamped && { 'millrace.timestamp': String(cursor.timestamp) }),
    };
    const more = encodeHeaders(Object.entries(told).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]));
    this.#deadLetterBuilder(topic, at.partition).copy(
      isRestamped ? Date.now() : cursor.timestamp,
      cursor,
      cursor.headersEnd(),
      more,
    );
  }

  /** Hands on every batch begun. */
  flush(): void {
    for (const b of this.#all()) b.flush();
  }
  /** Drops every batch begun. */
  clear(): void {
    for (const b of this.#all()) b.clear();
  }

  *#all(): Generator<BatchBuilder> {
    for (const b of this.#outputs) if (b !== undefined) yield b;
    yield* this.#deadLetters.values();
  }

  #deadLetterBuilder(topic: SinkTopic, inputPartition: number): BatchBuilder {
    const partition = inputPartition % topic.partitions;
    let builder = this.#deadLetters.get(partition);
    if (builder === undefined) {
      builder = new BatchBuilder(topic.topic, partition, topic.bounds, this.#pool, this.#onFull, noHeaders, this.trace);
      this.#deadLetters.set(partition, builder);
    }
    return builder;
  }
}
