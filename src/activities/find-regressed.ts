/**
 * After a bake time: which jobs of a wave were done and have failed since. Asks visibility for the jobs that are failed, and
 * only those of the wave that it names are looked at themselves.
 */
import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { JobRef, RolloutAction } from '../contracts/rollout.ts';
import type { JobOutcome } from '../contracts/rollout-status.ts';
import type { JobStatus } from '../contracts/status.ts';
import type { TopicAppender } from '../pipeline/kafka/index.ts';
import { type JobsPort, rolloutRequestId, shortCause } from './act-on-job.ts';
import { readJobs } from './rollout-log.ts';
import type { JobList } from './select-jobs.ts';

export interface FindRegressed {
  readonly id: string;
  readonly list: JobList;
  readonly wave: number;
  readonly action: RolloutAction['kind'];
}

export async function findRegressed(
  jobs: JobsPort,
  audit: TopicAppender,
  { id, list, wave, action }: FindRegressed,
): Promise<JobOutcome[]> {
  // A job that stands still can't fail.
  if (action === 'pause') return [];
  const failed = await failedJobs(jobs);
  const own = rolloutRequestId(id);
  const regressed: JobOutcome[] = [];
  for await (const job of jobsOfWave(audit, id, list, wave)) {
    if (!failed.has(`${job.tenant}/${job.name}`)) continue;
    const status = await orGone(jobs.getJob(job.tenant, job.name));
    if (status === null || !wasDone(status, [own, formerRequestId(id, job)])) continue;
    const why = status.lastFailure?.message ?? status.next;
    const cause = failure(status.lastFailure?.code ?? 'unhealthy', `It was done, and failed in the bake time: ${why}`);
    const outcome = { outcome: 'failed', revision: status.revision, cause: shortCause(cause) } as const;
    regressed.push({ ...job, ...outcome, at: new Date().toISOString() });
    if (regressed.length >= limits.rolloutRegressedMax) break;
  }
  return regressed;
}

/** Whether the rollout has counted it as done, and it is failed now. */
const wasDone = ({ state, requests }: JobStatus, own: readonly string[]): boolean =>
  state === 'failed' && requests.some((r) => own.includes(r.requestId) && r.outcome === 'deployed');

/** As rollouts asked before: one that bakes while the release changes still finds what it has done. */
function formerRequestId(rollout: string, { tenant, name }: JobRef): string {
  return `${rollout}-${createHash('sha256').update(`${tenant}/${name}`).digest('hex').slice(0, 16)}`;
}

async function failedJobs(jobs: JobsPort): Promise<Set<string>> {
  const failed = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = { limit: limits.pageRowsMax, ...(cursor === '' ? {} : { cursor }) };
    const { items, next } = await jobs.listJobs({ state: 'failed', ...page });
    Context.current().heartbeat();
    for (const { tenant, name } of items) failed.add(`${tenant}/${name}`);
    cursor = next;
  }
  return failed;
}

async function* jobsOfWave(audit: TopicAppender, id: string, list: JobList, wave: number): AsyncGenerator<JobRef> {
  let offset = list.offset;
  for (let page = 0; page < list.pages; page++) {
    const found = await readJobs(audit, { id, list: list.list, page, offset });
    Context.current().heartbeat();
    if (found.wave > wave) return;
    if (found.wave === wave) yield* found.jobs;
    offset = found.next;
  }
}

async function orGone(asked: Promise<JobStatus>): Promise<JobStatus | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MillraceError && error.failure.code === 'not_found') return null;
    throw error;
  }
}
