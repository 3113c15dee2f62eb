/**
 * Fetch, read_committed, without a fetch session. Answers with the record batches' places in the response's own buffer:
 * nothing is copied or decoded here. From version 13 on topics are named by id (KIP-516), so that one that was made again
 * under its name isn't read for another; version 12 serves brokers that give no ids.
 */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export interface FetchPosition {
  readonly topic: string;
  /** Left out, or '': whichever topic has the name. */
  readonly topicId?: string;
  readonly partition: number;
  readonly offset: number;
  /** The leader's, as last heard: a broker that isn't that leader any more refuses (KIP-320). */
  readonly leaderEpoch?: number;
  /** Of the last record read: a log that holds others there says where it parts (KIP-595). */
  readonly lastEpoch?: number;
  /** Where it is to bring less than the bounds allow. */
  readonly maxBytes?: number;
}

/** Where a log parts from what was read: its records of this epoch end there. */
export interface Divergence {
  readonly epoch: number;
  readonly endOffset: number;
}

/** A transaction that was aborted: its batches from firstOffset on, up to its control batch, don't exist. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly error: number;
  /** End of the log as read_committed readers see it. */
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Null: the log holds what was read. */
  readonly diverging: Divergence | null;
  /** Broker that is nearer and holds the partition too, by the rack that was told; -1: the one that was asked (KIP-392). */
  readonly preferredReplica: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly buf: Buffer;
  /** The record batches are buf[start, end); the last one may be cut off. */
  readonly start: number;
  readonly end: number;
  /** To be called once when the batches aren't used any more: their buffer is used again after that. */
  readonly release: () => void;
}

export interface FetchBounds {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  /** Where the reader stands; '' where nobody said. */
  readonly rack?: string;
}

export function fetch(positions: readonly FetchPosition[], bounds: FetchBounds): Api<FetchedPartition[]> {
  const byTopic = new Map<string, FetchPosition[]>();
  const names = new Map<string, string>();
  for (const p of positions) {
    names.set(p.topicId ?? '', p.topic);
    const list = byTopic.get(p.topic);
    if (list === undefined) byTopic.set(p.topic, [p]);
    else list.push(p);
  }
  return {
    key: 1,
    name: 'Fetch',
    versions: [12, names.has('') ? 12 : 16],
    write: (w, version) => {
      if (version < 15) w.i32(-1);
      w.i32(bounds.maxWaitMs).i32(1).i32(bounds.maxBytes).i8(1).i32(0).i32(-1);
      w.array([...byTopic], ([topic, list]) => {
        if (version < 13) w.string(topic);
        else w.uuid(list[0]?.topicId ?? '');
        w.array(list, (p) => {
          w.i32(p.partition)
            .i32(p.leaderEpoch ?? -1)
            .i64(p.offset)
            .i32(p.lastEpoch ?? -1)
            .i64(-1);
          w.i32(p.maxBytes ?? bounds.partitionMaxBytes).tags();
        }).tags();
      });
      w.array([], () => {})
        .string(bounds.rack ?? '')
        .tags();
    },
    read: (r, version) => {
      r.i32();
      BrokerError.check(r.i16(), 'Fetch', '');
      r.i32();
      const fetched: FetchedPartition[] = [];
      let users = 0;
      const release = (): void => {
        if (--users === 0) r.release();
      };
      r.array(() => {
        const topic = version < 13 ? r.string() : (names.get(r.uuid()) ?? '');
        r.array(() => {
          const partition = r.i32();
          const error = r.i16();
          r.i64();
          const lastStableOffset = r.offset();
          const logStartOffset = r.offset();
          const aborted = r.array(() => {
            const a = { producerId: r.offset(), firstOffset: r.offset() };
            r.tags();
            return a;
          });
          const preferredReplica = r.i32();
          const size = Math.max(0, r.uvarint() - 1);
          const start = r.at;
          r.at += size;
          if (r.at > r.buf.length) throw new RangeError('Records of a fetch response end behind it.');
          let diverging: Divergence | null = null;
          r.tags((tag) => {
            if (tag === 0) diverging = { epoch: r.i32(), endOffset: r.offset() };
          });
          users++;
          fetched.push({
            topic,
            partition,
            error,
            lastStableOffset,
            logStartOffset,
            diverging,
            preferredReplica,
            aborted,
            buf: r.buf,
            start,
            end: start + size,
            release,
          });
        });
        r.tags();
      });
      return fetched;
    },
  };
}
