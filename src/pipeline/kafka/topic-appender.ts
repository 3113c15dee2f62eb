/**
 * Appends single records to one topic: for what is written now and then and must not be lost. One idempotent producer for
 * the process, kept open; after any error it is thrown away and the next append opens another, so a record may be there
 * twice where nobody knew how an append had ended.
 */
import { type Failure, MillraceError } from '../../contracts/failure.ts';
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { kafkaFailure } from './broker-error.ts';
import { partitionOfKey } from './murmur2.ts';
import { RawProducer } from './raw-producer.ts';

export interface KeyedRecord {
  readonly key: string;
  readonly value: string;
}

interface Opened {
  readonly producer: RawProducer;
  readonly partitions: number;
}

interface Append {
  readonly records: readonly KeyedRecord[];
  readonly resolve: () => void;
  readonly reject: (error: MillraceError) => void;
}

export class TopicAppender {
  readonly access: KafkaAccess;
  readonly topic: string;
  #opened: Opened | null = null;
  readonly #waiting: Append[] = [];
  #busy = false;

  constructor(access: KafkaAccess, topic: string) {
    this.access = access;
    this.topic = topic;
  }

  /** Resolves when every record is acknowledged by all in-sync replicas, in this order. Throws MillraceError. */
  append(records: readonly KeyedRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (!this.#busy) void this.#work();
    });
  }

  /** One after another. Where Kafka doesn't answer, all that wait fail too: each would wait as long, and its caller is gone by then. */
  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const cause = await this.#write(next.records);
      if (cause === null) {
        next.resolve();
        continue;
      }
      const alike = cause.code === 'kafka_unavailable' ? this.#waiting.splice(0) : [];
      for (const { reject } of [next, ...alike]) reject(new MillraceError(cause));
    }
    this.#busy = false;
  }

  /** What went wrong, or null. */
  async #write(records: readonly KeyedRecord[]): Promise<Failure | null> {
    try {
      this.#opened ??= await this.#open();
      const { producer, partitions } = this.#opened;
      for (const { key, value } of records) {
        const bytes = Buffer.from(key);
        const partition = partitionOfKey(bytes, 0, bytes.length, partitions);
        if (producer.append(this.topic, partition, { key: bytes, value: Buffer.from(value) })) await producer.flush();
      }
      await producer.flush();
      return null;
    } catch (e) {
      await this.close();
      return kafkaFailure(e, this.access.bootstrap);
    }
  }

  async #open(): Promise<Opened> {
    const producer = await RawProducer.open(this.access);
    try {
      return { producer, partitions: await producer.partitions(this.topic) };
    } catch (e) {
      await producer.close();
      throw e;
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await opened?.producer.close();
  }
}
