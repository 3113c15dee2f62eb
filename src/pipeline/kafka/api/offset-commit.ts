/**
 * OffsetCommit outside of any transaction, for a group without members (generation -1, no member). The coordinator refuses
 * it with UNKNOWN_MEMBER_ID while the group has some.
 */
import { BrokerError } from '../broker-error.ts';
import type { Api } from '../wire.ts';
import { noteText, type OffsetNote } from './offset-fetch.ts';

/** Offsets to commit in one topic. */
export interface TopicCommit {
  readonly note: OffsetNote;
  /** By partition; leaderEpoch: of the last record before the offset, -1 where it isn't known (KIP-320). */
  readonly offsets: ReadonlyMap<number, { readonly offset: number; readonly leaderEpoch: number }>;
}

export function offsetCommit(group: string, topics: ReadonlyMap<string, TopicCommit>): Api<void> {
  return {
    key: 8,
    name: 'OffsetCommit',
    versions: [8, 9],
    write: (w) => {
      w.string(group).i32(-1).string('').string(null);
      w.array([...topics], ([topic, commit]) => {
        const note = noteText(commit.note);
        w.string(topic).array([...commit.offsets], ([partition, { offset, leaderEpoch }]) => {
          w.i32(partition).i64(offset).i32(leaderEpoch).string(note).tags();
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
