/** OffsetFetch: a group's committed offsets, and what is noted beside each. Those of open transactions are told apart (require_stable). */
import { BrokerError, brokerErrors } from '../broker-error.ts';
import type { Api } from '../wire.ts';

/** What is written beside each committed offset: Kafka keeps offsets by topic name, and a name may come to mean another topic. */
export interface OffsetNote {
  /** Of the topic that the offset is in. */
  readonly topicId: string;
  /** contracts/positions.ts `KeptTopic.begun`, the same for all partitions of the topic. */
  readonly begun: number;
}

export interface CommittedOffset {
  readonly offset: number;
  /** Of the last record before it; -1 where nobody noted it. */
  readonly leaderEpoch: number;
  /** Null where another tool than Millrace has set the offset: it means the topic as it is. */
  readonly note: OffsetNote | null;
}

/** A group's committed offsets in one topic. */
export interface TopicOffsets {
  /** Partitions without a committed offset are left out. */
  readonly offsets: ReadonlyMap<number, CommittedOffset>;
  /** Partitions whose offset a transaction that is open may be about to change. */
  readonly unstable: readonly number[];
}

export const noteText = ({ topicId, begun }: OffsetNote): string => `millrace topic=${topicId} begun=${begun}`;

function noteOf(text: string | null): OffsetNote | null {
  const [, topicId, begun] = /^millrace topic=([\w-]*) begun=(\d{1,9})$/.exec(text ?? '') ?? [];
  return topicId === undefined ? null : { topicId, begun: Number(begun) };
}

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
          const offsets = new Map<number, CommittedOffset>();
          const unstable: number[] = [];
          r.array(() => {
            const partition = r.i32();
            const offset = r.offset();
            const leaderEpoch = r.i32();
            const note = noteOf(r.nullableString());
            const error = r.i16();
            r.tags();
            if (error === brokerErrors.UNSTABLE_OFFSET_COMMIT) unstable.push(partition);
            else BrokerError.check(error, 'OffsetFetch', `of group ${group}, ${topic}/${partition}`);
            if (error === 0 && offset >= 0) offsets.set(partition, { offset, leaderEpoch, note });
          });
          r.tags();
          found.set(topic, { offsets, unstable });
        });
        BrokerError.check(r.i16(), 'OffsetFetch', `of group ${group}`);
        r.tags();
      });
      return found;
    },
  };
}
