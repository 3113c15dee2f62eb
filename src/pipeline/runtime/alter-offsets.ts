/**
 * Sets a group's committed offsets, where nobody commits at the same time: the caller has fenced every task. Owns what the
 * targets of a rewind mean, and which of them are refused. Done twice, it does the same.
 */
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { RewindTarget } from '../../contracts/operation.ts';
import type { Positions } from '../../contracts/task.ts';
import { EARLIEST, LATEST } from '../kafka/api/list-offsets.ts';
import { offsetCommit } from '../kafka/api/offset-commit.ts';
import type { TopicOffsets } from '../kafka/api/offset-fetch.ts';
import { BrokerError, brokerErrors, isRetriableAtCoordinator, kafkaFailure } from '../kafka/broker-error.ts';
import { Cluster } from '../kafka/cluster.ts';
import { offsetsAt } from '../kafka/log-offsets.ts';
import { withPatience } from '../kafka/pause.ts';
import type { AlterOffsets } from './port.ts';
import { committedOffsets, offsetsOf, type SourceTopic } from './positions.ts';

type Offsets = ReadonlyMap<number, number>;

/** Wrong offsets told of one order: the rest are counted. */
const mistakesToldMax = 5;

export const alterOffsets: AlterOffsets = async (bootstrap, group, names, to, attempts) => {
  const cluster = new Cluster(bootstrap, 'millrace-offsets');
  try {
    const topics: SourceTopic[] = [];
    for (const topic of names) topics.push({ topic, partitions: await cluster.partitions(topic) });
    const targets = await targetsOf(cluster, topics, to);
    // Waits until no transaction with offsets is open: that of a task fenced just now ends in a moment.
    const before = await committedOffsets(cluster, group, topics, undefined);
    const from = attempts.from ?? positionsOf([...targets].map(([t, at]) => [t, only(before.get(t)?.offsets, at)]));
    attempts.found(from);
    await commit(cluster, group, withNotes(topics, targets, before));
    return { from, to: positionsOf([...targets]) };
  } catch (e) {
    throw new MillraceError(refusal(e, group) ?? kafkaFailure(e, bootstrap), [], { cause: e });
  } finally {
    await cluster.close();
  }
};

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
 * Offsets with their topic's note of partitions (api/offset-fetch.ts), which tells a later start which ones are new. Where
 * only some are set, the note stays: a partition that the job hasn't begun yet must still count as new.
 */
function withNotes(
  topics: readonly SourceTopic[],
  targets: ReadonlyMap<string, Offsets>,
  before: ReadonlyMap<string, TopicOffsets>,
): Map<string, TopicOffsets> {
  const noted = new Map<string, TopicOffsets>();
  for (const { topic, partitions } of topics) {
    const offsets = targets.get(topic);
    if (offsets === undefined || offsets.size === 0) continue;
    const known = before.get(topic);
    const partial = offsets.size < partitions && known !== undefined && known.offsets.size > 0;
    noted.set(topic, { partitions: partial ? known.partitions : partitions, offsets });
  }
  return noted;
}

async function commit(cluster: Cluster, group: string, offsets: ReadonlyMap<string, TopicOffsets>): Promise<void> {
  if (offsets.size === 0) return;
  await withPatience(() => cluster.atCoordinator('group', group, () => offsetCommit(group, offsets)), {
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

const only = (offsets: Offsets | undefined, of: Offsets): Offsets =>
  new Map([...(offsets ?? [])].filter(([partition]) => of.has(partition)));

const positionsOf = (topics: readonly (readonly [string, Offsets])[]): Positions =>
  Object.fromEntries(
    topics
      .filter(([, offsets]) => offsets.size > 0)
      .map(([topic, offsets]) => [topic, Object.fromEntries([...offsets].map(([p, o]) => [p, String(o)]))]),
  );
