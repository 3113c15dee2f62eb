/**
 * Where a job stands, by topic and partition. A topic is its id, not its name: one that was deleted and made again under
 * its name holds other records at the same offsets. Plain JSON; it owns the shapes, and what is new to a job.
 */
import { type Failure, failure } from './failure.ts';
import { jsonBytes } from './json-bytes.ts';

/** Positions in one topic. */
export interface TopicPositions {
  /** As Kafka prints it (base64url); '' where the cluster gives its topics none. */
  readonly id: string;
  /** Partition → the next offset to read, as decimal text. */
  readonly offsets: Readonly<Record<number, string>>;
}

/** By topic name: a job reads at most one topic of a name at a time. */
export type Positions = Readonly<Record<string, TopicPositions>>;

/** What a job's workflow knows of a topic, and hands over to each generation. */
export interface KeptTopic extends TopicPositions {
  /**
   * Partitions that the topic had when the job began to read it: they begin where the job starts. Those behind them were
   * added since, and are read from their beginning. Never changes while the id stays.
   */
  readonly begun: number;
  /** Partitions that its present tasks read, or its next ones are to read: all of a generation read as many, whatever each of them sees. */
  readonly partitions: number;
}

export type KeptPositions = Readonly<Record<string, KeptTopic>>;

/** A topic as it is at this moment, and what the job's group has committed of it. */
export interface Standing extends TopicPositions {
  readonly partitions: number;
  /** {@link KeptTopic.begun} as it is noted beside the committed offsets, by an earlier life too; null: nobody noted it. */
  readonly noted: number | null;
}

/** Positions of as many partitions, in their order, as so many bytes of JSON hold; and how many more there are. */
export function shortened(
  positions: Positions,
  bytesMax: number,
): { readonly told: Positions; readonly untold: number } {
  let left = bytesMax;
  let untold = 0;
  const told = Object.entries(positions).flatMap(([topic, { id, offsets }]) => {
    if (left > 0) left -= jsonBytes({ [topic]: { id, offsets: {} } });
    const all = Object.entries(offsets);
    const kept = all.filter((offset) => {
      if (left > 0) left -= jsonBytes(offset);
      return left > 0;
    });
    untold += all.length - kept.length;
    return kept.length === 0 && left <= 0 ? [] : [[topic, { id, offsets: Object.fromEntries(kept) }] as const];
  });
  return { told: Object.fromEntries(told), untold };
}

/** Of a topic of which nothing is known but what was committed: partitions that nobody noted are read whole, never skipped. */
export const begunOf = ({ noted, partitions, offsets }: Standing): number =>
  noted ?? (Object.keys(offsets).length > 0 ? 0 : partitions);

/** Of a name that means another topic now than the one that the job reads. */
export function topicRecreated(topic: string, was: string, is: string): Failure {
  const message =
    `The topic ${topic} was deleted and made again under its name: the job reads the one with the id ${was}, now there is ${is}, whose offsets mean other records. ` +
    'Nothing of it is read before you decide: rewind the job (`millrace rewind job NAME --to earliest`, or `--offsets` for this topic alone), ' +
    'or write `onRecreate: earliest` into its spec, with which it begins such a topic at its beginning by itself.';
  return failure('topic_recreated', message);
}
