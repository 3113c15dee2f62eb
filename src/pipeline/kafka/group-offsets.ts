/**
 * A group's committed offsets, waited for where transactions that are open may change them, and told apart by topic: Kafka
 * keeps them by name, their notes say which topic was meant. Owns that; what they are used for is the callers'.
 */
import { limits } from '../../contracts/limits.ts';
import type { Standing } from '../../contracts/positions.ts';
import { type CommittedOffset, offsetFetch } from './api/offset-fetch.ts';
import { BrokerError, brokerErrors, isRetriableAtCoordinator } from './broker-error.ts';
import type { Cluster, SourceTopic } from './cluster.ts';
import { type Patience, pause, withPatience } from './pause.ts';

/** Milliseconds before asking again for offsets that an open transaction makes unsure. */
const UNSTABLE_MS = 10;

/** By topic and partition; partitions without a committed offset are left out. */
export type GroupOffsets = ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>>;

/** Topic → the partitions asked for. */
type Asked = ReadonlyMap<string, readonly number[]>;

/** Every one of them, as it is when no open transaction concerns it. Throws where one stays open for limits.taskRetryMs. */
export async function committedOffsets(
  cluster: Cluster,
  group: string,
  asked: Asked,
  onTrouble?: Patience['onTrouble'],
): Promise<GroupOffsets> {
  const { found, unstable } = await ask(cluster, group, asked, limits.taskRetryMs, onTrouble);
  const [still] = unstable;
  if (still === undefined) return found;
  throw new BrokerError(brokerErrors.UNSTABLE_OFFSET_COMMIT, 'OffsetFetch', `of group ${group}, ${still[0]}`);
}

/** Those that can be had in this time: what a transaction stays open for is left out. */
export async function stableOffsets(
  cluster: Cluster,
  group: string,
  asked: Asked,
  forMs: number,
): Promise<GroupOffsets> {
  return (await ask(cluster, group, asked, forMs)).found;
}

async function ask(
  cluster: Cluster,
  group: string,
  asked: Asked,
  forMs: number,
  onTrouble?: Patience['onTrouble'],
): Promise<{ readonly found: GroupOffsets; readonly unstable: Asked }> {
  const found = new Map([...asked.keys()].map((topic) => [topic, new Map<number, CommittedOffset>()]));
  const until = performance.now() + forMs;
  for (let left = asked; ; ) {
    const answer = await withPatience(() => cluster.atCoordinator('group', group, () => offsetFetch(group, left)), {
      retriable: isRetriableAtCoordinator,
      forMs: Math.max(0, until - performance.now()),
      ...(onTrouble && { onTrouble }),
    });
    const unstable = new Map<string, readonly number[]>();
    for (const [topic, of] of answer) {
      for (const [partition, committed] of of.offsets) found.get(topic)?.set(partition, committed);
      if (of.unstable.length > 0) unstable.set(topic, of.unstable);
    }
    if (unstable.size === 0 || performance.now() >= until) return { found, unstable };
    left = unstable;
    await pause(UNSTABLE_MS);
  }
}

/** Those that are in the topic of this id: its own, and those that another tool has set for whichever topic there is. */
export function inTopic(
  offsets: ReadonlyMap<number, CommittedOffset> | undefined,
  id: string,
): Map<number, CommittedOffset> {
  return new Map([...(offsets ?? [])].filter(([, { note }]) => note === null || note.topicId === id));
}

/** A topic, and what the group has committed of it. */
export function standingOf({ topic, id, partitions }: SourceTopic, committed: GroupOffsets): Standing {
  const own = inTopic(committed.get(topic), id);
  const noted = [...own.values()].flatMap(({ note }) => (note === null ? [] : [note.begun]));
  const offsets = Object.fromEntries([...own].map(([partition, { offset }]) => [partition, String(offset)]));
  return { id, partitions, noted: noted.length === 0 ? null : Math.max(...noted), offsets };
}

export const allPartitions = (topics: readonly SourceTopic[]): Map<string, number[]> =>
  new Map(topics.map(({ topic, partitions }) => [topic, Array.from({ length: partitions }, (_, p) => p)]));
