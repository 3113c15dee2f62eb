/**
 * A rollout's log in the audit topic, under a key of its own: the list of its jobs, its transitions, and what became of each
 * job. It owns what a record is and how pages are made of them; how keyed records are written and found is the pipeline's.
 */
import { Context } from '@temporalio/activity';
import { failure, MillraceError } from '../contracts/failure.ts';
import { rolloutKey } from '../contracts/names.ts';
import type { JobRef } from '../contracts/rollout.ts';
import type {
  JobOutcome,
  NumberedEntry,
  OutcomePage,
  ReadOutcomes,
  RolloutEntry,
} from '../contracts/rollout-status.ts';
import { isTopicMissing, readNewer, readOlder, type Taker, type TopicAppender } from '../pipeline/kafka/index.ts';
import { appendToAudit, scanBounds } from './audit-topic.ts';
import { classify } from './classify.ts';

/** What is done with an entry: taken, taken as the last, or left for the next reading. */
type Taken = 'more' | 'enough' | 'no_room';

interface LogRead {
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
  audit: TopicAppender,
  rollout: string,
  list: string,
  pages: readonly ListedPage[],
): Promise<void> {
  const entries = pages.map((p, page): RolloutEntry => ({ kind: 'jobs', rollout, list, page, ...p }));
  for (let at = 0; at < entries.length; at += pagesAtOnce) {
    await append(audit, entries.slice(at, at + pagesAtOnce));
    Context.current().heartbeat();
  }
}

export async function readJobs(audit: TopicAppender, { id, list, page, offset }: ReadJobs): Promise<JobsPage> {
  let found: ListedPage | null = null;
  for (let from = offset, more = true; more; ) {
    ({ from, more } = await read(audit, id, from, (entry) => {
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
export async function appendToLog(audit: TopicAppender, entries: readonly NumberedEntry[]): Promise<void> {
  try {
    await append(audit, entries);
  } catch (error) {
    const cause = classify(error, 'the log of a rollout was written');
    throw new MillraceError({ ...cause, retry: true }, [], { cause: error });
  }
}

/** Where reading goes on: an offset, the number of the last entry that was told, and how many of the next one's outcomes were. */
type Cursor = readonly [offset: number, seq: number, skip: number];

export async function readOutcomes(audit: TopicAppender, order: ReadOutcomes): Promise<OutcomePage> {
  const { id, limit, only } = order;
  const items: JobOutcome[] = [];
  let [offset, seq, skip] = order.cursor === null ? ([order.logOffset, 0, 0] as Cursor) : readCursor(order.cursor);
  let ended = false;
  const { from, more } = await read(audit, id, offset, (entry) => {
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
    const isCursor =
      Array.isArray(value) && value.length === 3 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
    if (isCursor) return value as unknown as Cursor;
  } catch {
    // Told below.
  }
  const message = "The cursor is not one of a rollout's outcomes: leave it out to begin with the first.";
  throw new MillraceError(failure('invalid_spec', message));
}

function append(audit: TopicAppender, entries: readonly RolloutEntry[]): Promise<void> {
  return appendToAudit(
    audit,
    entries.map((e) => ({ key: rolloutKey(e.rollout), value: JSON.stringify(e) })),
  );
}

/** Where the rollout's next record will stand, or before it. */
export async function logEnd(audit: TopicAppender, id: string): Promise<number> {
  try {
    const nothing: Taker = { full: true, take: () => false };
    return (await readOlder(audit, rolloutKey(id), null, nothing, scanBounds)).end;
  } catch (error) {
    if (isTopicMissing(error)) return 0;
    throw error;
  }
}

/** Gives the entries from an offset on, the oldest first. */
async function read(
  audit: TopicAppender,
  id: string,
  from: number,
  take: (entry: RolloutEntry) => Taken,
): Promise<LogRead> {
  let taken: Taken = 'more';
  const taker = {
    get full(): boolean {
      return taken !== 'more';
    },
    take: (value: Buffer): boolean => {
      const entry = entryOf(value);
      if (entry !== null) taken = take(entry);
      return taken !== 'no_room';
    },
  };
  try {
    return await readNewer(audit, rolloutKey(id), from, taker, scanBounds);
  } catch (error) {
    if (isTopicMissing(error)) return { from, more: false };
    throw error;
  }
}

/** Null for what nobody here has written. */
function entryOf(value: Buffer): RolloutEntry | null {
  try {
    const entry: unknown = JSON.parse(value.toString('utf8'));
    return typeof entry === 'object' && entry !== null && 'rollout' in entry ? (entry as RolloutEntry) : null;
  } catch {
    return null;
  }
}
