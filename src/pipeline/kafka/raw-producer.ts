/**
 * Writes records to topics in large batches: for `millrace produce`, the demo and tests. Owns filling and sending, with
 * an idempotent producer or, with a transactional id, in transactions that the caller ends.
 */

import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { limits } from '../../contracts/limits.ts';
import type { ProducerIdentity } from '../../contracts/task.ts';
import { LATEST } from './api/list-offsets.ts';
import { BatchBuilder, type OpenBatch } from './batch-builder.ts';
import { BufferPool } from './buffer-pool.ts';
import { Cluster } from './cluster.ts';
import type { Codec } from './codec.ts';
import { packBatch } from './finish-batch.ts';
import type { RecordHeader } from './headers.ts';
import { offsetsAt } from './log-offsets.ts';
import { Producer } from './producer.ts';
import { atRest, newProducerId, Transactions, takeTransactionalId } from './transaction.ts';

/** Bytes that wait before `append` asks its caller to wait. */
const WAITING_BYTES = 6 * 1024 * 1024;

export interface RawProducerOptions extends KafkaAccess {
  readonly codec?: Codec;
  /** Makes everything up to {@link RawProducer.end} one transaction. */
  readonly transactionalId?: string;
}

export interface RawRecord {
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly RecordHeader[];
  /** Epoch milliseconds; now, by default. */
  readonly timestamp?: number;
}

export class RawProducer {
  readonly #cluster: Cluster;
  readonly #producer: Producer;
  readonly #transactions: Transactions | null;
  readonly #pool: BufferPool;
  readonly #codec: Codec;
  readonly #builders = new Map<string, BatchBuilder>();
  #waiting: OpenBatch[] = [];
  #waitingBytes = 0;

  private constructor(
    cluster: Cluster,
    producer: Producer,
    transactions: Transactions | null,
    pool: BufferPool,
    codec: Codec,
  ) {
    this.#cluster = cluster;
    this.#producer = producer;
    this.#transactions = transactions;
    this.#pool = pool;
    this.#codec = codec;
  }

  /** Throws NoAnswer or BrokerError where the cluster can't be reached. */
  static async open({ codec = 'none', transactionalId, ...access }: RawProducerOptions): Promise<RawProducer> {
    const cluster = new Cluster(access, 'millrace-produce');
    const pool = new BufferPool();
    try {
      let identity: ProducerIdentity;
      let transactions: Transactions | null = null;
      if (transactionalId === undefined) identity = await newProducerId(cluster);
      else {
        identity = await takeTransactionalId(cluster, transactionalId);
        transactions = new Transactions(cluster, transactionalId, '', atRest(identity));
      }
      // A person or an activity waits: no longer than a topic may be new.
      const id = transactionalId ?? null;
      const producer = new Producer(cluster, id, identity, pool, () => {}, limits.topicSpreadMs);
      return new RawProducer(cluster, producer, transactions, pool, codec);
    } catch (e) {
      await cluster.close();
      throw e;
    }
  }

  partitions(topic: string): Promise<number> {
    return this.#cluster.partitions(topic);
  }

  /** Where the topic's partitions end, added up: how many records have been written to it, transactions' markers too. */
  async ended(topic: string): Promise<number> {
    const partitions = Array.from({ length: await this.partitions(topic) }, (_, p) => p);
    const ends = await offsetsAt(this.#cluster, topic, partitions, LATEST);
    return [...ends.values()].reduce((sum, end) => sum + end, 0);
  }

  /** Adds a record. True asks the caller to await {@link flush} before it adds more. */
  append(topic: string, partition: number, record: RawRecord): boolean {
    const key = `${topic}/${partition}`;
    let builder = this.#builders.get(key);
    if (builder === undefined) {
      const bounds = { batchBytes: limits.produceBatchBytesMax, topicBytes: 2 ** 30 };
      builder = new BatchBuilder(topic, partition, bounds, this.#pool, (batch) => {
        this.#waiting.push(packBatch(batch, this.#codec));
        this.#waitingBytes += batch.length;
      });
      this.#builders.set(key, builder);
    }
    builder.append(record.timestamp ?? Date.now(), record.key ?? null, record.value, record.headers ?? []);
    return this.#waitingBytes >= WAITING_BYTES;
  }

  /** Resolves when everything added so far is acknowledged. */
  async flush(): Promise<void> {
    for (const b of this.#builders.values()) b.flush();
    const batches = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (batches.length === 0) return;
    const implicit = await this.#transactions?.addPartitions(batches);
    await this.#producer.send(batches, implicit);
  }

  /** Ends the transaction; the next record begins another. */
  async end(commit: boolean): Promise<void> {
    await this.flush();
    if (this.#transactions === null || !this.#transactions.open) return;
    await this.#transactions.end(commit);
    this.#producer.adopt(this.#transactions.identity);
  }

  async close(): Promise<void> {
    await this.#cluster.close();
  }
}
