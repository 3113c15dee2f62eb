/**
 * What becomes of requests: refused at once, or recorded as desired, and settled. Pure functions of the job's data; the
 * workflow's handlers call them. How the loop takes requests up is in take.ts.
 * Invariants: (R1) a request id that is known gets its known answer, before anything else is looked at, and for something else
 * than then none; (R2) nothing here changes the phase; (R3) no accepted request makes the state larger than its bound.
 */
import { mistakeOfAsker, refuseReuse } from '../../contracts/asking.ts';
import { at } from '../../contracts/by-name.ts';
import { type Failure, failure, type Problem } from '../../contracts/failure.ts';
import { jsonBytes } from '../../contracts/json-bytes.ts';
import { limits } from '../../contracts/limits.ts';
import { sourceTopicsOf } from '../../contracts/plan.ts';
import { beyondPositions } from '../../contracts/position-bounds.ts';
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
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return refuseOther(known, request);
  const refused = refuse(job, name, 'apply', request) ?? beyondPlan(request) ?? beyondTopics(job, request);
  if (refused !== null || job === null) return refused;
  const verdict = updateVerdict(desiredRevision(job), request);
  if (verdict.kind === 'refused') return refusedBy(verdict, `Job ${name} can't be changed so`);
  if (request.inFlightOnly && verdict.kind === 'drain_replace') {
    return refusedBy(verdict, `The change of job ${name} can't be taken over in flight, as was asked`);
  }
  return beyondRoom(job, name, (copy) => acceptApply(copy, request, copy.since));
}

/** Why an operation can't be accepted now, or null. */
export function refuseOperation(job: JobData | null, name: string, request: OperateRequest): Refusal | null {
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return refuseOther(known, request);
  if (job === null) return plain(failure('not_found', `There is no job ${name}.`));
  const { operation } = request;
  const refused = refuse(job, name, operation.kind, request) ?? beyondOperation(request);
  if (refused !== null || operation.kind === 'stop') return refused;
  if (operation.kind === 'rescale') {
    const { tasks } = operation;
    const tasksMax = request.tasksMax ?? job.tasksMax;
    const beyond = beyondQuota('/tasks', tasks, tasksMax) ?? beyondTakeover('/tasks', tasks, desiredRevision(job).plan);
    if (beyond !== null) return beyond;
  }
  return beyondRoom(job, name, (copy) => acceptOperation(copy, request, copy.since));
}

function refuseOther(known: RequestOutcome, { digest }: Asking): Refusal | null {
  const cause = refuseReuse(known, digest);
  return cause === null ? null : plain(cause);
}

/** A plan comes from planning, which has the same bound; what comes past it is looked at here. */
function beyondPlan({ spec, labels, plan }: ApplyRequest): Refusal | null {
  return tooLarge(
    'spec with its plan and labels',
    { spec, plan, labels },
    limits.planBytesMax + limits.operationBytesMax,
  );
}

/** Topics that the job doesn't know yet beside those that it does, which count as they are read: what was added since it needn't take up. */
function beyondTopics(job: JobData | null, { plan, partitions = {} }: ApplyRequest): Refusal | null {
  const known = job?.positions ?? {};
  const topics = sourceTopicsOf(plan);
  if (topics.every((topic) => Object.hasOwn(known, topic))) return null;
  const counts = topics.map((topic) => [topic, at(known, topic)?.partitions ?? at(partitions, topic) ?? 0] as const);
  return beyondPositions('/spec/sql', Object.fromEntries(counts));
}

const beyondOperation = ({ operation }: OperateRequest): Refusal | null =>
  tooLarge(`request (${operation.kind})`, operation, limits.operationBytesMax);

function tooLarge(what: string, value: unknown, bytesMax: number): Refusal | null {
  const bytes = jsonBytes(value);
  if (bytes <= bytesMax) return null;
  return plain(
    failure('invalid_spec', `The ${what} has ${bytes} bytes of JSON, and a job's workflow takes ${bytesMax}.`),
  );
}

/**
 * Whether the state would still fit into its workflow: looked at as it would be, but for positions, which have room of their own. A stop
 * is always taken: the queue bounds those.
 */
