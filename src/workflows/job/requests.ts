/**
 * What becomes of requests: refused at once, recorded as desired, taken up by the loop, settled. Pure functions of the
 * job's data; the workflow's handlers and its loop call them.
 * Invariants: (R1) a request id that is known gets its known answer, before anything else is looked at;
 * (R2) only {@link takeRequests}, called by the loop, changes the phase.
 */
import { type Failure, failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { RequestOutcome } from '../../contracts/status.ts';
import type { ApplyRequest, StopRequest } from './messages.ts';
import { type JobData, move, type Revision, revisionOf } from './state.ts';

type Asked = { readonly requestId: string; readonly expectedRevision: number | null };

/** The answer that a request id was given before. */
export function knownOutcome(job: JobData | null, requestId: string): RequestOutcome | null {
  return job?.requests.find((r) => r.requestId === requestId) ?? null;
}

/** Why a spec can't be accepted now, or null. */
export function refuseApply(job: JobData | null, name: string, request: ApplyRequest): Failure | null {
  if (knownOutcome(job, request.requestId) !== null) return null;
  if (job !== null && isStopping(job)) {
    return failure(
      'forbidden_state',
      `Job ${name} is ${job.phase.state === 'stopped' ? 'stopped' : 'draining'}: a spec can be applied again when it has ended.`,
    );
  }
  return refuse(job, name, request);
}

/** Why a stop can't be accepted now, or null. */
export function refuseStop(job: JobData | null, name: string, request: StopRequest): Failure | null {
  if (knownOutcome(job, request.requestId) !== null) return null;
  if (job === null) return failure('not_found', `There is no job ${name}.`);
  if (job.phase.state === 'stopped') return failure('forbidden_state', `Job ${name} is stopped already.`);
  return refuse(job, name, request);
}

function refuse(job: JobData | null, name: string, asked: Asked): Failure | null {
  const at = job?.revision ?? 0;
  if (asked.requestId.length === 0 || asked.requestId.length > limits.requestIdCharsMax) {
    return failure('invalid_spec', `The request id must have 1 to ${limits.requestIdCharsMax} characters.`);
  }
  if (asked.expectedRevision !== null && asked.expectedRevision !== at) {
    const is = at === 0 ? 'does not exist' : `is at revision ${at}`;
    return failure(
      'stale_revision',
      `Job ${name} ${is}, the change is based on revision ${asked.expectedRevision}: read it again and repeat the change.`,
    );
  }
  if (job !== null && job.queue.length >= limits.requestsQueuedMax) {
    return failure(
      'too_many_requests',
      `Job ${name} has ${job.queue.length} requests waiting: try again when they are done.`,
    );
  }
  return null;
}

/** Records an accepted spec as desired; the loop takes it up. */
export function acceptApply(job: JobData, request: ApplyRequest): RequestOutcome {
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return known;
  const desired = desiredRevision(job);
  const same = isSame(desired, request);
  if (same && (job.phase.state !== 'failed' || job.queue.length > 0)) {
    return remember(job, { requestId: request.requestId, revision: job.revision, outcome: 'unchanged' });
  }
  // The same spec for a failed job asks for another attempt: nothing new is desired, so the number stays.
  if (!same) job.revision += 1;
  replaceQueued(job);
  job.queue.push({ kind: 'apply', revision: revisionOf(request, job.revision) });
  return remember(job, { requestId: request.requestId, revision: job.revision, outcome: 'pending' });
}

export function acceptStop(job: JobData, request: Pick<StopRequest, 'requestId' | 'mode'>): RequestOutcome {
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return known;
  job.queue.push({ kind: 'stop', requestId: request.requestId, mode: request.mode });
  return remember(job, { requestId: request.requestId, revision: job.revision, outcome: 'pending' });
}

/** What the owner wants: the last accepted spec that hasn't failed. */
export function desiredRevision(job: JobData): Revision {
  return job.queue.findLast((q) => q.kind === 'apply')?.revision ?? job.phase.revision;
}

export function remember(job: JobData, outcome: RequestOutcome): RequestOutcome {
  job.requests = [...job.requests, outcome].slice(-limits.requestsKeptMax);
  return outcome;
}

/** Says how a pending request went; one that is settled, or forgotten, stays as it is. */
export function settle(job: JobData, requestId: string, outcome: RequestOutcome['outcome'], cause?: Failure): void {
  job.requests = job.requests.map((r) =>
    r.requestId === requestId && r.outcome === 'pending'
      ? { ...r, outcome, ...(cause === undefined ? {} : { cause }) }
      : r,
  );
}

export const stopIsQueued = (job: JobData): boolean => job.queue.some((q) => q.kind === 'stop');
export const cancelIsQueued = (job: JobData): boolean =>
  job.queue.some((q) => q.kind === 'stop' && q.mode === 'cancel');
const isStopping = (job: JobData): boolean =>
  job.phase.state === 'draining' || job.phase.state === 'stopped' || stopIsQueued(job);

/** Takes up what is queued, as far as the present state can: a stop always, a spec while running or failed. */
export function takeRequests(job: JobData): void {
  if (stopIsQueued(job)) takeStops(job);
  else if (job.phase.state === 'running' || job.phase.state === 'failed') takeSpec(job);
}

function takeSpec(job: JobData): void {
  const revision = takeQueued(job);
  if (revision === null) return;
  const { phase } = job;
  if (phase.state === 'failed') {
    job.attempts = 0;
    move(job, 'applied', { state: 'deploying', revision, prepared: null });
  } else if (phase.state === 'running' && runsTheSame(phase.revision, revision)) {
    // Only labels differ: what runs is what is wanted.
    job.phase = { ...phase, revision };
    settle(job, revision.requestId, 'deployed');
  } else if (phase.state === 'running') {
    const { revision: old, generation } = phase;
    move(job, 'applied', { state: 'updating', revision, prepared: null, previous: { revision: old, generation } });
  }
}

function takeStops(job: JobData): void {
  replaceQueued(job);
  const stops = job.queue.filter((q) => q.kind === 'stop');
  job.queue = [];
  const { phase } = job;
  const before = phase.state === 'draining' ? phase : { mode: 'drain' as const, requestIds: [] };
  if (phase.state !== 'draining') {
    settle(job, phase.revision.requestId, 'replaced');
    if (phase.state === 'rolling_back') settle(job, phase.undone.requestId, 'failed', phase.undone.cause);
  }
  move(job, 'stop_asked', {
    state: 'draining',
    revision: phase.revision,
    mode: before.mode === 'cancel' || stops.some((s) => s.mode === 'cancel') ? 'cancel' : 'drain',
    requestIds: [...before.requestIds, ...stops.map((s) => s.requestId)],
  });
}

/** Takes the queued spec, if there is one. */
function takeQueued(job: JobData): Revision | null {
  const queued = job.queue.find((q) => q.kind === 'apply');
  if (queued === undefined) return null;
  if (job.phase.state === 'failed') settle(job, job.phase.revision.requestId, 'replaced');
  job.queue = [];
  return queued.revision;
}

/** A newer request takes the place of a spec that still waits: at most one plan waits, whatever its size. */
function replaceQueued(job: JobData): void {
  for (const q of job.queue) if (q.kind === 'apply') settle(job, q.revision.requestId, 'replaced');
  job.queue = job.queue.filter((q) => q.kind !== 'apply');
}

function isSame(desired: Revision, request: ApplyRequest): boolean {
  return (
    desired.plan.hash === request.plan.hash &&
    equal(desired.spec, request.spec) &&
    equal(desired.labels, request.labels)
  );
}

const runsTheSame = (a: Revision, b: Revision): boolean =>
  a.plan.hash === b.plan.hash && a.spec.tasks.min === b.spec.tasks.min;

/** Structural equality of plain JSON; the order of keys doesn't count. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = b as Record<string, unknown>;
  return left.length === Object.keys(b).length && left.every(([k, v]) => k in right && equal(v, right[k]));
}
