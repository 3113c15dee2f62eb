/**
 * Everything that a job's workflow remembers: one JSON object, which is its argument when it continues as new.
 * It owns the shapes and the one way to change a phase ({@link move}). No Map, Set, Date, class or bigint may stand in it.
 * What can't travel (the promises of running tasks) is in live.ts.
 */
import type { Failure } from '../../contracts/failure.ts';
import type { HistoryEntry } from '../../contracts/history.ts';
import { limits } from '../../contracts/limits.ts';
import type { RewindTarget } from '../../contracts/operation.ts';
import type { Plan, PlanTopic } from '../../contracts/plan.ts';
import type { KeptPositions, Positions } from '../../contracts/positions.ts';
import type { JobState, RequestOutcome } from '../../contracts/status.ts';
import type { GenerationRef, PreparedTask, Vitals } from '../../contracts/task.ts';
import type { TopicsChanged } from '../../contracts/topic-change.ts';
import type { VerdictKind } from '../../contracts/verdict.ts';
import { type Versioned, versionAfter } from '../upgrade.ts';
import { type JobEvent, target } from './lifecycle.ts';
import type { ApplyRequest, Asking, JobStart, PastRevision } from './messages.ts';
import { requestEntry, transitionEntry } from './trail.ts';
import { jobSteps } from './upgrade-steps.ts';

/** Who asked for what a phase works for: its outcome is settled when that is known. */
export type Asker = Pick<Asking, 'requestId' | 'by' | 'why'>;

/** An accepted spec with its plan. */
export interface Revision extends PastRevision {
  /** The request that its tasks are started for: the spec's own, or a restart's, a rescale's, a resume's. */
  readonly asker: Asker;
  readonly plan: Plan;
  /** The release of the hosts that its tasks are to run on; null: any. */
  readonly release: string | null;
}

/** A generation whose tasks wait on their hosts, or run there: by index. */
export interface Generation extends GenerationRef {
  readonly hosts: readonly PreparedTask[];
}

/** A generation that was begun, and has not shown health. */
export interface Begun extends GenerationRef {
  /** Topics that its tasks may write until they are fenced. Earlier releases don't tell. */
  readonly writes?: readonly PlanTopic[];
}

/** The last generation that has shown health: what a change is measured by, and goes back to. */
export interface Confirmed extends GenerationRef {
  /** What it runs, as it is told now: labels may have changed since. */
  readonly revision: Revision;
  /** What its tasks were like over the windows in which they showed it. */
  readonly vitals: readonly Vitals[];
}

export interface PastFailure extends Failure {
  /** ISO 8601. */
  readonly at: string;
}

/** How a new generation takes the place of one that runs. */
export type Handover = Extract<VerdictKind, 'in_flight' | 'drain_replace'>;

/** What a job drains for. */
export type DrainFor =
  | { readonly kind: 'stop'; readonly mode: 'drain' | 'cancel'; readonly askers: readonly Asker[] }
  | { readonly kind: 'pause'; readonly asker: Asker }
  | { readonly kind: 'rewind'; readonly to: RewindTarget; readonly asker: Asker };

/** What each state has of its own. `revision` is the one that the state works for. */
export type Phase =
  | { readonly state: 'deploying'; readonly revision: Revision; readonly prepared: Generation | null }
  | {
      readonly state: 'running';
      readonly revision: Revision;
      readonly generation: Generation;
      /** Epoch milliseconds before which it begins no generation by itself for a long history or changed topics: the last one was refused, or has just come. */
      readonly renewAfter: number;
    }
  | {
      readonly state: 'updating';
      readonly revision: Revision;
      readonly how: Handover;
      /** Whether the same plan goes on by itself: there is nothing to judge, and to go back to. */
      readonly asItWas: boolean;
      readonly prepared: Generation | null;
      /** What runs: the confirmed generation. */
      readonly previous: Generation;
      /** What the previous tasks were like before they were touched; null where that isn't known. */
      readonly baseline: readonly Vitals[] | null;
      /** Where the previous tasks ended, once they have been drained; null before, and in flight. */
      readonly ended: Positions | null;
    }
  | {
      readonly state: 'rolling_back';
      readonly revision: Revision;
      readonly prepared: Generation | null;
      readonly undone: { readonly asker: Asker; readonly cause: Failure };
    }
  | {
      readonly state: 'failed';
      readonly revision: Revision;
      /** Whether the job's positions were kept since it failed: it may wait longer than the broker remembers them. */
      readonly positions: 'unread' | 'kept';
      /** Epoch milliseconds; null: waits for its owner. */
      readonly retryAt: number | null;
    }
  | { readonly state: 'draining'; readonly revision: Revision; readonly purpose: DrainFor }
  | {
      readonly state: 'paused';
      readonly revision: Revision;
      /** Positions that were asked for and aren't set yet. */
      readonly rewind: Extract<DrainFor, { kind: 'rewind' }> | null;
    }
  | { readonly state: 'stopped'; readonly revision: Revision };

export type PhaseOf<S extends JobState> = Extract<Phase, { state: S }>;

/** A request that was accepted and waits for the loop. */
export type QueuedRequest =
  | { readonly kind: 'apply'; readonly revision: Revision; readonly inFlightOnly: boolean }
  | { readonly kind: 'stop'; readonly asker: Asker; readonly mode: 'drain' | 'cancel' }
  | { readonly kind: 'pause' | 'resume' | 'restart'; readonly asker: Asker }
  | { readonly kind: 'upgrade'; readonly asker: Asker; readonly release: string }
  | { readonly kind: 'rewind'; readonly asker: Asker; readonly to: RewindTarget };

