/**
 * OffsetCommit outside of any transaction, for a group without members (generation -1, no member). The coordinator refuses
 * it with UNKNOWN_MEMBER_ID while the group has some.
 */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';
import { noteOf, type TopicOffsets } from './offset-fetch.ts';

export function offsetCommit(group: string, topics: ReadonlyMap<string, TopicOffsets>): Api<void> {
  return {
    key: 8,
    name: 'OffsetCommit',
    versions: [8, 9],
    write: (w) => {
      w.string(group).i32(-1).string('').string(null);
      w.array([...topics], ([topic, { partitions, offsets }]) => {
        const note = noteOf(partitions);
        w.string(topic).array([...offsets], ([partition, offset]) => {
          w.i32(partition).i64(offset).i32(-1).string(note).tags();
        });
        w.tags();
      }).tags();
    },
    read: (r) => {
      r.i32();
      r.array(() => {
        const topic = r.string();
        r.array(() => {
          const partition = r.i32();
          BrokerError.check(r.i16(), 'OffsetCommit', `of group ${group}, ${topic}/${partition}`);
          r.tags();
        });
        r.tags();
      });
    },
  };
}
