/** Keeps where the job stands: its topics, and its committed offsets, which the broker forgets one day while nobody commits. */
import { ActivityFailure, condition } from '@temporalio/workflow';
import type { ControlActivities } from '../../../activities/index.ts';
import type { Failure } from '../../../contracts/failure.ts';
import { homeOf, sourceTopicsOf } from '../../../contracts/plan.ts';
import { type Standing, topicRecreated } from '../../../contracts/positions.ts';
import { admin, glance } from '../activities.ts';
import { beginAnew, learn } from '../positions.ts';
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
  if (standing !== null) job.positions = learn(job.positions, standing).kept;
}

/**
 * The same before a new generation, which is told what it is to read: fails where a topic can't be looked at that isn't known
 * yet, or for whose sake the generation is (`anew`), and where one was made anew, unless the spec says that the job then begins
 * it from its beginning.
 */
export async function learnTopics(job: JobData, revision: Revision, anew: boolean): Promise<Failure | null> {
  const known = !anew && sourceTopicsOf(revision.plan).every((topic) => Object.hasOwn(job.positions, topic));
  const standing = await standingOf(job, revision, known ? glance('where the job stands') : null);
  if (standing === null) return null;
  const { kept, recreated } = learn(job.positions, standing);
  job.positions = kept;
  const [first] = recreated;
  if (first === undefined) return null;
  if (revision.spec.onRecreate !== 'earliest') return topicRecreated(first.topic, first.was, first.is.id);
  job.positions = beginAnew(kept, recreated);
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
