/** A running generation lost a task: the same plan goes on as a new generation. The other tasks work on until it fences them. */
import type { Failure } from '../../../contracts/failure.ts';
import type { LiveTasks } from '../live.ts';
import { now, phaseOf } from '../run.ts';
import { type JobData, move, ourselves, recordFailure } from '../state.ts';

export function recover(job: JobData, cause: Failure): void {
  const { revision } = phaseOf(job, 'running');
  const note = { now: now(), asker: ourselves('a task was lost'), cause };
  recordFailure(job, cause, note.now);
  move(job, 'lost', { state: 'deploying', revision, prepared: null }, note);
}

/** Its hosts were shut down, which is no failure: every task that was there has said where it ended. */
export function moveOn(job: JobData, live: LiveTasks): void {
  const { revision, generation } = phaseOf(job, 'running');
  const asker = ourselves('a host was shut down, its tasks finished and go on elsewhere');
  const ended = live.ended(generation.generation);
  move(job, 'left', { state: 'deploying', revision, prepared: null }, { now: now(), asker, ended });
}
