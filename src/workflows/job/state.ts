/**
 * Everything that a job's workflow remembers: one JSON object, which is its argument when it continues as new.
 * It owns the shapes and the one way to change a phase ({@link move}). No Map, Set, Date, class or bigint may stand in it.
 * What can't travel (the promises of running tasks) is in live.ts.
 */
import type { Failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { JobSpec } from '../../contracts/spec.ts';
import type { JobState, RequestOutcome } from '../../contracts/status.ts';
import type { Positions, PreparedTask } from '../../contracts/task.ts';
import { type JobEvent, target } from './lifecycle.ts';
import type { ApplyRequest, JobStart } from './messages.ts';

/** An accepted spec with its plan. */
export interface Revision {
  readonly number: number;
  /** The request that made it: its outcome is settled when the revision's fate is known. */
  readonly requestId: string;
  readonly spec: JobSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: Plan;
}

/** Enough of a generation to name its transactional ids. */
export interface GenerationRef {
  readonly generation: number;
  readonly tasks: number;
}

/** A generation whose tasks wait on their hosts, or run there: by index. */
export interface Generation extends GenerationRef {
  readonly hosts: readonly PreparedTask[];
}

export interface PastFailure extends Failure {
  /** ISO 8601. */
  readonly at: string;
}

/** What each state has of its own. `revision` is the one that the state works for. */
export type Phase =
  | { readonly state: 'deploying'; readonly revision: Revision; readonly prepared: Generation | null }
  | {
      readonly state: 'running';
      readonly revision: Revision;
      readonly generation: Generation;
      /** Epoch milliseconds before which a long history isn't handed over again: the last attempt was refused. */
      readonly renewAfter: number;
    }
  | {
      readonly state: 'updating';
      readonly revision: Revision;
      readonly prepared: Generation | null;
      readonly previous: { readonly revision: Revision; readonly generation: Generation };
    }
  | {
      readonly state: 'rolling_back';
      readonly revision: Revision;
      readonly prepared: Generation | null;
      readonly undone: { readonly requestId: string; readonly cause: Failure };
    }
  | {
      readonly state: 'failed';
      readonly revision: Revision;
      /** Whether the job's positions were kept since it failed: it may wait longer than the broker remembers them. */
      readonly positions: 'unread' | 'kept';
      /** Epoch milliseconds; null: waits for its owner. */
      readonly retryAt: number | null;
    }
  | {
      readonly state: 'draining';
      readonly revision: Revision;
      readonly mode: 'drain' | 'cancel';
      readonly requestIds: readonly string[];
    }
  | { readonly state: 'stopped'; readonly revision: Revision };

export type PhaseOf<S extends JobState> = Extract<Phase, { state: S }>;

/** A request that was accepted and waits for the loop. */
export type QueuedRequest =
  | { readonly kind: 'apply'; readonly revision: Revision }
  | { readonly kind: 'stop'; readonly requestId: string; readonly mode: 'drain' | 'cancel' };

export interface JobData {
  readonly tenant: string;
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly handOver: HandOver;
  phase: Phase;
  /** Number of the last accepted revision; it never goes back, whatever became of it. */
  revision: number;
  /** Number of the last generation begun. */
  generation: number;
  confirmed: GenerationRef | null;
  /** Generations begun since, any of whose tasks may hold a transactional id that is still good. */
  unconfirmed: GenerationRef[];
  /** Attempts that failed since a generation was last confirmed. */
  attempts: number;
  positions: Positions;
  queue: QueuedRequest[];
  /** Outcomes of past requests, oldest first. */
  requests: RequestOutcome[];
  /** Past failures, oldest first. */
  failures: PastFailure[];
}

/** Events of one run's history after which the job goes on in a new run: where a generation is about to run anyway, and while one runs. */
export interface HandOver {
  readonly atTakeover: number;
  readonly whileRunning: number;
}

/** Temporal suggests it at 4,096 events or 4 MB by itself; the second bound only makes that certain. */
const handOverDefault: HandOver = { atTakeover: limits.historyEventsMax, whileRunning: 2 * limits.historyEventsMax };

/** The job as its first accepted request makes it. */
export function createJob(start: JobStart, request: ApplyRequest, now: string): JobData {
  return {
    tenant: start.tenant,
    name: start.name,
    startedAt: now,
    handOver: start.handOver ?? handOverDefault,
    phase: { state: 'deploying', revision: revisionOf(request, 1), prepared: null },
    revision: 1,
    generation: 0,
    confirmed: null,
    unconfirmed: [],
    attempts: 0,
    positions: {},
    queue: [],
    requests: [],
    failures: [],
  };
}

export function revisionOf(request: ApplyRequest, number: number): Revision {
  const { requestId, spec, labels, plan } = request;
  return { number, requestId, spec, labels, plan };
}

/** Takes an edge. An edge that the table doesn't have is a bug: it fails the workflow task, visibly, and changes nothing. */
export function move(job: JobData, event: JobEvent, to: Phase): void {
  const legal = target(job.phase.state, event);
  if (legal !== to.state) {
    throw new Error(`Job ${job.tenant}/${job.name}: no edge ${job.phase.state} --${event}--> ${to.state}`);
  }
  job.phase = to;
}

export function recordFailure(job: JobData, failure: Failure, now: string): void {
  job.failures = [...job.failures, { ...failure, at: now }].slice(-limits.failuresKeptMax);
}
