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
  const { generation } = phaseOf(job, 'updating').previous;
  await drainTasks(run, () => haltIsQueued(job));
  if (haltIsQueued(job)) return;
  const drained = live.ends(generation.generation).filter((end) => end.kind === 'drained').length;
  if (drained < generation.tasks) {
    // One that did not say where it ended: its last commit says it, as far as that can be read before it is fenced.
    await cancelTasks(run);
    await keepPositions(job);
  }
  const ended = drained < generation.tasks ? job.positions : live.ended(generation.generation);
  job.phase = { ...phaseOf(job, 'updating'), ended };
}
