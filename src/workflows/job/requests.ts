/**
 * What becomes of requests: refused at once, or recorded as desired, and settled. Pure functions of the job's data; the
 * workflow's handlers call them. How the loop takes requests up is in take.ts.
 * Invariants: (R1) a request id that is known gets its known answer, before anything else is looked at;
 * (R2) nothing here changes the phase.
 */
import { type Failure, failure, type Problem } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { JobState, RequestOutcome } from '../../contracts/status.ts';
import { beyondQuota, beyondTakeover, type Refusal } from '../../contracts/task-bounds.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { updateVerdict } from '../../policies/update-verdict.ts';
import type { ApplyRequest, Asking, OperateRequest, PastRevision } from './messages.ts';
import { type Asked, admissions } from './operations.ts';
import { type Asker, askerOf, type JobData, pastOf, type QueuedRequest, type Revision, revisionOf } from './state.ts';
import { requestEntry, trailIsFull } from './trail.ts';

/** The answer that a request id was given before. */
export function knownOutcome(job: JobData | null, requestId: string): RequestOutcome | null {
  return job?.requests.find((r) => r.requestId === requestId) ?? null;
}

/** Why a spec can't be accepted now, or null. */
export function refuseApply(job: JobData | null, name: string, request: ApplyRequest): Refusal | null {
  if (knownOutcome(job, request.requestId) !== null) return null;
  const refused = refuse(job, name, 'apply', request);
  if (refused !== null || job === null) return refused;
  const verdict = updateVerdict(desiredRevision(job), request);
  if (verdict.kind === 'refused') return refusedBy(verdict, `Job ${name} can't be changed so`);
  if (request.inFlightOnly && verdict.kind === 'drain_replace') {
    return refusedBy(verdict, `The change of job ${name} can't be taken over in flight, as was asked`);
  }
  return null;
}

/** Why an operation can't be accepted now, or null. */
export function refuseOperation(job: JobData | null, name: string, request: OperateRequest): Refusal | null {
  if (knownOutcome(job, request.requestId) !== null) return null;
  if (job === null) return plain(failure('not_found', `There is no job ${name}.`));
  const { operation } = request;
  const refused = refuse(job, name, operation.kind, request);
  if (refused !== null || operation.kind !== 'rescale') return refused;
  const { tasks } = operation;
  return beyondQuota('/tasks', tasks, job.tasksMax) ?? beyondTakeover('/tasks', tasks, desiredRevision(job).plan);
}

function refuse(job: JobData | null, name: string, asked: Asked, asking: Asking): Refusal | null {
  const mistake = mistakeOf(asking);
  if (mistake !== null) return plain(failure('invalid_spec', mistake));
  const at = job?.revision ?? 0;
  if (asking.expectedRevision !== null && asking.expectedRevision !== at) {
    const is = at === 0 ? 'does not exist' : `is at revision ${at}`;
    const message = `Job ${name} ${is}, the change is based on revision ${asking.expectedRevision}: read it again and repeat the change.`;
    return plain(failure('stale_revision', message));
  }
  if (job === null) return null;
  const admission = admissions[asked][standing(job)];
  if (typeof admission === 'object') {
    return plain(failure('forbidden_state', `Job ${name} can't take the request (${asked}): ${admission.refused}`));
  }
  if (job.queue.length >= limits.requestsQueuedMax) {
    const message = `Job ${name} has ${job.queue.length} requests waiting: try again when they are done.`;
    return plain(failure('too_many_requests', message));
  }
  // One that replaces another leaves the queue as it is, and one entry more. A stop is always taken: the queue bounds those.
  if (asked !== 'stop' && trailIsFull(job)) {
    const message = `Job ${name} takes no request (${asked}) now: ${job.trail.length} entries of its history wait for the audit topic. Check that its Kafka answers, and try again.`;
    return plain(failure('kafka_unavailable', message));
  }
  return null;
}

