/**
 * Sets a group's committed offsets, where nobody commits at the same time: the caller has fenced every task. Owns what the
 * targets of a rewind mean, and which of them are refused. Done twice, it does the same.
 */
import { at } from '../../contracts/by-name.ts';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { RewindTarget } from '../../contracts/operation.ts';
import { begunOf, type KeptPositions, type Positions, type Standing } from '../../contracts/positions.ts';
import { EARLIEST, LATEST } from '../kafka/api/list-offsets.ts';
import { offsetCommit, type TopicCommit } from '../kafka/api/offset-commit.ts';
import { BrokerError, brokerErrors, isRetriableAtCoordinator, kafkaFailure } from '../kafka/broker-error.ts';
import type { Cluster, SourceTopic } from '../kafka/cluster.ts';
import { allPartitions, committedOffsets, standingOf } from '../kafka/group-offsets.ts';
import { offsetsAt } from '../kafka/log-offsets.ts';
import { withPatience } from '../kafka/pause.ts';
import type { AlteredOffsets, Attempts, KnownTopics } from './port.ts';
import { offsetsOf } from './positions.ts';

type Offsets = ReadonlyMap<number, number>;

/** Wrong offsets told of one order: the rest are counted. */
const mistakesToldMax = 5;

/**
 * Sets the committed offsets of a group without members: of all partitions of the topics, or of those that the target
 * names. Throws MillraceError: `offset_out_of_range` or `invalid_spec` for targets that can't be, with nothing changed.
 */
export async function alterOffsets(
  cluster: Cluster,
  group: string,
  names: readonly string[],
  known: KnownTopics,
  to: RewindTarget,
  attempts: Attempts,
): Promise<AlteredOffsets> {
  try {
    const topics: SourceTopic[] = [];
    for (const topic of names) topics.push(await cluster.topic(topic));
    const targets = await targetsOf(cluster, topics, to);
    // Waits until no transaction with offsets is open: that of a task fenced just now ends in a moment.
    const committed = await committedOffsets(cluster, group, allPartitions(topics));
    const before = new Map(topics.map((t) => [t.topic, standingOf(t, committed)]));
    const from = attempts.from ?? fromOf(targets, before);
    attempts.found(from);
    const set = topicsSet(targets, before, known);
    await commit(cluster, group, set);
    return { from, to: set };
  } catch (e) {
    throw new MillraceError(refusal(e, group) ?? kafkaFailure(e, cluster.bootstrap), [], { cause: e });
  }
}

/** Topic → partition → the offset to set. */
async function targetsOf(
  cluster: Cluster,
  topics: readonly SourceTopic[],
  to: RewindTarget,
): Promise<Map<string, Offsets>> {
  const targets = new Map<string, Offsets>();
  if (typeof to === 'object' && 'offsets' in to) {
    const mistakes: Mistake[] = [];
    for (const [topic, named] of Object.entries(to.offsets)) {
      targets.set(topic, await checked(cluster, topic, named, topics, mistakes));
    }
    if (mistakes.length > 0) throw tell(mistakes);
  } else {
    for (const { topic, partitions } of topics) {
      targets.set(topic, await offsetsOf(cluster, topic, upTo(partitions), to));
    }
  }
  return targets;
}

interface Mistake {
  readonly code: 'invalid_spec' | 'offset_out_of_range';
  readonly message: string;
}

