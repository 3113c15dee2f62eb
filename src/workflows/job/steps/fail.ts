/** Bookkeeping of a generation that failed with nothing to go back to: tried again by itself, or left to its owner. */
import type { Failure } from '../../../contracts/failure.ts';
import { isOwners, nextAttempt } from '../decide.ts';
import { settle } from '../requests.ts';
import { isoNow, now, phaseOf } from '../run.ts';
import { type JobData, move, recordFailure } from '../state.ts';

export function fail(job: JobData, cause: Failure): void {
  const phase = phaseOf(job, 'deploying', 'running', 'rolling_back');
  const { revision } = phase;
  recordFailure(job, cause, isoNow());
  if (phase.state === 'rolling_back') settle(job, phase.undone.requestId, 'failed', phase.undone.cause);
  if (isOwners(cause)) {
    settle(job, revision.requestId, 'failed', cause);
    move(job, 'broken', { state: 'failed', revision, positions: 'unread', retryAt: null });
  } else {
    job.attempts += 1;
    move(job, 'lost', { state: 'failed', revision, positions: 'unread', retryAt: nextAttempt(now(), job.attempts) });
  }
}
