/** CreateTopics (KIP-4): what became of each topic. To the controller; a KRaft broker passes it on (KIP-590). */
import type { Api } from '../wire.ts';

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  /** The topic's own configuration; the broker's defaults otherwise. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface CreatedTopic {
  readonly topic: string;
  /** 0: it was created. */
  readonly error: number;
  readonly message: string | null;
}

export function createTopics(topics: readonly NewTopic[], timeoutMs: number): Api<readonly CreatedTopic[]> {
  return {
    key: 19,
    name: 'CreateTopics',
    versions: [5, 7],
    write: (w) => {
      w.array(topics, ({ topic, partitions, config = {} }) => {
        // As many replicas as the broker's default (KIP-464), no assignment of one's own.
        w.string(topic)
          .i32(partitions)
          .i16(-1)
          .array([], () => {})
          .array(Object.entries(config), ([name, value]) => {
            w.string(name).string(value).tags();
          })
          .tags();
      })
        .i32(timeoutMs)
        .bool(false)
        .tags();
    },
    read: (r, version) => {
      r.i32();
      const created = r.array((): CreatedTopic => {
        const topic = r.string();
        if (version >= 7) r.at += 16;
        const error = r.i16();
        const message = r.nullableString();
        r.i32();
        r.i16();
        // Null where the caller may not read configurations.
        r.array(() => {
          r.string();
          r.nullableString();
          r.bool();
          r.i8();
          r.bool();
          r.tags();
        });
        r.tags();
        return { topic, error, message };
      });
      r.tags();
      return created;
    },
  };
}
