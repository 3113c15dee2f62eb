/**
 * An earlier revision's spec, read from the job's history: the workflow keeps the last few only. A rescale made a revision too, and its
 * entry tells the number of tasks alone: it is the revision before with that.
 */
import type { HistoryEntry, HistoryPage, RequestEntry } from '../contracts/history.ts';
import { limits } from '../contracts/limits.ts';
import type { JobStatus } from '../contracts/status.ts';
import type { PastRevision } from '../workflows/job/messages.ts';
import type { HistoryOptions } from './port.ts';

type ReadPage = (options: HistoryOptions) => Promise<HistoryPage>;

/** Null where the history of the job's present life doesn't tell. Reads backwards, page by page. */
export async function revisionOfHistory(
  read: ReadPage,
  { startedAt }: Pick<JobStatus, 'startedAt'>,
  number: number,
): Promise<PastRevision | null> {
  let wanted = number;
  const rescales: number[] = [];
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page: HistoryPage = await read({ limit: limits.pageRowsMax, ...(cursor === null ? {} : { cursor }) });
    for (const entry of page.items) {
      // A former life had revisions of its own.
      if (entry.at < startedAt) return null;
      const asked = askedFor(entry, wanted);
      if (asked === null) continue;
      if (asked.kind === 'apply') return { number, labels: asked.labels, spec: rescaled(asked.spec, rescales) };
      if (asked.kind !== 'rescale') continue;
      rescales.push(asked.tasks);
      wanted -= 1;
    }
    cursor = page.next;
  }
  return null;
}

const askedFor = (entry: HistoryEntry, revision: number): RequestEntry['asked'] | null =>
  entry.kind === 'request' && entry.revision === revision ? entry.asked : null;

/** `counts`: of the rescales since, the newest first. As the workflow does it: see workflows/job/requests.ts. */
function rescaled(spec: PastRevision['spec'], counts: readonly number[]): PastRevision['spec'] {
  const [min] = counts;
  return min === undefined ? spec : { ...spec, tasks: { min, max: Math.max(...counts, spec.tasks.max) } };
}
