/**
 * What running tasks tell of their job's topics: remembered until a generation has begun after it. Pure functions of the job's
 * data. What a new generation learns of its topics is in positions.ts.
 */
import { clipped } from '../../contracts/clipped.ts';
import { limits } from '../../contracts/limits.ts';
import { changeText, type TopicChange, type TopicsChanged } from '../../contracts/topic-change.ts';
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

/** All of them in one sentence, as long as a reason may be. */
export const changesText = (changes: readonly TopicChange[]): string =>
  clipped(changes.map(changeText).join('; '), limits.reasonCharsMax);
