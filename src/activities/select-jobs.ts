/**
 * Makes the list of a rollout's jobs: the jobs as they are at this moment, in an order that stays, written to the rollout's
 * log before the first is begun. What comes or changes later doesn't move it. Run again after a failure, it writes another
 * list under another name, and the rollout knows only the one that it was answered.
 */
import { createHash, randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { JobRef, RolloutSelector, RolloutStrategy } from '../contracts/rollout.ts';
import { conditionsOf, type Described, namedOnce, waveSizes } from '../contracts/rollout-jobs.ts';
import type { TopicAppender } from '../pipeline/kafka/index.ts';
import type { JobsPort, ListJobs } from './act-on-job.ts';
import { appendPages, type ListedPage, logEnd } from './rollout-log.ts';

export interface SelectJobs {
  readonly id: string;
  readonly selector: RolloutSelector;
  readonly canary: RolloutStrategy['canary'];
}

export interface JobList {
  /** Its name in the log. */
  readonly list: string;
  /** Where the rollout's records begin. */
  readonly offset: number;
  readonly total: number;
  readonly pages: number;
  /** Sizes of the waves. */
  readonly waves: readonly number[];
}

/** Times that jobs are looked for which went on in a new run while the others were listed. */
const looksMax = 5;

export async function selectJobs(jobs: JobsPort, audit: TopicAppender, order: SelectJobs): Promise<JobList> {
  const { id, selector, canary } = order;
  const all = 'jobs' in selector ? namedOnce(selector.jobs) : spread(id, await listed(jobs, selector));
  const waves = waveSizes(all.length, canary);
  const pages = pagesOf(all, waves);
  const list = randomUUID();
  const offset = await logEnd(audit, id);
  await appendPages(audit, id, list, pages);
  return { list, offset, total: all.length, pages: pages.length, waves };
}

/** By a hash, so that the first waves are a sample of all tenants and not the first by name. */
function spread(id: string, refs: ReadonlyMap<string, JobRef>): JobRef[] {
  const hashed = [...refs].map(([key, ref]) => {
    return { ref, hash: createHash('sha256').update(`${id} ${key}`).digest('hex') };
  });
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ ref }) => ref);
}

/**
 * Visibility lists running workflows by the start of their present run, the latest first. A job that goes on in a new run
 * meanwhile moves to the front and may be passed over, so the runs that have begun since are listed once more.
 */
async function listed(jobs: JobsPort, selector: Described): Promise<Map<string, JobRef>> {
  const found = new Map<string, JobRef>();
  let since: string | null = null;
  for (let look = 0; look < looksMax; look++) {
    const before = found.size;
    // Clocks of servers differ a little, and visibility is a little late.
    const began = new Date(Date.now() - clockSlackMs).toISOString();
    await listInto(found, jobs, { ...conditionsOf(selector), ...(since === null ? {} : { startedAfter: since }) });
    if (since !== null && found.size === before) break;
    since ??= began;
  }
  return found;
}

const clockSlackMs = 10_000;

async function listInto(
  found: Map<string, JobRef>,
  jobs: JobsPort,
  conditions: Omit<ListJobs, 'limit' | 'cursor'>,
): Promise<void> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await jobs.listJobs({
      ...conditions,
      limit: limits.pageRowsMax,
      ...(cursor === '' ? {} : { cursor }),
    });
    Context.current().heartbeat();
    for (const { tenant, name } of page.items) found.set(`${tenant}/${name}`, { tenant, name });
    if (found.size > limits.rolloutJobsMax) {
      const message = `It is for more than ${limits.rolloutJobsMax} jobs: select fewer, by tenant, label, state or stream.`;
      throw new MillraceError(failure('invalid_spec', message));
    }
    cursor = page.next;
  }
}

/** No page holds jobs of two waves. */
function pagesOf(all: readonly JobRef[], waves: readonly number[]): ListedPage[] {
  let from = 0;
  return waves.flatMap((size, wave) => {
    const jobs = all.slice(from, from + size);
    from += size;
    const count = Math.ceil(size / limits.rolloutPageJobs);
    return Array.from({ length: count }, (_, i) => {
      const page = jobs.slice(i * limits.rolloutPageJobs, (i + 1) * limits.rolloutPageJobs);
      return { wave, ends: i === count - 1, jobs: page };
    });
  });
}
