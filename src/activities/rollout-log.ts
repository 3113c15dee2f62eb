/**
 * A rollout's log in the audit topic, under a key of its own: the list of its jobs, its transitions, and what became of each
 * job. It owns what a record is and how pages are made of them; how keyed records are written and found is the pipeline's.
 */
import { Context } from '@temporalio/activity';
import { failure, MillraceError } from '../contracts/failure.ts';
import type { JobRef } from '../contracts/rollout.ts';
import type { JobOutcome, NumberedEntry, OutcomePage, ReadOutcomes, RolloutEntry } from '../contracts/rollout-status.ts';

/** The audit topic, as far as a rollout needs it. Every method throws MillraceError. */
export interface RolloutLog {
  /** Appends entries in this order; the topic is created where it is missing. */
  append(entries: readonly RolloutEntry[]): Promise<void>;
  /** Where the next record of this rollout will stand, or before it. */
  end(id: string): Promise<number>;
  /** Gives the entries from an offset on, the oldest first, until one isn't taken or bounds are reached. */
  read(id: string, from: number, take: (entry: RolloutEntry) => 'more' | 'enough' | 'no_room'): Promise<LogRead>;
}

export interface LogRead {
  /** Read on from this offset. */
  readonly from: number;
  /** Whether the log goes on there already. */
  readonly more: boolean;
}

export interface ListedPage {
  readonly wave: number;
  readonly ends: boolean;
  readonly jobs: readonly JobRef[];
}

export interface ReadJobs {
  readonly id: string;
  readonly list: string;
  readonly page: number;
  /** Where it is looked for. */
  readonly offset: number;
}

export interface JobsPage extends ListedPage {
  /** Where the page after it is looked for. */
  readonly next: number;
}

/** Pages written at once. */
const pagesAtOnce = 10;

export async function appendPages(
  log: RolloutLog,
  rollout: string,
  list: string,
  pages: readonly ListedPage[],
): Promise<void> {
  const entries = pages.map((p, page): RolloutEntry => ({ kind: 'jobs', rollout, list, page, ...p }));
  for (let at = 0; at < entries.length; at += pagesAtOnce) {
    await log.append(entries.slice(at, at + pagesAtOnce));
    Context.current().heartbeat();
  }
}

export async function readJobs(log: RolloutLog, { id, list, page, offset }: ReadJobs): Promise<JobsPage> {
  let found: ListedPage | null = null;
  for (let from = offset, more = true; more; ) {
    ({ from, more } = await log.read(id, from, (entry) => {
      if (entry.kind !== 'jobs' || entry.list !== list || entry.page !== page) return 'more';
      const { wave, ends, jobs } = entry;
      found = { wave, ends, jobs };
      return 'enough';
    }));
    Context.current().heartbeat();
    if (found !== null) return { ...(found as ListedPage), next: from };
  }
  const message = `Page ${page + 1} of the list of jobs of rollout ${id} is not in the audit topic any more.`;
  throw new MillraceError(failure('offset_out_of_range', message));
}

/** What can't be written now is tried again, whatever it is: nothing may be left out. */
export async function appendToLog(log: RolloutLog, entries: readonly NumberedEntry[]): Promise<void> {
  try {
    await log.append(entries);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    throw new MillraceError({ ...error.failure, retry: true }, [], { cause: error });
  }
}

/** Where reading goes on: an offset, the number of the last entry that was told, and how many of the next one's outcomes were. */
type Cursor = readonly [offset: number, seq: number, skip: number];

export async function readOutcomes(log: RolloutLog, order: ReadOutcomes): Promise<OutcomePage> {
  const { id, limit, only } = order;
  const items: JobOutcome[] = [];
  let [offset, seq, skip] = order.cursor === null ? ([order.logOffset, 0, 0] as Cursor) : readCursor(order.cursor);
  let ended = false;
  const { from, more } = await log.read(id, offset, (entry) => {
    if (entry.kind === 'jobs' || entry.seq <= seq) return 'more';
    if (entry.kind === 'outcomes') {
      const rest = entry.outcomes.slice(skip);
      const wanted = only === null ? rest : rest.filter((o) => o.outcome === only);
      if (items.length + wanted.length > limit && items.length > 0) return 'no_room';
      // A page smaller than one entry takes as much of it as it holds.
      if (wanted.length > limit) {
        items.push(...wanted.slice(0, limit));
        skip += rest.indexOf(wanted[limit - 1]!) + 1;
        return 'no_room';
      }
      items.push(...wanted);
    }
    skip = 0;
    seq = entry.seq;
    ended = entry.kind === 'transition' && (entry.to === 'finished' || entry.to === 'aborted');
    return ended || items.length >= limit ? 'enough' : 'more';
  });
  offset = from;
  const cursor: Cursor = [offset, seq, skip];
  return { items, next: ended || !more ? null : Buffer.from(JSON.stringify(cursor)).toString('base64url') };
}

function readCursor(text: string): Cursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isCursor = Array.isArray(value) && value.length === 3 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
    if (isCursor) return value as unknown as Cursor;
  } catch {
    // Told below.
  }
  const message = "The cursor is not one of a rollout's outcomes: leave it out to begin with the first.";
  throw new MillraceError(failure('invalid_spec', message));
}
