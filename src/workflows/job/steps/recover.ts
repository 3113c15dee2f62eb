/** A running generation lost a task: the same plan goes on as a new generation. The other tasks work on until it fences them. */
import type { Failure } from '../../../contracts/failure.ts';
import { type JobRun, now, phaseOf } from '../run.ts';
import { type JobData, move, ourselves, recordFailure } from '../state.ts';

export function recover(job: JobData, cause: Failure): void {
  const { revision } = phaseOf(job, 'running');
  const note = { now: now(), asker: ourselves('a task was lost'), cause };
  recordFailure(job, cause, note.now);
  move(job, 'lost', { state: 'deploying', revision, prepared: null }, note);
}

/**
 * Its hosts were shut down, which is no failure: every task that was there has said where it ended. A change whose tasks were
 * not confirmed yet goes on as a deploy, since nothing runs any more that it could be refused for; a way back stays one.
 */
export function moveOn({ job, live }: JobRun): void {
  const phase = phaseOf(job, 'running', 'deploying', 'updating', 'rolling_back');
  const left = phase.state === 'running' ? phase.generation : phase.prepared;
  if (left === null) throw new Error('a generation that was not begun has left its hosts');
  const asker = ourselves('a host was shut down, its tasks finished and go on elsewhere');
  // Of a drain and replace: where the old tasks ended. Where these did, the next ones begin.
  const drained = phase.state === 'updating' ? phase.ended : null;
  const bounds = drained === null ? { ended: live.ended(left.generation) } : { ended: drained, began: drained };
  const note = { now: now(), asker, ...bounds };
  if (phase.state !== 'running') job.attempts += 1;
  if (phase.state === 'rolling_back') move(job, 'left', { ...phase, prepared: null }, note);
  else move(job, 'left', { state: 'deploying', revision: phase.revision, prepared: null }, note);
}
