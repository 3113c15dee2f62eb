/** Reads a topic record by record, read_committed, without a group: for `millrace tail`, `millrace query` and tests. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { limits } from '../../contracts/limits.ts';
import { type FetchedPartition, fetch } from './api/fetch.ts';
import { EARLIEST, LATEST } from './api/list-offsets.ts';
import { BrokerError, isFinal, isGone, kafkaError } from './broker-error.ts';
import { Cluster } from './cluster.ts';
import { eachRecord } from './fetched-records.ts';
import { offsetsAt } from './log-offsets.ts';
import { LogTruncated } from './log-truncated.ts';
import { backoffMs, pause } from './pause.ts';
import { behindBatches, CorruptBatch, type ReadSoFar } from './record-batch.ts';
import type { RecordCursor } from './record-cursor.ts';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [string, Buffer | null])[];
}

export interface ReadTopicOptions extends KafkaAccess {
  readonly topic: string;
  readonly from?: 'earliest' | 'latest';
  /** Goes on for new records; else it ends at the ends that the partitions had at the beginning. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** Yields the records of each partition of each fetch. Throws MillraceError. */
export async function* readTopic(options: ReadTopicOptions): AsyncGenerator<TopicRecord[]> {
  const { bootstrap, topic, follow = false, signal } = options;
  const cluster = new Cluster(options, 'millrace-read');
  try {
    const count = await cluster.partitions(topic);
    const all = Array.from({ length: count }, (_, p) => p);
    const from = await offsetsAt(cluster, topic, all, options.from === 'latest' ? LATEST : EARLIEST);
    const next = new Map<number, ReadSoFar>([...from].map(([p, offset]) => [p, { offset, epoch: -1 }]));
    const ends = follow ? null : await offsetsAt(cluster, topic, all, LATEST);
    let doubted = false;
    for (let attempt = 0; signal?.aborted !== true; ) {
      const open = [...next.keys()].filter((p) => ends === null || next.get(p)!.offset < ends.get(p)!);
      if (open.length === 0) return;
      let fetched: FetchedPartition[];
      try {
        fetched = await fetchAll(cluster, topic, open, next);
        attempt = 0;
        doubted = false;
      } catch (e) {
        // That a position is gone is believed when it is said again by the leader that there is then.
        if (isGone(e) ? doubted : isFinal(e) || attempt > 10) throw e;
        doubted ||= isGone(e);
        await pause(backoffMs(attempt++));
        await cluster.refresh([topic]).catch(() => {});
        continue;
      }
      for (const f of fetched) {
        const found: TopicRecord[] = [];
        const at = next.get(f.partition)!;
        const offset = eachRecord(f, at.offset, (cursor) => found.push(copy(cursor, f.partition)));
        const { epoch } = behindBatches(f.buf, f.start, f.end, at);
        f.release();
        next.set(f.partition, { offset, epoch });
        if (found.length > 0) yield found;
      }
    }
  } catch (e) {
    if (e instanceof CorruptBatch)
      throw new MillraceError(failure('bad_record', `A record batch of ${topic} can't be read: ${e.message}.`));
    throw kafkaError(e, bootstrap);
  } finally {
    await cluster.close();
  }
}

/** Throws what isGone is about, or BrokerError. */
async function fetchAll(
  cluster: Cluster,
  topic: string,
  open: readonly number[],
  next: ReadonlyMap<number, ReadSoFar>,
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
          turned.map((p) => {
            const { offset, epoch: lastEpoch } = next.get(p)!;
            return { topic, partition: p, offset, lastEpoch, leaderEpoch: cluster.leaderEpoch(topic, p) };
          }),
          bounds,
        ),
      );
    }),
  );
  const fetched = answers.flat();
  for (const f of fetched) {
    const about = `${topic}/${f.partition} at offset ${next.get(f.partition)?.offset}`;
    BrokerError.check(f.error, 'Fetch', `of ${about}`);
    if (f.diverging !== null) throw new LogTruncated(f.diverging, about);
  }
  return fetched;
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
