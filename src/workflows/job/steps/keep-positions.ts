/** Keeps where the job stands: its committed offsets, which the broker forgets one day while nobody commits. */
import { ActivityFailure, condition } from '@temporalio/workflow';
import { glance } from '../activities.ts';
import { mergePositions } from '../positions.ts';
import { keyOf, phaseOf } from '../run.ts';
import type { JobData } from '../state.ts';

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
  const { sources, sink } = job.phase.revision.plan;
  const order = {
    ...keyOf(job),
    cluster: sink.kafka.cluster,
    topics: sources.flatMap((s) => s.topics.map((t) => t.topic)),
  };
  try {
    job.positions = mergePositions(job.positions, await glance('where the job stands').readPositions(order));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
}
