/**
 * The first half of drain and replace: intake stops, everything read before is output and committed, sinks are closed, and
 * it is written down where that was. The new generation is prepared already; it begins from there.
 */

import { type JobRun, phaseOf } from '../run.ts';
import { haltIsQueued } from '../take.ts';
import { cancelTasks, drainTasks } from './halt.ts';
import { keepPositions } from './keep-positions.ts';

export async function drainPrevious(run: JobRun): Promise<void> {
  const { job, live } = run;
  const { previous } = phaseOf(job, 'updating');
  await drainTasks(run, () => haltIsQueued(job));
  if (haltIsQueued(job)) return;
  const drained = live.ends(previous.generation).filter((end) => end.kind === 'drained').length;
  if (drained < previous.tasks) {
    await cancelTasks(run);
    await keepPositions(job);
  }
  // One that did not say where it ended may go on until its successor fences it: that one's beginning will tell.
  job.phase = { ...phaseOf(job, 'updating'), ended: live.ended(previous.generation) };
}
