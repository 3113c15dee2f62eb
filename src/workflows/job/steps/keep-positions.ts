/** Keeps where the job stands: its topics, and its committed offsets, which the broker forgets one day while nobody commits. */
import { ActivityFailure, condition } from '@temporalio/workflow';
import type { ControlActivities } from '../../../activities/index.ts';
import { at } from '../../../contracts/by-name.ts';
import type { Failure } from '../../../contracts/failure.ts';
import { homeOf, sourceTopicsOf } from '../../../contracts/plan.ts';
import { beyondPositions } from '../../../contracts/position-bounds.ts';
import { type Standing, topicRecreated } from '../../../contracts/positions.ts';
import { admin, glance } from '../activities.ts';
import { beginAnew, learn, withinRoom } from '../positions.ts';
import { keyOf, phaseOf } from '../run.ts';
import type { JobData, Revision } from '../state.ts';

/** Once for each time that a job fails, before it waits. A request doesn't wait for it: what is read later is kept too. */
export async function keepPositionsOfFailed(job: JobData): Promise<void> {
  let read = false;
  const reading = keepPositions(job).then(() => {
    read = true;
  });
  await Promise.race([reading, condition(() => read || job.queue.length > 0)]);
  job.phase = { ...phaseOf(job, 'failed'), positions: 'kept' };
}

/** Never fails: what can't be read stays as it was known, and the group's own offsets are good for days. */
export async function keepPositions(job: JobData): Promise<void> {
  const standing = await standingOf(job, job.phase.revision, glance('where the job stands'));
  if (standing === null) return;
  const reads = sourceTopicsOf(job.phase.revision.plan);
  job.positions = withinRoom(job.positions, learn(job.positions, standing).kept, reads);
}

/**
 * The same before a new generation, which is told what it is to read: fails where a topic can't be looked at that isn't known
 * yet, or for whose sake the generation is (`anew`), and where one was made anew, unless the spec says that the job then begins
 * it from its beginning; and where a topic that isn't known yet has more partitions than there is room for. One that is known goes on
 * with those that are read already.
 */
export async function learnTopics(job: JobData, revision: Revision, anew: boolean): Promise<Failure | null> {
  const reads = sourceTopicsOf(revision.plan);
  const known = !anew && reads.every((topic) => Object.hasOwn(job.positions, topic));
  const standing = await standingOf(job, revision, known ? glance('where the job stands') : null);
  if (standing === null) return null;
  const { kept, recreated } = learn(job.positions, standing);
  const [first] = recreated;
  if (first !== undefined && revision.spec.onRecreate !== 'earliest') {
    job.positions = withinRoom(job.positions, kept, reads);
    return topicRecreated(first.topic, first.was, first.is.id);
  }
  const learnt = beginAnew(kept, recreated);
  const fitting = withinRoom(job.positions, learnt, reads);
  if (reads.some((topic) => Object.hasOwn(learnt, topic) && !Object.hasOwn(fitting, topic))) {
    const counts = reads.flatMap((topic) => [[topic, at(learnt, topic)?.partitions ?? 0] as const]);
    return beyondPositions('/spec/sql', Object.fromEntries(counts))?.cause ?? null;
  }
  job.positions = fitting;
  return null;
}

/** Null where it can't be told and `asked` needn't; otherwise that fails. */
async function standingOf(
  job: JobData,
  { plan }: Revision,
  asked: ControlActivities | null,
): Promise<Readonly<Record<string, Standing>> | null> {
  const order = { ...keyOf(job), cluster: homeOf(plan), topics: sourceTopicsOf(plan) };
  if (asked === null) return admin('which topics the job reads').readPositions(order);
  try {
    return await asked.readPositions(order);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return null;
  }
}
