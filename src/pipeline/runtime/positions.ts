/**
 * Where a task begins to read: the group's committed offsets; where there is none, what the workflow kept; else the
 * job's start. Owns that rule. Never "earliest" or "latest" for a partition whose job has already read elsewhere.
 */
import { limits } from '../../contracts/limits.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { Positions } from '../../contracts/task.ts';
import { EARLIEST, LATEST } from '../kafka/api/list-offsets.ts';
import { offsetFetch, type TopicOffsets } from '../kafka/api/offset-fetch.ts';
import { isRetriableAtCoordinator } from '../kafka/broker-error.ts';
import type { Cluster } from '../kafka/cluster.ts';
import { offsetsAt } from '../kafka/log-offsets.ts';
import { type Patience, withPatience } from '../kafka/pause.ts';

/** Milliseconds before asking again for offsets that an open transaction makes unsure. */
const UNSTABLE_MS = 10;

export interface SourceTopic {
  readonly topic: string;
  readonly partitions: number;
}

export interface StartPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Which of a generation's tasks. */
interface Owner {
  readonly index: number;
  readonly tasks: number;
}

/** The partitions p of a topic with p mod tasks = index. */
export function ownedPartitions(partitions: number, index: number, tasks: number): number[] {
  const owned: number[] = [];
  for (let p = index; p < partitions; p += tasks) owned.push(p);
  return owned;
}

/** The group's committed offsets for all partitions of these topics. Waits for open transactions to end. */
export function committedOffsets(
  cluster: Cluster,
  group: string,
  topics: readonly SourceTopic[],
  onTrouble: Patience['onTrouble'],
): Promise<Map<string, TopicOffsets>> {
  return committedOf(cluster, group, topics, { index: 0, tasks: 1 }, onTrouble);
}

/**
 * The group's committed offsets as far as a task needs them: for its own partitions, whose earlier owners it has fenced. Only
 * where one of those has none do the others matter, and then their open transactions are waited for, which somebody else ends.
 */
export async function ownCommittedOffsets(
  cluster: Cluster,
  group: string,
  topics: readonly SourceTopic[],
  owner: Owner,
  onTrouble: Patience['onTrouble'],
): Promise<Map<string, TopicOffsets>> {
  const own = await committedOf(cluster, group, topics, owner, onTrouble);
  const complete = topics.every(({ topic, partitions }) =>
    ownedPartitions(partitions, owner.index, owner.tasks).every((p) => own.get(topic)?.offsets.has(p)),
  );
  return complete ? own : committedOffsets(cluster, group, topics, onTrouble);
}

function committedOf(
  cluster: Cluster,
  group: string,
  topics: readonly SourceTopic[],
  { index, tasks }: Owner,
  onTrouble: Patience['onTrouble'],
): Promise<Map<string, TopicOffsets>> {
  const asked = new Map(topics.map((t) => [t.topic, ownedPartitions(t.partitions, index, tasks)]));
  return withPatience(() => cluster.atCoordinator('group', group, () => offsetFetch(group, asked)), {
    retriable: isRetriableAtCoordinator,
    soon: (e) => ((e as { code?: number }).code === 88 ? UNSTABLE_MS : undefined),
    // A transaction may stay open for its whole timeout, where nobody fenced its producer.
    forMs: limits.taskRetryMs,
    ...(onTrouble && { onTrouble }),
  });
}

/** The first position of each owned partition. */
export async function startPositions(
  cluster: Cluster,
  committed: ReadonlyMap<string, TopicOffsets>,
  topics: readonly SourceTopic[],
  owner: Owner,
  kept: Positions,
  start: Plan['start'],
): Promise<StartPosition[]> {
  const positions: StartPosition[] = [];
  for (const { topic, partitions } of topics) {
    const known = committed.get(topic);
    const keptHere = kept[topic];
    // A partition that is newer than the job's last commit is read from its beginning. One that the job has seen but
    // never committed begins where the job does: its task had not come that far when others had.
    const knownTopic = (known !== undefined && known.offsets.size > 0) || Object.keys(keptHere ?? {}).length > 0;
    const isNew = (partition: number): boolean => knownTopic && partition >= (known?.partitions ?? 0);
    const unknown: number[] = [];
    for (const partition of ownedPartitions(partitions, owner.index, owner.tasks)) {
      const offset =
        known?.offsets.get(partition) ??
        (keptHere?.[partition] === undefined ? undefined : Number(keptHere[partition]));
      if (offset === undefined) unknown.push(partition);
      else positions.push({ topic, partition, offset });
    }
    for (const partition of unknown) {
      const offset = await startOffset(cluster, topic, partition, isNew(partition) ? 'earliest' : start);
      positions.push({ topic, partition, offset });
    }
  }
  return positions;
}

async function startOffset(cluster: Cluster, topic: string, partition: number, start: Plan['start']): Promise<number> {
  return (await offsetsOf(cluster, topic, [partition], start)).get(partition)!;
}

/** Partition → where reading begins that is told so. A time behind the last record is the end. */
export async function offsetsOf(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  start: Plan['start'],
): Promise<Map<number, number>> {
  if (start === 'earliest') return await offsetsAt(cluster, topic, partitions, EARLIEST);
  if (start === 'latest') return await offsetsAt(cluster, topic, partitions, LATEST);
  const found = await offsetsAt(cluster, topic, partitions, Date.parse(start.timestamp));
  const late = partitions.filter((p) => (found.get(p) ?? -1) < 0);
  if (late.length === 0) return found;
  return new Map([...found, ...(await offsetsAt(cluster, topic, late, LATEST))]);
}

/** First offset and end of a partition, for people. */
export async function logRange(cluster: Cluster, topic: string, partition: number): Promise<string> {
  try {
    const first = await startOffset(cluster, topic, partition, 'earliest');
    return `${first} to ${await startOffset(cluster, topic, partition, 'latest')}`;
  } catch {
    return 'unknown';
  }
}