export interface JobData extends Versioned {
  readonly deployment: string;
  readonly tenant: string;
  readonly name: string;
  /** Run id of the workflow's first run: names this life of the job in its history. */
  readonly life: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly handOver: HandOver;
  phase: Phase;
  /** Tasks that it may have by its tenant's quota, as when a spec was last accepted. */
  tasksMax: number;
  /** Epoch milliseconds at which it came into its state. */
  since: number;
  /** Number of the last accepted revision; it never goes back, whatever became of it. */
  revision: number;
  /** Accepted revisions, oldest first, the present one too; bounded in number and bytes. */
  past: PastRevision[];
  /** Numbers of those of them that have been healthy: what may be gone back to unasked. */
  healthy: number[];
  /** Number of the last generation begun. */
  generation: number;
  confirmed: Confirmed | null;
  /** Generations begun since, any of whose tasks may hold a transactional id that is still good. */
  unconfirmed: Begun[];
  /** Attempts that failed, or whose hosts were shut down, since a generation was last confirmed. */
  attempts: number;
  /** Which topics it reads, and where it stood in them as far as was read: see contracts/positions.ts. */
  positions: KeptPositions;
  /** What a running task has told of its topics last; null: nothing yet. */
  topics: TopicsChanged | null;
  queue: QueuedRequest[];
  /** Outcomes of past requests, oldest first. */
  requests: RequestOutcome[];
  /** Past failures, oldest first. */
  failures: PastFailure[];
  /** Number of the last entry of its history, and those that the audit topic hasn't acknowledged yet. */
  entries: number;
  trail: HistoryEntry[];
}

/** Events of one run's history after which the job goes on in a new run: where a generation is about to run anyway, and while one runs. */
export interface HandOver {
  readonly atTakeover: number;
  readonly whileRunning: number;
}

/** Temporal suggests it at 4,096 events or 4 MB by itself; the second bound only makes that certain. */
const handOverDefault: HandOver = { atTakeover: limits.historyEventsMax, whileRunning: 2 * limits.historyEventsMax };

/** The job as its first accepted request makes it. */
export function createJob(start: JobStart, request: ApplyRequest, life: string, now: number): JobData {
  const revision = revisionOf(request, 1);
  const phase: Phase = request.paused
    ? { state: 'paused', revision, rewind: null }
    : { state: 'deploying', revision, prepared: null };
  const job: JobData = {
    stateVersion: versionAfter(jobSteps),
    deployment: start.deployment,
    tenant: start.tenant,
    name: start.name,
    life,
    startedAt: new Date(now).toISOString(),
    handOver: start.handOver ?? handOverDefault,
    phase,
    tasksMax: request.tasksMax,
    since: now,
    revision: 1,
    past: [pastOf(revision)],
    healthy: [],
    generation: 0,
    confirmed: null,
    unconfirmed: [],
    attempts: 0,
    positions: {},
    topics: null,
    queue: [],
    requests: [],
    failures: [],
    entries: 0,
    trail: [],
  };
  const { spec, labels, asker } = revision;
  requestEntry(job, revision, { kind: 'apply', spec, labels }, null, { now, asker }, request.note);
  transitionEntry(job, 'created', null, phase, { now, asker });
  return job;
}

export function revisionOf(request: ApplyRequest, number: number, release: string | null = null): Revision {
  const { spec, labels, plan } = request;
  return { number, asker: askerOf(request), spec, labels, plan, release };
}

export const askerOf = ({ requestId, by, why }: Asker): Asker => ({ requestId, by, why });

export const pastOf = ({ number, spec, labels }: Revision): PastRevision => ({ number, spec, labels });

/** Who did what the workflow did by itself. Its request id is nobody's. */
export const ourselves = (why: string): Asker => ({ requestId: '', by: 'millrace', why });

/** What has shown health last, of a job that runs, or did until a change began. */
export function confirmedOf({ tenant, name, confirmed }: JobData): Confirmed {
  if (confirmed === null) throw new Error(`Job ${tenant}/${name} has never been healthy`);
  return confirmed;
}

/** Notes what has shown health. */
export function confirm(job: JobData, confirmed: Confirmed): void {
  job.confirmed = confirmed;
  const healthy = [...job.healthy, confirmed.revision.number];
  job.healthy = job.past.map((r) => r.number).filter((n) => healthy.includes(n));
}

/** Whether another plan than this one has shown health last, so that there is something to measure this one by and to go back to. */
export const isChange = ({ confirmed }: JobData, { plan }: Revision): boolean =>
  confirmed !== null && confirmed.revision.plan.hash !== plan.hash;

/** What belongs to a transition beside its states. */
export interface Note {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly asker: Asker;
  readonly cause?: Failure;
  readonly ended?: Positions;
  readonly began?: Positions;
}

/** Where the tasks of two generations met, as far as it is known. */
export type Boundary = Pick<Note, 'ended' | 'began'>;

/** Takes an edge, and writes it into the history. An edge that the table doesn't have is a bug: it fails the workflow task, visibly, and changes nothing. */
export function move(job: JobData, event: JobEvent, to: Phase, note: Note): void {
  const legal = target(job.phase.state, event);
  if (legal !== to.state) {
    throw new Error(`Job ${job.tenant}/${job.name}: no edge ${job.phase.state} --${event}--> ${to.state}`);
  }
  transitionEntry(job, event, job.phase, to, note);
  job.phase = to;
  job.since = note.now;
}

export function recordFailure(job: JobData, failure: Failure, now: number): void {
  job.failures = [...job.failures, { ...failure, at: new Date(now).toISOString() }].slice(-limits.failuresKeptMax);
}
