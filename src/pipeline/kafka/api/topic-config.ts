/** DescribeConfigs: the largest record batch that each of these topics takes (max.message.bytes). Topics that can't be told of are left out. */
import type { Api } from '../wire.ts';

/** What a broker says of a topic's bound. */
export interface MessageBytes {
  readonly bytes: number;
  /** Whether the topic has it of its own, the same for every broker; else it is that broker's default. */
  readonly isOwn: boolean;
}

/** The config source of the protocol: DYNAMIC_TOPIC_CONFIG (KIP-226). */
const ofTopic = 1;

export function maxMessageBytes(topics: readonly string[]): Api<ReadonlyMap<string, MessageBytes>> {
  return {
    key: 32,
    name: 'DescribeConfigs',
    versions: [4, 4],
    write: (w) =>
      w
        .array(topics, (t) => {
          w.i8(2)
            .string(t)
            .array(['max.message.bytes'], (k) => w.string(k))
            .tags();
        })
        .bool(false)
        .bool(false)
        .tags(),
    read: (r) => {
      r.i32();
      const found = new Map<string, MessageBytes>();
      r.array(() => {
        const error = r.i16();
        r.nullableString();
        r.i8();
        const topic = r.string();
        // Only one key was asked for, and there are neither synonyms nor documentation of it.
        r.array(() => {
          r.string();
          const value = r.nullableString();
          r.bool();
          const source = r.i8();
          r.bool();
          r.array(() => {});
          r.i8();
          r.nullableString();
          r.tags();
          if (error === 0 && value !== null) found.set(topic, { bytes: Number(value), isOwn: source === ofTopic });
        });
        r.tags();
      });
      return found;
    },
  };
}
