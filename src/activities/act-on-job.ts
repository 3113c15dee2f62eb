/**
 * Does to one job what a rollout asks, and waits until the job has settled it. Its request id is made of the
 * rollout, so that a second attempt finds what the first has asked for, and is nobody else's to use. It owns the heartbeats and the classification; what a job
 * does is its workflow's matter.
 */

import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { rolloutRequests } from '../contracts/asking.ts';
import { clipped } from '../contracts/clipped.ts';
import { type Failure, failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { patched } from '../contracts/merge-patch.ts';
import type { Operation } from '../contracts/operation.ts';
import type { JobRef, RolloutAction } from '../contracts/rollout.ts';
import { type Described, mismatch } from '../contracts/rollout-jobs.ts';
import type { JobOutcome, JobOutcomeKind } from '../contracts/rollout-status.ts';
import type { JobDocumentInput } from '../contracts/spec.ts';
import type { JobState, JobStatus, JobSummary, Page, RequestOutcome } from '../contracts/status.ts';

/** What a rollout asks of jobs: of the client's port as much as it needs. Every method throws MillraceError. */
export interface JobsPort {
  getJob(tenant: string, name: string): Promise<JobStatus>;
  operateJob(tenant: string, name: string, operation: Operation, options: Asking): Promise<RequestOutcome>;
  applyJob(
    document: JobDocumentInput,
    options: Asking & { readonly expectedRevision: number },
  ): Promise<RequestOutcome>;
  listJobs(options: ListJobs): Promise<Page<JobSummary>>;
}

interface Asking {
  readonly requestId: string;
  readonly by: string;
  readonly why: string;
}

export interface ListJobs {
  readonly tenant?: string;
  readonly state?: JobState;
  readonly stream?: string;
  readonly labels?: readonly string[];
  /** ISO 8601: only jobs whose workflow's present run has begun since. */
  readonly startedAfter?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface ActOnJob {
  readonly rollout: string;
  readonly job: JobRef;
  readonly action: RolloutAction;
  /** What the job must still be like; null: it was named. */
  readonly selector: Described | null;
  readonly by: string;
  readonly why: string;
  /** Milliseconds that it may take. */
  readonly msMax: number;
}

/** Attempts at a change that meets another change of the same job. */
const staleMax = 5;

/** The request id by which a job knows what a rollout asked of it: one that its owner can't have used before. */
export const rolloutRequestId = (rollout: string): string => `${rolloutRequests}${rollout}`;

export async function actOnJob(jobs: JobsPort, order: ActOnJob): Promise<JobOutcome> {
  const { job } = order;
  const outcome = (kind: JobOutcomeKind, revision: number, cause: Failure | null = null): JobOutcome => {
    return { ...job, outcome: kind, revision, cause: cause && shortCause(cause), at: new Date().toISOString() };
  };
  let revision = 0;
  try {
    const before = await jobs.getJob(job.tenant, job.name);
    revision = before.revision;
    const requestId = rolloutRequestId(order.rollout);
    const known = before.requests.find((r) => r.requestId === requestId);
    const misfit = known === undefined && order.selector !== null ? mismatch(order.selector, before) : null;
    if (misfit !== null)
      return outcome('skipped', revision, failure('forbidden_state', `It was not begun: ${misfit}.`));
    const asked = known ?? (await ask(jobs, order, requestId, before));
    const answer = asked.outcome === 'pending' ? await settled(jobs, order, requestId) : asked;
    revision = answer.revision;
    return outcome(kinds[answer.outcome], revision, answer.cause ?? notes[answer.outcome] ?? null);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    const cause = error.failure;
    if (skips.has(cause.code)) return outcome('skipped', revision, cause);
    // What a server can't answer now is tried again, with the same request id.
    if (cause.code === 'too_many_requests') throw new MillraceError({ ...cause, retry: true }, error.problems);
    if (cause.domain !== 'user' && !(error instanceof Unsettled)) throw error;
    return outcome('failed', revision, cause);
  }
}

/** What a job's answer means for the rollout. */
const kinds: Readonly<Record<RequestOutcome['outcome'], JobOutcomeKind>> = {
  pending: 'failed',
  unchanged: 'unchanged',
  deployed: 'done',
  paused: 'done',
  rolled_back: 'rolled_back',
  failed: 'failed',
  stopped: 'skipped',
  replaced: 'skipped',
};

const notes: Partial<Record<RequestOutcome['outcome'], Failure>> = {
  stopped: failure('superseded', 'Its owner has stopped it meanwhile.'),
  replaced: failure('superseded', 'A later request of its owner took the place of this one.'),
};

/** The action isn't for the job as it is: no failure of the rollout. */
const skips: ReadonlySet<Failure['code']> = new Set(['forbidden_state', 'not_found']);

class Unsettled extends MillraceError {}

async function ask(jobs: JobsPort, order: ActOnJob, requestId: string, before: JobStatus): Promise<RequestOutcome> {
  const { action, job, by, why } = order;
  const { tenant, name } = job;
  const asking = { requestId, by, why };
  if (action.kind !== 'patch') return jobs.operateJob(tenant, name, action, asking);
  for (let status = before, attempt = 1; ; attempt++) {
    try {
      const document = patched(status, action.patch);
      return await jobs.applyJob(document, { ...asking, expectedRevision: status.revision });
    } catch (error) {
      const stale = error instanceof MillraceError && error.failure.code === 'stale_revision';
      if (!stale || attempt >= staleMax) throw error;
      status = await jobs.getJob(tenant, name);
    }
  }
}

/** Looks at the job until its answer is known. */
async function settled(jobs: JobsPort, order: ActOnJob, requestId: string): Promise<RequestOutcome> {
  const { job, msMax } = order;
  const context = Context.current();
  const until = Date.now() + msMax;
  for (let pauseMs: number = limits.rolloutLookFirstMs; ; pauseMs = Math.min(limits.rolloutLookMaxMs, pauseMs * 1.5)) {
    context.heartbeat();
    await paused(context, pauseMs);
    const status = await jobs.getJob(job.tenant, job.name);
    const answer = status.requests.find((r) => r.requestId === requestId);
    if (answer === undefined) {
      const message = `What became of it isn't known: more than ${limits.requestsKeptMax} requests came after this one.`;
      throw new Unsettled(failure('internal', message));
    }
    if (answer.outcome !== 'pending') return answer;
    if (Date.now() < until) continue;
    const last = status.lastFailure?.message ?? status.next;
    const message = `It has not settled in ${msMax} ms, and goes on by itself. It is ${status.state}: ${last}`;
    throw new Unsettled(failure('unhealthy', message, { retry: false }));
  }
}

/** A worker that shuts down leaves the job to another: asked again, it answers. */
async function paused(context: Context, ms: number): Promise<void> {
  await context.sleep(ms).catch((error: unknown) => {
    if (!(error instanceof CancelledFailure) || context.cancellationDetails?.cancelRequested === true) throw error;
    throw new MillraceError(failure('host_lost', 'The worker was shut down while a job was waited for.'));
  });
}

/** A cause as short as a log keeps it. */
export const shortCause = (cause: Failure): Failure => ({
  ...cause,
  message: clipped(cause.message, limits.rolloutCauseCharsMax),
});
