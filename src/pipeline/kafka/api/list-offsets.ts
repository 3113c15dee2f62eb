/** ListOffsets: a partition's first offset, its end as read_committed readers see it, or the first at or after a time. */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

export const EARLIEST = -2;
export const LATEST = -1;

/**
 * Partition → offset; -1 where no record is as late as the time asked for. `leaderEpoch`: the leader's by partition, as last
 * heard: a broker that isn't that leader (any more) refuses (KIP-320); -1: whoever it is.
 */
export function listOffsets(
  topic: string,
  partitions: readonly number[],
  timestamp: number,
  leaderEpoch: (partition: number) => number = () => -1,
): Api<Map<number, number>> {
  return {
    key: 2,
    name: 'ListOffsets',
    versions: [6, 7],
    write: (w) => {
      w.i32(-1)
        .i8(1)
        .array([topic], (t) => {
          w.string(t)
            .array(partitions, (p) => {
              w.i32(p).i32(leaderEpoch(p)).i64(timestamp).tags();
            })
            .tags();
        })
        .tags();
    },
    read: (r) => {
      r.i32();
      const found = new Map<number, number>();
      r.array(() => {
        r.string();
        r.array(() => {
          const partition = r.i32();
          BrokerError.check(r.i16(), 'ListOffsets', `of ${topic}/${partition}`);
          r.i64();
          found.set(partition, r.offset());
          r.i32();
          r.tags();
        });
        r.tags();
      });
      return found;
    },
  };
}
