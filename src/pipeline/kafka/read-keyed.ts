/**
 * Finds the records of one key in a topic that other keys share: it reads through the key's partition, from the end
 * backwards or from an offset forwards, and says where to go on. What the records mean is the taker's matter.
 */
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { limits } from '../../contracts/limits.ts';
import { fetch } from './api/fetch.ts';
import { EARLIEST, LATEST } from './api/list-offsets.ts';
import { BrokerError, kafkaError, NoAnswer } from './broker-error.ts';
import { Cluster } from './cluster.ts';
import { eachRecord } from './fetched-records.ts';
import { offsetsAt } from './log-offsets.ts';
import { partitionOfKey } from './murmur2.ts';
import { CorruptBatch } from './record-batch.ts';
import type { RecordCursor } from './record-cursor.ts';

export interface KeyedTopic {
  readonly access: KafkaAccess;
  readonly topic: string;
}

/** Takes one record's value after another, as many as it wants. */
export interface Taker {
  /** False: it has no room for this one. */
  take(value: Buffer): boolean;
  /** Whether it wants no more. */
  readonly full: boolean;
}

/** Records of the partition, whatever their key, and milliseconds, after which reading ends with what was found. */
export interface ScanBounds {
  readonly records: number;
  readonly ms: number;
}

export interface ReadOlder {
  /** End of the partition when reading began. */
  readonly end: number;
  /** Read on before this offset; null: nothing older is there. */
  readonly before: number | null;
}

export interface ReadNewer {
  /** Read on from this offset. */
  readonly from: number;
  /** Whether the partition goes on there already. */
  readonly more: boolean;
}

/** Offsets of the first stretch that is read backwards, and the most. In between it grows until a stretch has so many bytes. */
const STRETCH_FIRST = 64;
const STRETCH_MAX = 65_536;
const STRETCH_BYTES = 4 * 1024 * 1024;
/** Fetches in a row that may bring nothing of what was there a moment ago. */
const EMPTY_MAX = 10;

/** Gives the taker the newest record first; from before an offset, or from the end. Throws MillraceError. */
export function readOlder(
  of: KeyedTopic,
  key: string,
  before: number | null,
  taker: Taker,
  bounds: ScanBounds,
): Promise<ReadOlder> {
  return scan(of, key, bounds, async (log) => {
    let at = Math.min(before ?? log.end, log.end);
    for (let length = STRETCH_FIRST; at > log.first && !taker.full && log.goesOn(); ) {
      const start = Math.max(log.first, at - length);
      const { found, bytes } = await log.read(start, at);
      for (const { offset, value } of found.reverse()) {
        if (taker.full || !taker.take(value)) return { end: log.end, before: offset + 1 };
      }
      at = start;
      length = lengthAfter(length, bytes);
    }
    return { end: log.end, before: at > log.first ? at : null };
  });
}

/** Gives the taker the records from an offset on, the oldest first. Throws MillraceError. */
export function readNewer(
  of: KeyedTopic,
  key: string,
  from: number,
  taker: Taker,
  bounds: ScanBounds,
): Promise<ReadNewer> {
  return scan(of, key, bounds, async (log) => {
    let at = Math.max(from, log.first);
    for (let length = STRETCH_FIRST; at < log.end && !taker.full && log.goesOn(); ) {
      const end = Math.min(log.end, at + length);
      const { found, bytes } = await log.read(at, end);
      for (const { offset, value } of found) {
        if (taker.full || !taker.take(value)) return { from: offset, more: true };
      }
      at = end;
      length = lengthAfter(length, bytes);
    }
    return { from: at, more: at < log.end };
  });
}

const lengthAfter = (length: number, bytes: number): number =>
  bytes < STRETCH_BYTES ? Math.min(2 * length, STRETCH_MAX) : Math.max(1, length >> 1);

async function scan<T>(
  { access, topic }: KeyedTopic,
  key: string,
  bounds: ScanBounds,
  work: (log: Log) => Promise<T>,
): Promise<T> {
  const cluster = new Cluster(access, 'millrace-read');
  try {
    const bytes = Buffer.from(key);
    const partition = partitionOfKey(bytes, 0, bytes.length, await cluster.partitions(topic));
    const edge = async (at: number): Promise<number> =>
      (await offsetsAt(cluster, topic, [partition], at)).get(partition)!;
    const range = { first: await edge(EARLIEST), end: await edge(LATEST) };
    return await work(new Log(cluster, topic, partition, bytes, range, bounds));
  } catch (e) {
    if (e instanceof CorruptBatch)
      throw new MillraceError(failure('bad_record', `A record batch of ${topic} can't be read: ${e.message}.`));
    throw kafkaError(e, access.bootstrap);
  } finally {
    await cluster.close();
  }
}

interface Found {
  readonly offset: number;
  readonly value: Buffer;
}

/** A key's partition, for one reading. */
class Log {
  readonly first: number;
  readonly end: number;
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #partition: number;
  readonly #key: Buffer;
  #left: number;
  readonly #until: number;

  constructor(
    cluster: Cluster,
    topic: string,
    partition: number,
    key: Buffer,
    range: { readonly first: number; readonly end: number },
    bounds: ScanBounds,
  ) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#partition = partition;
    this.#key = key;
    this.first = range.first;
    this.end = range.end;
    this.#left = bounds.records;
    this.#until = performance.now() + bounds.ms;
  }

  /** Whether the bounds allow another stretch. */
  goesOn(): boolean {
    return this.#left > 0 && performance.now() < this.#until;
  }

  /** The key's records of a stretch of the partition, and the bytes of all its records. */
  async read(start: number, end: number): Promise<{ readonly found: Found[]; readonly bytes: number }> {
    const found: Found[] = [];
    let bytes = 0;
    const see = (c: RecordCursor): void => {
      this.#left--;
      // Without a key or a value it is nobody's.
      if (c.keyStart < 0 || c.valueStart < 0) return;
      bytes += c.valueEnd - c.keyStart;
      if (this.#key.compare(c.buf, c.keyStart, c.keyEnd) !== 0) return;
      found.push({ offset: c.offset, value: Buffer.from(c.buf.subarray(c.valueStart, c.valueEnd)) });
    };
    let empty = 0;
    for (let at = start; at < end; ) {
      const next = await this.#fetch(at, end, see);
      empty = next === at ? empty + 1 : 0;
      if (empty > EMPTY_MAX) throw new NoAnswer(`${this.#topic}/${this.#partition} has nothing at offset ${at}`);
      at = next;
    }
    return { found, bytes };
  }

  /** Answers with the offset behind what was fetched and is wanted. */
  async #fetch(offset: number, end: number, see: (cursor: RecordCursor) => void): Promise<number> {
    const bytesMax = limits.fetchPartitionBytesMax;
    const bounds = { maxWaitMs: limits.fetchWaitMsMax, maxBytes: bytesMax, partitionMaxBytes: bytesMax };
    const link = await this.#cluster.leaderLink(this.#topic, this.#partition, 'fetch');
    const position = { topic: this.#topic, partition: this.#partition, offset };
    const [fetched] = await link.request(fetch([position], bounds));
    if (fetched === undefined) return offset;
    try {
      BrokerError.check(fetched.error, 'Fetch', `of ${this.#topic}/${this.#partition} at offset ${offset}`);
      return eachRecord(fetched, offset, see, end);
    } finally {
      fetched.release();
    }
  }
}