function beyondRoom(job: JobData, name: string, accept: (copy: JobData) => void): Refusal | null {
  const copy = JSON.parse(JSON.stringify(job)) as JobData;
  accept(copy);
  const bytes = jsonBytes({ ...copy, positions: {} });
  if (bytes <= limits.stateBytesMax) return null;
  const message = `With this request job ${name} would have ${bytes} bytes of JSON to remember, and its workflow holds ${limits.stateBytesMax}: try again when what was asked before is done, or ask for less.`;
  return plain(failure('too_many_requests', message));
}

function refuse(job: JobData | null, name: string, asked: Asked, asking: Asking): Refusal | null {
  const mistake = mistakeOfAsker(asking);
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
  // A stop takes the place of everything else that waits.
  const waiting = job.queue.filter((q) => asked !== 'stop' || q.kind === 'stop').length;
  if (waiting >= limits.requestsQueuedMax) {
    const message = `Job ${name} has ${waiting} requests waiting: try again when they are done.`;
    return plain(failure('too_many_requests', message));
  }
  // One that replaces another leaves the queue as it is, and one entry more. A stop is always taken: the queue bounds those.
  if (asked !== 'stop' && trailIsFull(job)) {
    const message = `Job ${name} takes no request (${asked}) now: ${job.trail.length} entries of its history wait for the audit topic. Check that its Kafka answers, and try again.`;
    return plain(failure('kafka_unavailable', message));
  }
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

/** Whether the job has failed, and tries again by itself when its time comes. */
const isTriedAgain = ({ phase }: JobData): boolean => phase.state === 'failed' && phase.retryAt !== null;

/** Records an accepted spec as desired; the loop takes it up. */
export function acceptApply(job: JobData, request: ApplyRequest, now: number): RequestOutcome {
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return known;
  // Where only the quota has changed too: nothing else tells of it.
  job.tasksMax = request.tasksMax;
  const desired = desiredRevision(job);
  const verdict = updateVerdict(desired, request);
  const { requestId, digest, inFlightOnly } = request;
  const same = isSame(desired, request);
  if (same && (isTriedAgain(job) || standing(job) !== 'failed')) {
    return remember(job, { requestId, digest, asked: 'apply', revision: job.revision, outcome: 'unchanged', verdict });
  }
  // The same spec for a job that waits for its owner asks for another attempt: nothing new is desired, so the number stays.
  if (!same) job.revision += 1;
  const revision = revisionOf(request, job.revision, desired.release);
  const asked = { kind: 'apply', spec: request.spec, labels: request.labels } as const;
  requestEntry(job, revision, asked, verdict, { now, asker: revision.asker });
  desire(job, revision, inFlightOnly);
  return remember(job, { requestId, digest, asked: 'apply', revision: job.revision, outcome: 'pending', verdict });
}

/** Records an accepted operation; likewise. */
export function acceptOperation(
  job: JobData,
  request: Asker & Pick<OperateRequest, 'operation' | 'digest' | 'tasksMax'>,
  now: number,
): RequestOutcome {
  const known = knownOutcome(job, request.requestId);
  if (known !== null) return known;
  const { operation } = request;
  const asker = askerOf(request);
  const desired = desiredRevision(job);
  job.tasksMax = request.tasksMax ?? job.tasksMax;
  const answer = { requestId: asker.requestId, digest: request.digest, asked: operation.kind } as const;
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
  job.requests = boundedRequests([...job.requests, outcome].slice(-limits.requestsKeptMax));
  return outcome;
}

/** The newest are told whole; of older ones what became of them, for as many as there is room. */
function boundedRequests(requests: readonly RequestOutcome[]): RequestOutcome[] {
  const kept: RequestOutcome[] = [];
  let left: number = limits.requestsKeptBytesMax;
  for (const whole of requests.toReversed()) {
    const { verdict: _, note: __, ...short } = whole;
    const told = [whole, short].find((r) => jsonBytes(r) <= left);
    if (told === undefined) break;
    left -= jsonBytes(told);
    kept.unshift(told);
  }
  return kept;
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
  return left.length === Object.keys(b).length && left.every(([k, v]) => Object.hasOwn(right, k) && equal(v, right[k]));
}
