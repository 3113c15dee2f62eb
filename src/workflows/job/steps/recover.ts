/** A running generation lost a task: the same plan goes on as a new generation. The other tasks work on until it fences them. */
import type { Failure } from '../../../contracts/failure.ts';
import { isoNow, phaseOf } from '../run.ts';
import { type JobData, move, recordFailure } from '../state.ts';

export function recover(job: JobData, cause: Failure): void {
  const { revision } = phaseOf(job, 'running');
  recordFailure(job, cause, isoNow());
  move(job, 'lost', { state: 'deploying', revision, prepared: null });
}
