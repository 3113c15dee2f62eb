/** Bookkeeping of a generation that failed with nothing to go back to: tried again by itself, or left to its owner. */
import type { Failure } from '../../../contracts/failure.ts';
import { isOwners, nextAttempt } from '../decide.ts';
import { settle } from '../requests.ts';
import { now, phaseOf } from '../run.ts';
import { type JobData, move, ourselves, recordFailure } from '../state.ts';

export function fail(job: JobData, cause: Failure): void {
  const phase = phaseOf(job, 'deploying', 'running', 'rolling_back');
  const { revision } = phase;
  const note = { now: now(), asker: ourselves('its tasks failed'), cause };
  recordFailure(job, cause, note.now);
  if (phase.state === 'rolling_back') {
    settle(job, phase.undone.asker.requestId, 'failed', { cause: phase.undone.cause });
  }
  if (isOwners(cause)) {
    settle(job, revision.asker.requestId, 'failed', { cause });
    move(job, 'broken', { state: 'failed', revision, positions: 'unread', retryAt: null }, note);
  } else {
    job.attempts += 1;
    const retryAt = nextAttempt(note.now, job.attempts);
    move(job, 'lost', { state: 'failed', revision, positions: 'unread', retryAt }, note);
  }
}
