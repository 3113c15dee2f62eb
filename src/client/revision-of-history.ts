/**
 * An earlier revision's spec, read from the job's history: the workflow keeps the last few only. A rescale made a revision too, and its
 * entry tells the number of tasks alone: it is the revision before with that.
 */
import type { HistoryEntry, HistoryPage, RequestEntry } from '../contracts/history.ts';
import { limits } from '../contracts/limits.ts';
import type { JobStatus } from '../contracts/status.ts';
import type { PastRevision } from '../workflows/job/messages.ts';
import { canonical } from './changes.ts';
import type { HistoryOptions } from './port.ts';

type ReadPage = (options: HistoryOptions) => Promise<HistoryPage>;
type Job = Pick<JobStatus, 'startedAt' | 'spec' | 'labels'>;

/**
 * Null where the history of the job's present life doesn't tell. Without a number: the newest that has been healthy, and is another
 * than what is desired now, which may be an older one too where all that came after it was rolled back.
 */
export async function revisionOfHistory(read: ReadPage, job: Job, number: number | null): Promise<PastRevision | null> {
  if (number !== null) return numbered(read, job, number);
  const seen = new Set<number>();
  for await (const entry of entriesOf(read, job)) {
    if (entry.kind !== 'transition' || entry.to !== 'running' || seen.has(entry.revision)) continue;
    seen.add(entry.revision);
    const past = await numbered(read, job, entry.revision);
    if (past !== null && !isDesired(job, past)) return past;
  }
  return null;
}

async function numbered(read: ReadPage, job: Job, number: number): Promise<PastRevision | null> {
  let wanted = number;
  const rescales: number[] = [];
  for await (const entry of entriesOf(read, job)) {
    const asked = askedFor(entry, wanted);
    if (asked === null) continue;
    if (asked.kind === 'apply') return { number, labels: asked.labels, spec: rescaled(asked.spec, rescales) };
    if (asked.kind !== 'rescale') continue;
    rescales.push(asked.tasks);
    wanted -= 1;
  }
  return null;
}

/** Those of the present life, the newest first, page by page: a former life had revisions of its own. */
async function* entriesOf(read: ReadPage, { startedAt }: Job): AsyncGenerator<HistoryEntry> {
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page: HistoryPage = await read({ limit: limits.pageRowsMax, ...(cursor === null ? {} : { cursor }) });
    for (const entry of page.items) {
      if (entry.at < startedAt) return;
      yield entry;
    }
    cursor = page.next;
  }
}

const isDesired = ({ spec, labels }: Job, past: PastRevision): boolean =>
  canonical({ spec, labels }) === canonical({ spec: past.spec, labels: past.labels });

const askedFor = (entry: HistoryEntry, revision: number): RequestEntry['asked'] | null =>
  entry.kind === 'request' && entry.revision === revision ? entry.asked : null;

/** `counts`: of the rescales since, the newest first. As the workflow does it: see workflows/job/requests.ts. */
function rescaled(spec: PastRevision['spec'], counts: readonly number[]): PastRevision['spec'] {
  const [min] = counts;
  return min === undefined ? spec : { ...spec, tasks: { min, max: Math.max(...counts, spec.tasks.max) } };
}