function mistakeOf({ requestId, by, why }: Asking): string | null {
  const { requestIdCharsMax, actorCharsMax, reasonCharsMax } = limits;
  if (requestId.length === 0 || requestId.length > requestIdCharsMax)
    return `The request id must have 1 to ${requestIdCharsMax} characters.`;
  if (by.length === 0 || by.length > actorCharsMax)
    return `The name of who asks must have 1 to ${actorCharsMax} characters.`;
  if (why !== null && why.length > reasonCharsMax) return `The reason must have at most ${reasonCharsMax} characters.`;
  return null;
}

const plain = (cause: Failure): Refusal => ({ cause, problems: [] });

/** A change that its verdict forbids, with every reason at its place. */
export function refusedBy({ kind, reasons }: Verdict, what: string): Refusal {
  const deciding = reasons.filter((r) => r.kind === kind);
  const problems = deciding.map((r): Problem => {
    return { path: r.path, message: `${r.what}: ${r.why}`, ...(r.remedy === '' ? {} : { remedy: r.remedy }) };
  });
  const [first] = problems;
  const message = `${what}: ${first?.message ?? 'see the verdict'}${first?.remedy === undefined ? '' : ` ${first.remedy}`}`;
  return { cause: failure('change_refused', message), problems };
}

/** The state that a job will be in once what it was asked before has been done: by it a new request is judged. */
export function standing(job: JobData): JobState {
  const { phase } = job;
  let state: JobState = phase.state;
  if (phase.state === 'draining' && phase.purpose.kind !== 'stop') {
    state = phase.purpose.kind === 'pause' ? 'paused' : 'deploying';
  }
  for (const { kind } of job.queue) {
    if (kind === 'stop') return 'draining';
    if (kind === 'pause') state = 'paused';
    else if (kind === 'resume' || state === 'failed') state = 'deploying';
  }
  return state;
}

/** Records an accepted spec as desired; the loop takes it up. */
export function acceptApply(job: JobData, request: ApplyRequest, now: number): RequestOutcome {
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return known;
  // Where only the quota has changed too: nothing else tells of it.
  job.tasksMax = request.tasksMax;
  const desired = desiredRevision(job);
  const verdict = updateVerdict(desired, request);
  const { requestId, inFlightOnly } = request;
  const same = isSame(desired, request);
  if (same && standing(job) !== 'failed') {
    return remember(job, { requestId, asked: 'apply', revision: job.revision, outcome: 'unchanged', verdict });
  }
  // The same spec for a failed job asks for another attempt: nothing new is desired, so the number stays.
  if (!same) job.revision += 1;
  const revision = revisionOf(request, job.revision, desired.release);
  const asked = { kind: 'apply', spec: request.spec, labels: request.labels } as const;
  requestEntry(job, revision, asked, verdict, { now, asker: revision.asker });
  desire(job, revision, inFlightOnly);
  return remember(job, { requestId, asked: 'apply', revision: job.revision, outcome: 'pending', verdict });
}

/** Records an accepted operation; likewise. */
export function acceptOperation(
  job: JobData,
  request: Asker & Pick<OperateRequest, 'operation'>,
  now: number,
): RequestOutcome {
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return known;
  const { operation } = request;
  const asker = askerOf(request);
  const desired = desiredRevision(job);
  const answer = { requestId: asker.requestId, asked: operation.kind } as const;
  const idle =
    admissions[operation.kind][standing(job)] === 'already' ||
    (operation.kind === 'rescale' && desired.spec.tasks.min === operation.tasks);
  if (idle) return remember(job, { ...answer, revision: job.revision, outcome: 'unchanged' });
  if (operation.kind === 'rescale') {
    job.revision += 1;
    const { tasks } = operation;
    const spec = { ...desired.spec, tasks: { min: tasks, max: Math.max(tasks, desired.spec.tasks.max) } };
    const revision: Revision = { ...desired, number: job.revision, asker, spec };
    requestEntry(job, revision, operation, updateVerdict(desired, revision), { now, asker });
    desire(job, revision, false);
  } else {
    requestEntry(job, desired, operation, null, { now, asker });
    job.queue.push(queuedOf(operation, asker));
  }
  return remember(job, { ...answer, revision: job.revision, outcome: 'pending' });
}

