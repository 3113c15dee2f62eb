/** OffsetFetch: a group's committed offsets. Waits out open transactions (require_stable): their outcome is not known yet. */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

/** Topic → partition → committed offset; a partition without one is left out. Throws UNSTABLE_OFFSET_COMMIT while a transaction is open. */
export function offsetFetch(
  group: string,
  topics: ReadonlyMap<string, readonly number[]>,
): Api<Map<string, Map<number, number>>> {
  return {
    key: 9,
    name: 'OffsetFetch',
    versions: [8, 9],
    write: (w, version) => {
      w.array([group], (g) => {
        w.string(g);
        if (version >= 9) w.string(null).i32(-1);
        w.array([...topics], ([topic, partitions]) => {
          w.string(topic)
            .array(partitions, (p) => w.i32(p))
            .tags();
        }).tags();
      })
        .bool(true)
        .tags();
    },
    read: (r) => {
      r.i32();
      const found = new Map<string, Map<number, number>>();
      r.array(() => {
        r.string();
        r.array(() => {
          const topic = r.string();
          const offsets = new Map<number, number>();
          r.array(() => {
            const partition = r.i32();
            const offset = r.offset();
            r.i32();
            r.nullableString();
            BrokerError.check(r.i16(), 'OffsetFetch', `of group ${group}, ${topic}/${partition}`);
            r.tags();
            if (offset >= 0) offsets.set(partition, offset);
          });
          r.tags();
          found.set(topic, offsets);
        });
        BrokerError.check(r.i16(), 'OffsetFetch', `of group ${group}`);
        r.tags();
      });
      return found;
    },
  };
}
