/**
 * Fetch, read_committed, without a fetch session. Answers with the record batches' places in the response's own buffer:
 * nothing is copied or decoded here. Version 12 names topics by name; later ones bring nothing that is needed.
 */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export interface FetchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
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
}

export function fetch(positions: readonly FetchPosition[], bounds: FetchBounds): Api<FetchedPartition[]> {
  const byTopic = new Map<string, FetchPosition[]>();
  for (const p of positions) {
    const list = byTopic.get(p.topic);
    if (list === undefined) byTopic.set(p.topic, [p]);
    else list.push(p);
  }
  return {
    key: 1,
    name: 'Fetch',
    versions: [12, 12],
    write: (w) => {
      w.i32(-1).i32(bounds.maxWaitMs).i32(1).i32(bounds.maxBytes).i8(1).i32(0).i32(-1);
      w.array([...byTopic], ([topic, list]) => {
        w.string(topic)
          .array(list, (p) => {
            w.i32(p.partition).i32(-1).i64(p.offset).i32(-1).i64(-1).i32(bounds.partitionMaxBytes).tags();
          })
          .tags();
      });
      w.array([], () => {})
        .string('')
        .tags();
    },
    read: (r) => {
      r.i32();
      BrokerError.check(r.i16(), 'Fetch', '');
      r.i32();
      const fetched: FetchedPartition[] = [];
      let users = 0;
      const release = (): void => {
        if (--users === 0) r.release();
      };
      r.array(() => {
        const topic = r.string();
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
          r.i32();
          const size = Math.max(0, r.uvarint() - 1);
          const start = r.at;
          r.at += size;
          if (r.at > r.buf.length) throw new RangeError('Records of a fetch response end behind it.');
          r.tags();
          users++;
          fetched.push({
            topic,
            partition,
            error,
            lastStableOffset,
            logStartOffset,
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
