/** OffsetForLeaderEpoch (KIP-101, KIP-320): where a log's records up to a leader's epoch end. */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export interface EpochEnd {
  /** The latest epoch with records in the log that isn't later than the one asked for; that itself where the log begins later; -1: none is known. */
  readonly epoch: number;
  readonly endOffset: number;
}

/** `leaderEpoch`: the leader's, as last heard: a broker that isn't that leader (any more) refuses. */
export function offsetForLeaderEpoch(
  topic: string,
  partition: number,
  leaderEpoch: number,
  epoch: number,
): Api<EpochEnd> {
  return {
    key: 23,
    name: 'OffsetForLeaderEpoch',
    versions: [4, 4],
    write: (w) => {
      w.i32(-1)
        .array([topic], (t) => {
          w.string(t)
            .array([partition], (p) => {
              w.i32(p).i32(leaderEpoch).i32(epoch).tags();
            })
            .tags();
        })
        .tags();
    },
    read: (r) => {
      r.i32();
      let end: EpochEnd = { epoch: -1, endOffset: -1 };
      r.array(() => {
        r.string();
        r.array(() => {
          BrokerError.check(r.i16(), 'OffsetForLeaderEpoch', `of ${topic}/${partition}`);
          r.i32();
          end = { epoch: r.i32(), endOffset: r.offset() };
          r.tags();
        });
        r.tags();
      });
      return end;
    },
  };
}
