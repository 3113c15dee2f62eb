/** What a rollout would do: the jobs that it would be for as they are now, and of a patch how each would be changed. Nothing is changed. */
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { patched } from '../contracts/merge-patch.ts';
import type { JobRef, RolloutAction, RolloutOrder } from '../contracts/rollout.ts';
import { conditionsOf, namedOnce, waveSizes } from '../contracts/rollout-jobs.ts';
import type { JobStatus, JobSummary, Page } from '../contracts/status.ts';
import { refusedVerdict } from '../policies/refused-verdict.ts';
import { jobWorkflowType } from '../workflows/job/messages.ts';
import { nullIfNotFound } from './errors.ts';
import { conditions } from './listing.ts';
import type { MillraceClientPort } from './port.ts';
import type { PageOptions, PreviewPage, RolloutPreview } from './rollouts-port.ts';
import type { Temporal } from './temporal.ts';

/** Jobs asked, and compiled, at once. */
const jobsAtOnce = 8;

type Jobs = Pick<MillraceClientPort, 'getJob' | 'listJobs' | 'planJob'>;

export async function previewRollout(
  temporal: Temporal,
  jobs: Jobs,
  { action, selector, strategy }: RolloutOrder,
  page: PageOptions,
): Promise<PreviewPage> {
  const total = 'jobs' in selector ? namedOnce(selector.jobs).length : await count(temporal, conditionsOf(selector));
  const { items: refs, next } = await refsOf(jobs, selector, page);
  const items: RolloutPreview[] = [];
  for (let at = 0; at < refs.length; at += jobsAtOnce) {
    items.push(...(await Promise.all(refs.slice(at, at + jobsAtOnce).map((ref) => preview(jobs, action, ref)))));
  }
  return { items, next, total, waves: waveSizes(total, strategy.canary) };
}

function count(temporal: Temporal, selected: Parameters<typeof conditions>[2]): Promise<number> {
  return temporal.call('the number of jobs', async (client) => {
    return (await client.workflow.count(conditions(temporal.deployment, jobWorkflowType, selected))).count;
  });
}

/** What a list tells of a job needn't be asked again. */
type Ref = JobRef & Partial<Pick<JobSummary, 'state' | 'revision'>>;

async function refsOf(jobs: Jobs, selector: RolloutOrder['selector'], page: PageOptions): Promise<Page<Ref>> {
  if (!('jobs' in selector)) return jobs.listJobs({ ...conditionsOf(selector), ...page });
  const named = namedOnce(selector.jobs);
  const from = Number(page.cursor ?? 0);
  if (!Number.isInteger(from) || from < 0 || from > named.length) {
    const message = 'The cursor is not one of these jobs: leave it out to begin with the first.';
    throw new MillraceError(failure('invalid_spec', message));
  }
  const to = from + (page.limit ?? limits.pageRowsDefault);
  return { items: named.slice(from, to), next: to < named.length ? String(to) : null };
}

async function preview(jobs: Jobs, action: RolloutAction, ref: Ref): Promise<RolloutPreview> {
  const { tenant, name, state, revision } = ref;
  if (action.kind !== 'patch' && state !== undefined) {
    return { tenant, name, state, revision: revision ?? 0, change: null };
  }
  const status = await jobs.getJob(tenant, name).catch(nullIfNotFound);
  if (status === null) return { tenant, name, state: null, revision: 0, change: null };
  const change = action.kind === 'patch' ? await planned(jobs, status, action.patch) : null;
  return { tenant, name, state: status.state, revision: status.revision, change };
}

async function planned(jobs: Jobs, status: JobStatus, patch: unknown): Promise<RolloutPreview['change']> {
  try {
    const { verdict, reasons, changes } = await jobs.planJob(patched(status, patch));
    return { verdict, reasons, changes };
  } catch (error) {
    // What the patch makes of this job is no document: that is the verdict on it.
    if (!(error instanceof MillraceError) || error.failure.domain !== 'user') throw error;
    const { kind, reasons } = refusedVerdict(error.failure, error.problems);
    return { verdict: kind, reasons, changes: [] };
  }
}