/** The named offsets of one topic, where each is within its log as a read_committed reader sees it. */
async function checked(
  cluster: Cluster,
  topic: string,
  named: Readonly<Record<string, string>>,
  topics: readonly SourceTopic[],
  mistakes: Mistake[],
): Promise<Offsets> {
  const source = topics.find((t) => t.topic === topic);
  const wrong = (code: Mistake['code'], message: string): void => void mistakes.push({ code, message });
  if (source === undefined) {
    const known = topics.map((t) => t.topic).join(', ');
    wrong('invalid_spec', `The job doesn't read the topic ${topic}: it reads ${known}.`);
    return new Map();
  }
  const wanted = new Map(Object.entries(named).map(([p, offset]) => [Number(p), offset]));
  const known = [...wanted.keys()].filter((p) => p < source.partitions);
  for (const p of [...wanted.keys()].filter((p) => p >= source.partitions)) {
    wrong('invalid_spec', `${topic} has no partition ${p}: it has 0 to ${source.partitions - 1}.`);
  }
  const first = await offsetsAt(cluster, topic, known, EARLIEST);
  const end = await offsetsAt(cluster, topic, known, LATEST);
  const offsets = new Map<number, number>();
  for (const p of known) {
    const offset = Number(wanted.get(p));
    offsets.set(p, offset);
    if (offset >= first.get(p)! && offset <= end.get(p)!) continue;
    const range = `${first.get(p)} (its first record) to ${end.get(p)} (its end)`;
    wrong('offset_out_of_range', `${topic}/${p} has no offset ${wanted.get(p)}: it can be set to ${range}.`);
  }
  return offsets;
}

function tell(mistakes: readonly Mistake[]): MillraceError {
  const told = mistakes.slice(0, mistakesToldMax).map((m) => m.message);
  const more = mistakes.length - told.length;
  const message = [...told, ...(more === 0 ? [] : [`${more} more are wrong.`]), 'Nothing was changed.'].join(' ');
  return new MillraceError(failure(mistakes[0]!.code, message));
}

/**
 * Topics with the offsets that are set, and how many partitions the job began with: all of them where all are set. Where only
 * some are, what was known stays: a partition that the job hasn't begun yet must still count as new. In another topic than the
 * one that was known, those not named are read from their beginning.
 */
function topicsSet(
  targets: ReadonlyMap<string, Offsets>,
  before: ReadonlyMap<string, Standing>,
  known: KnownTopics,
): KeptPositions {
  const set = [...targets].flatMap(([topic, offsets]) => {
    const is = before.get(topic);
    if (is === undefined || offsets.size === 0) return [];
    const knownHere = at(known, topic);
    const begunBefore = knownHere === undefined ? begunOf(is) : knownHere.id === is.id ? knownHere.begun : 0;
    const begun = offsets.size < is.partitions ? begunBefore : is.partitions;
    return [[topic, { id: is.id, begun, partitions: is.partitions, offsets: texts(offsets) }] as const];
  });
  return Object.fromEntries(set);
}

/** What the group had committed of what is set. */
function fromOf(targets: ReadonlyMap<string, Offsets>, before: ReadonlyMap<string, Standing>): Positions {
  const from = [...targets].flatMap(([topic, at]) => {
    const { id, offsets } = before.get(topic) as Standing;
    const known = Object.entries(offsets).filter(([partition]) => at.has(Number(partition)));
    return known.length === 0 ? [] : [[topic, { id, offsets: Object.fromEntries(known) }] as const];
  });
  return Object.fromEntries(from);
}

async function commit(cluster: Cluster, group: string, set: KeptPositions): Promise<void> {
  const commits = Object.entries(set).map(([topic, { id, begun, offsets }]): [string, TopicCommit] => {
    // Nobody knows of which leader's time the records before it are, which the first fetch tells.
    const at = Object.entries(offsets).map(([p, o]) => [Number(p), { offset: Number(o), leaderEpoch: -1 }] as const);
    return [topic, { note: { topicId: id, begun }, offsets: new Map(at) }];
  });
  if (commits.length === 0) return;
  await withPatience(() => cluster.atCoordinator('group', group, () => offsetCommit(group, new Map(commits))), {
    retriable: isRetriableAtCoordinator,
    forMs: limits.taskRetryMs,
  });
}

/** A group of ours has no members: whoever has joined it commits as they like. */
function refusal(e: unknown, group: string) {
  if (!(e instanceof BrokerError) || e.code !== brokerErrors.UNKNOWN_MEMBER_ID) return null;
  return failure('forbidden_state', `The consumer group ${group} has members that aren't Millrace's: stop them first.`);
}

const upTo = (partitions: number): number[] => Array.from({ length: partitions }, (_, p) => p);

const texts = (offsets: Offsets): Record<number, string> =>
  Object.fromEntries([...offsets].map(([partition, offset]) => [partition, String(offset)]));
