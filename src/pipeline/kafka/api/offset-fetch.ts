/** OffsetFetch: a group's committed offsets. Waits out open transactions (require_stable): their outcome is not known yet. */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';

/** A group's committed offsets in one topic. */
export interface TopicOffsets {
  /** How many partitions the topic had as its offsets were committed: those behind are new. 0 where nobody noted it. */
  readonly partitions: number;
  /** Partition → offset. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** The note of how many partitions a topic has, kept as the metadata of each of its offsets. */
export const noteOf = (partitions: number): string => `partitions=${partitions}`;
const partitionsOf = (note: string | null): number => Number(/^partitions=(\d{1,9})$/.exec(note ?? '')?.[1] ?? 0);

/** By topic; a partition without a committed offset is left out. Throws UNSTABLE_OFFSET_COMMIT while a transaction is open. */
export function offsetFetch(
  group: string,
  topics: ReadonlyMap<string, readonly number[]>,
): Api<Map<string, TopicOffsets>> {
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
      const found = new Map<string, TopicOffsets>();
      r.array(() => {
        r.string();
        r.array(() => {
          const topic = r.string();
          const offsets = new Map<number, number>();
          let partitions = 0;
          r.array(() => {
            const partition = r.i32();
            const offset = r.offset();
            r.i32();
            partitions = Math.max(partitions, partitionsOf(r.nullableString()));
            BrokerError.check(r.i16(), 'OffsetFetch', `of group ${group}, ${topic}/${partition}`);
            r.tags();
            if (offset >= 0) offsets.set(partition, offset);
          });
          r.tags();
          found.set(topic, { partitions, offsets });
        });
        BrokerError.check(r.i16(), 'OffsetFetch', `of group ${group}`);
        r.tags();
      });
      return found;
    },
  };
}
