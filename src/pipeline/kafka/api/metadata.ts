/** Metadata: brokers, and topics' ids and partitions' leaders. Never creates a topic. */
import type { Api } from '../wire.ts';

export interface BrokerAddress {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface TopicMetadata {
  readonly name: string;
  readonly error: number;
  /** As Kafka prints it (base64url); '' where the cluster gives its topics none (KIP-516). */
  readonly id: string;
  /** Leader's broker id by partition; -1 where there is none at the moment. */
  readonly leaders: readonly number[];
  /** The leader's epoch by partition: it rises with each election; -1 where it isn't known. */
  readonly epochs: readonly number[];
}

export interface Metadata {
  readonly brokers: readonly BrokerAddress[];
  /** Broker id of the controller; of any broker, which passes on what is for it, where the controller is none (KRaft). */
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
}

const noId = 'AAAAAAAAAAAAAAAAAAAAAA';

export function metadata(topics: readonly string[]): Api<Metadata> {
  return {
    key: 3,
    name: 'Metadata',
    versions: [10, 12],
    write: (w, version) => {
      w.array(topics, (t) => {
        w.uuid(noId).string(t).tags();
      }).bool(false);
      if (version <= 10) w.bool(false);
      w.bool(false).tags();
    },
    read: (r, version) => {
      r.i32();
      const brokers = r.array(() => {
        const broker = { id: r.i32(), host: r.string(), port: r.i32() };
        r.nullableString();
        r.tags();
        return broker;
      });
      r.nullableString();
      const controller = r.i32();
      const found = r.array((): TopicMetadata => {
        const error = r.i16();
        const name = r.string();
        const id = r.uuid();
        r.bool();
        const leaders: number[] = [];
        const epochs: number[] = [];
        r.array(() => {
          r.i16();
          const partition = r.i32();
          leaders[partition] = r.i32();
          epochs[partition] = r.i32();
          for (let list = 0; list < 3; list++) r.array(() => r.i32());
          r.tags();
        });
        r.i32();
        r.tags();
        return { name, error, id, leaders, epochs };
      });
      if (version <= 10) r.i32();
      return { brokers, controller, topics: found };
    },
  };
}
