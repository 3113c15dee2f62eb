/**
 * What running tasks tell of their job's topics: remembered until a generation has begun after it. Pure functions of the job's
 * data. What a new generation learns of its topics is in positions.ts.
 */
import { at } from '../../contracts/by-name.ts';
import { clipped } from '../../contracts/clipped.ts';
import { limits } from '../../contracts/limits.ts';
import { sourceTopicsOf } from '../../contracts/plan.ts';
import { changeText, type TopicChange, type TopicsChanged } from '../../contracts/topic-change.ts';
import { withinRoom } from './positions.ts';
import type { JobData } from './state.ts';

/** Takes down what a task has told; what tells of a generation before is over already. */
export function hear(job: JobData, { generation, changes }: TopicsChanged): void {
  if (generation < (job.topics?.generation ?? 0)) return;
  job.topics = { generation, changes: changes.slice(0, limits.topicChangesMax) };
}

/** What has changed since the tasks that run began; of others nothing is left to do: the next ones begin with what is. */
export function changesOf({ phase, topics }: JobData): readonly TopicChange[] {
  const running = phase.state === 'running' ? phase.generation : phase.state === 'updating' ? phase.previous : null;
  return running !== null && topics?.generation === running.generation ? topics.changes : [];
}

/** Those of them that a new generation takes up. */
export const changesToTakeUp = (job: JobData): readonly TopicChange[] =>
  changesOf(job).filter((change) => hasRoom(job, change));

/** As they are told: of partitions that no generation takes up, that they stay unread. */
export const changesTold = (job: JobData): readonly TopicChange[] =>
  changesOf(job).map((change) => (hasRoom(job, change) ? change : { ...change, noRoom: true }));

/** Whether there is room for the positions of the partitions that were added. */
function hasRoom({ positions, phase }: JobData, { topic, use, to }: TopicChange): boolean {
  const known = at(positions, topic);
  if (use === 'written' || known === undefined) return true;
  const grown = { ...positions, [topic]: { ...known, partitions: Math.max(to, known.partitions) } };
  const read = at(withinRoom(positions, grown, sourceTopicsOf(phase.revision.plan)), topic);
  return read === undefined || read.partitions >= to;
}

/** All of them in one sentence, as long as a reason may be. */
export const changesText = (changes: readonly TopicChange[]): string =>
  clipped(changes.map(changeText).join('; '), limits.reasonCharsMax);
