/**
 * Where a task begins to read: the group's committed offsets; where there is none, what the workflow kept; else the
 * job's start. Owns that rule. Never "earliest" or "latest" for a partition whose job has already read elsewhere, and
 * never an offset of another topic of the same name.
 */
import { at } from '../../contracts/by-name.ts';
import { type Failure, failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { Plan } from '../../contracts/plan.ts';
import { begunOf, type KeptPositions, topicRecreated } from '../../contracts/positions.ts';
import { EARLIEST, LATEST } from '../kafka/api/list-offsets.ts';
import type { Cluster, SourceTopic } from '../kafka/cluster.ts';
import { epochBefore } from '../kafka/epoch-before.ts';
import { committedOffsets, type GroupOffsets, inTopic, standingOf } from '../kafka/group-offsets.ts';
import { offsetsAt } from '../kafka/log-offsets.ts';
import { type Patience, withPatience } from '../kafka/pause.ts';

/** A topic as the job reads it: contracts/positions.ts `KeptTopic` says what `begun` is. */
export interface ReadTopic extends SourceTopic {
  readonly begun: number;
}

export interface StartPosition {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  /** Of the last record before it; -1 where it isn't known. */
  readonly leaderEpoch: number;
  /** Whether the group has it committed. */
  readonly committed: boolean;
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

/**
 * The topics of which the task owns a partition, each with the partitions that the workflow knows of: all tasks of a generation read
 * as many. What the workflow doesn't know (contracts/task.ts `unknownTopics`) is taken as it is.
 * Throws MillraceError topic_recreated where a name means another topic; not before every broker must have heard of that, so
 * that one that is behind stops nothing.
 */
export async function topicsToRead(
  cluster: Cluster,
  topics: readonly SourceTopic[],
  kept: KeptPositions,
  unknown?: readonly string[],
): Promise<SourceTopic[]> {
  const wanted = async ({ topic, id }: SourceTopic): Promise<SourceTopic> => {
    const is = await cluster.topic(topic);
    const known = at(kept, topic);
    if (is.id !== (known?.id ?? id)) throw new MillraceError(topicRecreated(topic, known?.id ?? id, is.id));
    if (known === undefined) return is;
    if (is.partitions < known.partitions) throw new MillraceError(isBehind(is, known.partitions));
    return { ...is, partitions: known.partitions };
  };
  const own = topics.filter(({ topic }) => at(kept, topic) !== undefined || (unknown?.includes(topic) ?? true));
  const found: SourceTopic[] = [];
  for (const topic of own) {
    found.push(await withPatience(() => wanted(topic), { retriable: mayPass, forMs: limits.topicSpreadMs }));
  }
  return found;
}

const mayPass = (e: unknown): boolean =>
  e instanceof MillraceError && (e.failure.code === 'topic_recreated' || e.failure.code === 'kafka_unavailable');

const isBehind = ({ topic, partitions }: SourceTopic, known: number): Failure =>
  failure('kafka_unavailable', `The brokers tell of ${partitions} of the ${known} partitions of ${topic}, so far.`);

/** What a task needs of the group's committed offsets: those of its own partitions, whose earlier owners it has fenced. */
export function ownCommittedOffsets(
  cluster: Cluster,
  group: string,
  topics: readonly SourceTopic[],
  { index, tasks }: Owner,
  onTrouble: Patience['onTrouble'],
): Promise<GroupOffsets> {
  const own = new Map(topics.map((t) => [t.topic, ownedPartitions(t.partitions, index, tasks)]));
  return committedOffsets(cluster, group, own, onTrouble);
}

/** {@link ReadTopic.begun} is the workflow's word; a topic that it doesn't know is taken for what is noted with its own offsets. */
export function readTopics(
  topics: readonly SourceTopic[],
  committed: GroupOffsets,
  kept: KeptPositions,
): ReadonlyMap<string, ReadTopic> {
  return new Map(
    topics.map((t) => [t.topic, { ...t, begun: at(kept, t.topic)?.begun ?? begunOf(standingOf(t, committed)) }]),
  );
}

/** The first position of each owned partition. */
export async function startPositions(
  cluster: Cluster,
  committed: GroupOffsets,
  topics: ReadonlyMap<string, ReadTopic>,
  owner: Owner,
  kept: KeptPositions,
  start: Plan['start'],
): Promise<StartPosition[]> {
  const positions: StartPosition[] = [];
  for (const { topic, id, partitions, begun } of topics.values()) {
    const known = inTopic(committed.get(topic), id);
    const keptHere = at(kept, topic)?.offsets ?? {};
    for (const partition of ownedPartitions(partitions, owner.index, owner.tasks)) {
      const place = { topic, topicId: id, partition };
      const found = known.get(partition);
      const keptAt = keptHere[partition];
      if (found !== undefined) {
        // Other tools commit the leader's epoch of their time where nothing has been read (of an end, or a time), too.
        const leaderEpoch = found.note === null ? -1 : found.leaderEpoch;
        positions.push({ ...place, offset: found.offset, leaderEpoch, committed: true });
      } else {
        // One that was added since the job began is read from its beginning; one that it has seen but never committed
        // begins where the job does: its task had not come that far.
        const from = partition < begun ? start : 'earliest';
        const offset = keptAt === undefined ? await startOffset(cluster, topic, partition, from) : Number(keptAt);
        positions.push({ ...place, offset, leaderEpoch: -1, committed: false });
      }
    }
  }
  const withEpoch = async (at: StartPosition): Promise<StartPosition> =>
    at.leaderEpoch >= 0 ? at : { ...at, leaderEpoch: await epochBefore(cluster, at.topic, at.partition, at.offset) };
  return await Promise.all(positions.map(withEpoch));
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
