/** Reads a topic record by record, read_committed, without a group: for `millrace tail`, `millrace query` and tests. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { AbortedFilter } from './aborted-filter.ts';
import { type FetchedPartition, fetch } from './api/fetch.ts';
import { EARLIEST, LATEST, listOffsets } from './api/list-offsets.ts';
import { BrokerError, isFinal, isLeaderMoved, kafkaFailure } from './broker-error.ts';
import { Cluster } from './cluster.ts';
import { backoffMs, pause, withPatience } from './pause.ts';
import {
  batchEnd,
  CorruptBatch,
  checkBatch,
  isControl,
  isTransactional,
  lastOffset,
  layout,
  readLong,
  wholeBatch,
} from './record-batch.ts';
import { RecordCursor } from './record-cursor.ts';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [string, Buffer | null])[];
}

export interface ReadTopicOptions {
  readonly bootstrap: string;
  readonly topic: string;
  readonly from?: 'earliest' | 'latest';
  /** Goes on for new records; else it ends at the ends that the partitions had at the beginning. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** Yields the records of each record batch. Throws MillraceError. */
export async function* readTopic(options: ReadTopicOptions): AsyncGenerator<TopicRecord[]> {
  const { bootstrap, topic, follow = false, signal } = options;
  const cluster = new Cluster(bootstrap, 'millrace-read');
  try {
    const count = await cluster.partitions(topic);
    const next = await edges(cluster, topic, count, options.from === 'latest' ? LATEST : EARLIEST);
    const ends = follow ? null : await edges(cluster, topic, count, LATEST);
    for (let attempt = 0; signal?.aborted !== true; ) {
      const open = [...next.keys()].filter((p) => ends === null || next.get(p)! < ends.get(p)!);
      if (open.length === 0) return;
      let fetched: FetchedPartition[];
      try {
        fetched = await fetchAll(cluster, topic, open, next);
        attempt = 0;
      } catch (e) {
        if (isFinal(e) || attempt > 10) throw e;
        await pause(backoffMs(attempt++));
        await cluster.refresh([topic]).catch(() => {});
        continue;
      }
      for (const f of fetched) {
        const found = records(f, next.get(f.partition)!);
        f.release();
        next.set(f.partition, found.next);
        for (const batch of found.batches) yield batch;
      }
    }
  } catch (e) {
    if (e instanceof CorruptBatch)
      throw new MillraceError(failure('bad_record', `A record batch of ${topic} can't be read: ${e.message}.`));
    throw new MillraceError(kafkaFailure(e, bootstrap), [], { cause: e });
  } finally {
    await cluster.close();
  }
}

async function edges(cluster: Cluster, topic: string, count: number, at: number): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (let p = 0; p < count; p++) {
    await withPatience(
      async () => {
        const link = await cluster.leaderLink(topic, p, 'produce');
        found.set(p, (await link.request(listOffsets(topic, [p], at))).get(p) ?? 0);
      },
      { retriable: (e) => !isFinal(e), forMs: limits.taskRetryMs },
    );
  }
  return found;
}

async function fetchAll(
  cluster: Cluster,
  topic: string,
  open: readonly number[],
  next: ReadonlyMap<number, number>,
): Promise<FetchedPartition[]> {
  const byBroker = new Map<number, number[]>();
  for (const p of open) {
    const leader = cluster.leader(topic, p);
    if (leader === null) throw new BrokerError(5, 'Metadata', `of ${topic}/${p}`);
    byBroker.set(leader, [...(byBroker.get(leader) ?? []), p]);
  }
  const bounds = {
    maxWaitMs: limits.fetchWaitMsMax,
    maxBytes: limits.fetchBytesMax,
    partitionMaxBytes: limits.fetchPartitionBytesMax,
  };
  const answers = await Promise.all(
    [...byBroker].map(async ([id, partitions]) => {
      const link = await cluster.broker(id, 'fetch');
      const shift = Math.floor(Math.random() * partitions.length);
      const turned = [...partitions.slice(shift), ...partitions.slice(0, shift)];
      return await link.request(
        fetch(
          turned.map((p) => ({ topic, partition: p, offset: next.get(p)! })),
          bounds,
        ),
      );
    }),
  );
  const fetched = answers.flat();
  for (const f of fetched) {
    const about = `of ${topic}/${f.partition} at offset ${next.get(f.partition)}`;
    if (f.error === 1)
      throw new MillraceError(failure('offset_out_of_range', new BrokerError(1, 'Fetch', about).message));
    if (f.error !== 0 && isLeaderMoved(f.error)) throw new BrokerError(f.error, 'Fetch', about);
    BrokerError.check(f.error, 'Fetch', about);
  }
  return fetched;
}

function records(fetched: FetchedPartition, from: number): { batches: TopicRecord[][]; next: number } {
  const { buf, end, partition } = fetched;
  const cursor = new RecordCursor();
  const aborted = new AbortedFilter();
  aborted.reset(fetched.aborted);
  const batches: TopicRecord[][] = [];
  let next = from;
  for (let at = fetched.start; wholeBatch(buf, at, end); ) {
    const behind = batchEnd(buf, at);
    checkBatch(buf, at, behind);
    const last = lastOffset(buf, at);
    const attributes = buf.readInt16BE(at + layout.attributes);
    const producer = readLong(buf, at + layout.producerId);
    if (isControl(attributes)) aborted.end(producer, last);
    else if (!isTransactional(attributes) || !aborted.hides(producer, last)) {
      const batch: TopicRecord[] = [];
      cursor.open(buf, at, behind);
      while (cursor.next()) if (cursor.offset >= from) batch.push(copy(cursor, partition));
      if (batch.length > 0) batches.push(batch);
    }
    next = Math.max(next, last + 1);
    at = behind;
  }
  return { batches, next };
}

function copy(cursor: RecordCursor, partition: number): TopicRecord {
  const { buf, offset, timestamp } = cursor;
  const part = (start: number, end: number): Buffer | null =>
    start < 0 ? null : Buffer.from(buf.subarray(start, end));
  const headers: (readonly [string, Buffer | null])[] = [];
  if (cursor.headerCount > 0) {
    cursor.eachHeader((ks, ke, vs, ve) => {
      headers.push([buf.toString('utf8', ks, ke), part(vs, ve)]);
    });
  }
  return {
    partition,
    offset,
    timestamp,
    key: part(cursor.keyStart, cursor.keyEnd),
    value: part(cursor.valueStart, cursor.valueEnd),
    headers,
  };
}