function queuedOf(operation: Exclude<OperateRequest['operation'], { kind: 'rescale' }>, asker: Asker): QueuedRequest {
  switch (operation.kind) {
    case 'stop':
      return { kind: 'stop', asker, mode: operation.mode };
    case 'upgrade':
      return { kind: 'upgrade', asker, release: operation.release };
    case 'rewind':
      return { kind: 'rewind', asker, to: operation.to };
    default:
      return { kind: operation.kind, asker };
  }
}

/** A newer spec takes the place of one that still waits: at most one plan waits, whatever its size. */
function desire(job: JobData, revision: Revision, inFlightOnly: boolean): void {
  dropQueued(job, (q) => q.kind === 'apply');
  job.queue.push({ kind: 'apply', revision, inFlightOnly });
  job.past = boundedPast([...job.past.filter((r) => r.number !== revision.number), pastOf(revision)]);
}

function boundedPast(past: JobData['past']): JobData['past'] {
  const kept = past.slice(-limits.revisionsKeptMax);
  let bytes = 0;
  const from = kept.findLastIndex((r) => {
    bytes += JSON.stringify(r).length;
    return bytes > limits.revisionsKeptBytesMax;
  });
  return kept.slice(from + 1);
}

/** Takes requests out of the queue that a later one has made pointless. */
export function dropQueued(job: JobData, drop: (q: QueuedRequest) => boolean): void {
  for (const q of job.queue.filter(drop)) settle(job, askerOfQueued(q).requestId, 'replaced');
  job.queue = job.queue.filter((q) => !drop(q));
}

const askerOfQueued = (q: QueuedRequest): Asker => (q.kind === 'apply' ? q.revision.asker : q.asker);

/** What the owner wants: the last accepted spec that hasn't failed. */
export function desiredRevision(job: JobData): Revision {
  return job.queue.findLast((q) => q.kind === 'apply')?.revision ?? job.phase.revision;
}

/** What a rollback goes back to that names no revision: what failed, or was rolled back, is passed over. */
export function revisionBefore(job: JobData): PastRevision | null {
  const { number } = desiredRevision(job);
  return job.past.findLast((r) => r.number < number && job.healthy.includes(r.number)) ?? null;
}

export function remember(job: JobData, outcome: RequestOutcome): RequestOutcome {
  job.requests = [...job.requests, outcome].slice(-limits.requestsKeptMax);
  return outcome;
}

/** Says how a pending request went; one that is settled, or forgotten, stays as it is. */
export function settle(
  job: JobData,
  requestId: string,
  outcome: RequestOutcome['outcome'],
  more: Pick<RequestOutcome, 'cause' | 'note'> = {},
): void {
  job.requests = job.requests.map((r) =>
    r.requestId === requestId && r.outcome === 'pending' ? { ...r, outcome, ...more } : r,
  );
}

export const stopIsQueued = (job: JobData): boolean => job.queue.some((q) => q.kind === 'stop');
export const cancelIsQueued = (job: JobData): boolean =>
  job.queue.some((q) => q.kind === 'stop' && q.mode === 'cancel');

function isSame(desired: Revision, request: ApplyRequest): boolean {
  return (
    desired.plan.hash === request.plan.hash &&
    equal(desired.spec, request.spec) &&
    equal(desired.labels, request.labels)
  );
}

/** Structural equality of plain JSON; the order of keys doesn't count. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = b as Record<string, unknown>;
  return left.length === Object.keys(b).length && left.every(([k, v]) => k in right && equal(v, right[k]));
}
