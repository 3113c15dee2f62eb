/**
 * Bookkeeping of a generation that failed: a change goes back to the plan that was healthy last; what has nothing to go back
 * to is tried again by itself, or left to its owner.
 */
import type { Failure } from '../../../contracts/failure.ts';
import { awaitsOwner, nextAttempt } from '../decide.ts';
import { settle } from '../requests.ts';
import { now, phaseOf } from '../run.ts';
import { type Boundary, confirmedOf, isChange, type JobData, move, ourselves, recordFailure } from '../state.ts';

export function fail(job: JobData, cause: Failure): void {
  const phase = phaseOf(job, 'deploying', 'running', 'rolling_back');
  const { revision } = phase;
  // Nothing runs that a loss could be kept from: a change is tried again after one, and undone for what is its own fault.
  if (phase.state === 'deploying' && isChange(job, revision) && awaitsOwner(cause, phase.revision)) {
    undo(job, cause);
    return;
  }
  const note = { now: now(), asker: ourselves('its tasks failed'), cause };
  recordFailure(job, cause, note.now);
  if (phase.state === 'rolling_back') {
    settle(job, phase.undone.asker.requestId, 'failed', { cause: phase.undone.cause });
  }
  if (awaitsOwner(cause, phase.revision)) {
    settle(job, revision.asker.requestId, 'failed', { cause });
    move(job, 'broken', { state: 'failed', revision, positions: 'unread', retryAt: null }, note);
  } else {
    job.attempts += 1;
    const retryAt = nextAttempt(note.now, job.attempts, Math.random());
    move(job, 'lost', { state: 'failed', revision, positions: 'unread', retryAt }, note);
  }
}

/** The plan that was healthy last takes over again; the change ends as rolled back once it has. `met`: where it met that plan. */
export function undo(job: JobData, cause: Failure, met: Boundary = {}): void {
  const phase = phaseOf(job, 'deploying', 'updating');
  const note = { now: now(), asker: ourselves('the new generation was not healthy'), cause, ...met };
  recordFailure(job, cause, note.now);
  const { revision } = confirmedOf(job);
  const undone = { asker: phase.revision.asker, cause };
  const failed = awaitsOwner(cause, phase.revision) ? 'broken' : 'lost';
  const event = phase.state === 'deploying' ? 'undone' : failed;
  move(job, event, { state: 'rolling_back', revision, prepared: null, undone }, note);
}
