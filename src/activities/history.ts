/**
 * What happened to every job, kept for ever in the audit topic. Owns what a record of it is, and how a page is made of them.
 * An entry that was written twice, because an activity was tried again, is told once.
 */
import { MillraceError } from '../contracts/failure.ts';
import type { HistoryEntry, HistoryPage, ReadHistory } from '../contracts/history.ts';
import { limits } from '../contracts/limits.ts';
import { auditKey } from '../contracts/names.ts';
import { isTopicMissing, readNewer, readOlder, type Taker, type TopicAppender } from '../pipeline/kafka/index.ts';
import { appendToAudit, scanBounds } from './audit-topic.ts';
import { classify } from './classify.ts';
import { type Cursor, cursorOf, isSeen, readCursor, type Seen, withSeen } from './history-cursor.ts';

export interface AppendHistory {
  readonly entries: readonly HistoryEntry[];
}

/**
 * Every failure is worth another try, even one that somebody has to mend first: no job's owner can do anything about it,
 * and what isn't written must wait.
 */
export async function appendHistory(audit: TopicAppender, { entries }: AppendHistory): Promise<void> {
  const records = entries.map((e) => ({ key: auditKey(e.tenant, e.job), value: JSON.stringify(e) }));
  try {
    await appendToAudit(audit, records);
  } catch (error) {
    const cause = classify(error, 'history was written');
    const remedy = cause.code === 'record_too_large' ? ` Raise max.message.bytes of the topic ${audit.topic}.` : '';
    throw new MillraceError({ ...cause, message: cause.message + remedy, retry: true }, [], { cause: error });
  }
}

export async function readHistory(audit: TopicAppender, order: ReadHistory): Promise<HistoryPage> {
  const { tenant, job, limit } = order;
  const cursor = order.cursor === null ? null : readCursor(order.cursor);
  const page = new Entries(limit, cursor?.seen ?? []);
  const key = auditKey(tenant, job);
  try {
    if (cursor?.direction === 'newer') {
      const { from, more } = await readNewer(audit, key, cursor.offset, page, scanBounds);
      const newer = page.cursor('newer', from);
      return { items: inOrder(page.items, 1), next: more ? newer : null, newer };
    }
    const { end, before } = await readOlder(audit, key, cursor?.offset ?? null, page, scanBounds);
    const next = before === null ? null : page.cursor('older', before);
    return { items: inOrder(page.items, -1), next, newer: cursor === null ? page.cursor('newer', end) : null };
  } catch (error) {
    // Nothing has been written yet by anybody.
    if (isTopicMissing(error)) return { items: [], next: null, newer: page.cursor('newer', 0) };
    throw error;
  }
}

/** Gathers the entries of one page. */
class Entries implements Taker {
  readonly items: HistoryEntry[] = [];
  readonly #limit: number;
  #seen: Seen;
  #bytes = 0;

  constructor(limit: number, seen: Seen) {
    this.#limit = Math.min(Math.max(1, limit), limits.pageRowsMax);
    this.#seen = seen;
  }

  get full(): boolean {
    return this.items.length >= this.#limit;
  }

  take(value: Buffer): boolean {
    const entry = entryOf(value);
    if (entry === null || isSeen(this.#seen, entry)) return true;
    if (this.items.length > 0 && this.#bytes + value.length > limits.historyPageBytesMax) return false;
    this.items.push(entry);
    this.#bytes += value.length;
    this.#seen = withSeen(this.#seen, entry);
    return true;
  }

  cursor(direction: Cursor['direction'], offset: number): string {
    return cursorOf({ direction, offset, seen: this.#seen });
  }
}

/** What was written again behind what came after it stands where it happened: each life's entries by their numbers. */
function inOrder(items: readonly HistoryEntry[], sign: 1 | -1): HistoryEntry[] {
  const lives = Map.groupBy(items, (e) => e.life);
  for (const entries of lives.values()) entries.sort((a, b) => sign * (a.seq - b.seq));
  return items.map((e) => lives.get(e.life)!.shift()!);
}

/** Null for what nobody here has written. */
function entryOf(value: Buffer): HistoryEntry | null {
  try {
    const entry: unknown = JSON.parse(value.toString('utf8'));
    const isEntry = typeof entry === 'object' && entry !== null && 'life' in entry && 'seq' in entry;
    return isEntry ? (entry as HistoryEntry) : null;
  } catch {
    return null;
  }
}
