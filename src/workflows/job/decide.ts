/**
 * What a job does next: a pure function of what it is and what is observed. It asks for at most one edge at a time;
 * workflow.ts writes the answer down and then acts on it.
 */
import { type Failure, type FailureCode, failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { TaskEnd } from '../../contracts/task.ts';
import type { JobData, PhaseOf, Revision } from './state.ts';
import { changesToTakeUp } from './topics.ts';

/** What the workflow sees of the world at one moment. */
export interface Observed {
  /** Epoch milliseconds. */
  readonly now: number;
  /** How tasks of the present generation have ended so far. */
  readonly ends: readonly TaskEnd[];
  /** Tasks of any generation that haven't ended as far as this run knows. */
  readonly living: number;
  /** Whether this run has acted yet: one that hasn't doesn't hand over to another. */
  readonly acted: boolean;
  readonly historyEvents: number;
  readonly historyBytes: number;
  readonly continueSuggested: boolean;
}

type Plain =
  | 'prepare'
  | 'drain_previous'
  | 'take_over'
  | 'continue_as_new'
  | 'renew'
  | 'follow'
  | 'halt'
  | 'keep_positions'
  | 'retry'
  | 'stop'
  | 'pause'
  | 'rewind'
  | 'finish';

export type Next =
  | { readonly [D in Plain]: { readonly do: D } }[Plain]
  /** A task of the running generation ended that should not have. */
  | { readonly do: 'recover' | 'give_up'; readonly failure: Failure }
  /** Tasks ended because their hosts were shut down. */
  | { readonly do: 'move_on' }
  /** Epoch milliseconds, or null: until something happens. */
  | { readonly do: 'wait'; readonly until: number | null };

export function decide(job: JobData, seen: Observed): Next {
  const { phase } = job;
  switch (phase.state) {
    case 'deploying':
    case 'updating':
    case 'rolling_back':
      if (phase.prepared === null) return { do: 'prepare' };
      if (phase.state === 'updating' && phase.how === 'drain_replace' && phase.ended === null) {
        return { do: 'drain_previous' };
      }
      // The one place where nothing that runs is lost by a new run: the new generation fences the old one anyway.
      return isLong(seen, job.handOver.atTakeover) ? { do: 'continue_as_new' } : { do: 'take_over' };
    case 'running':
      return decideRunning(job, phase, seen);
    case 'failed':
      return decideFailed(job, phase, seen);
    case 'draining':
      return { do: phase.purpose.kind };
    case 'paused':
      if (phase.rewind !== null) return { do: 'rewind' };
      return isLong(seen, job.handOver.whileRunning) ? { do: 'continue_as_new' } : { do: 'wait', until: null };
    case 'stopped':
      return { do: 'finish' };
    default:
      return phase satisfies never;
  }
}

function decideRunning(job: JobData, phase: PhaseOf<'running'>, seen: Observed): Next {
  const cause = worst(seen.ends);
  if (cause !== null && seen.ends.every(isHostShutdown)) return { do: 'move_on' };
  if (cause !== null) return { do: awaitsOwner(cause, phase.revision) ? 'give_up' : 'recover', failure: cause };
  if (isEndless(seen)) return { do: 'recover', failure: tooLong };
  const isChanged = changesToTakeUp(job).length > 0;
  if (!isChanged && !isLong(seen, job.handOver.whileRunning)) return { do: 'wait', until: null };
  if (seen.now < phase.renewAfter) return { do: 'wait', until: phase.renewAfter };
  return { do: isChanged ? 'follow' : 'renew' };
}

function decideFailed(job: JobData, phase: PhaseOf<'failed'>, seen: Observed): Next {
  const endless = isEndless(seen);
  if (phase.retryAt === null && seen.living > 0 && !endless) return { do: 'halt' };
  if (phase.positions === 'unread') return { do: 'keep_positions' };
  if (phase.retryAt !== null && seen.now >= phase.retryAt) return { do: 'retry' };
  if (seen.living === 0 && isLong(seen, job.handOver.whileRunning)) return { do: 'continue_as_new' };
  // Tasks that still work, or never end though they are told to, are left behind, and fenced by the next generation: better than
  // a workflow that the server ends.
  if (endless) return { do: 'continue_as_new' };
  return { do: 'wait', until: phase.retryAt };
}

/** Its host was told to go, and it has finished what it had read: no failure. */
export const isHostShutdown = (end: TaskEnd): boolean => end.kind === 'drained' && end.by === 'host_shutdown';

/** Whether only the job's owner can mend it. Everything else is worth another attempt. */
export const isOwners = (cause: Failure): boolean => cause.domain === 'user';

/** Whether they have to: a spec may say beforehand that its topics may be deleted and made again, and what the new ones mean. */
export const awaitsOwner = (cause: Failure, { spec }: Revision): boolean =>
  isOwners(cause) && !(spec.onRecreate === 'earliest' && ofTopicsMadeAgain.includes(cause.code));

/** What a task meets while a topic is gone, and when there is another. */
const ofTopicsMadeAgain: readonly FailureCode[] = ['topic_missing', 'topic_recreated'];

/** The failure that decides over a generation: the owner's before any other. Null while nothing is wrong. */
export function worst(ends: readonly TaskEnd[]): Failure | null {
  const causes = ends.map(causeOf);
  return causes.find(isOwners) ?? causes[0] ?? null;
}

/** Why a task's end is a failure of its generation. */
export function causeOf(end: TaskEnd): Failure {
  switch (end.kind) {
    case 'failed':
      return end.failure;
    case 'drained':
      return failure('host_lost', 'A host was shut down and finished its tasks: they go on elsewhere.');
    case 'superseded':
      return failure('superseded', 'A task was fenced although no later generation is known: it goes on as a new one.');
    case 'cancelled':
      return failure('host_lost', 'A task was cancelled on its host: it goes on as a new one.');
    default:
      return end satisfies never;
  }
}

/** Epoch milliseconds of the next attempt, after so many that failed. `chance`, from 0 to 1, keeps jobs that failed together apart. */
export function nextAttempt(now: number, attempts: number, chance: number): number {
  const ms = Math.min(limits.jobRetryMaxMs, limits.jobRetryFirstMs * 2 ** Math.max(0, attempts - 1));
  return now + Math.round(ms * (0.5 + chance / 2));
}

const isLong = (seen: Observed, bound: number): boolean =>
  seen.acted && (seen.continueSuggested || seen.historyEvents >= bound);

const isEndless = (seen: Observed): boolean =>
  seen.acted && (seen.historyEvents >= limits.historyEventsBound || seen.historyBytes >= limits.historyBytesBound);

const tooLong = failure(
  'unhealthy',
  'Its history has grown too long, and every generation that was to go on in a new run was refused (see the failures before): it begins anew, and is tried again where it can not.',
);
