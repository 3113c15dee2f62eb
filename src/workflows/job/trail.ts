/**
 * The job's own history on its way to the audit topic: entries are made where requests are accepted and edges are taken,
 * numbered, and kept until they are acknowledged. Pure functions of the job's data; scribe.ts sends them.
 */
import type { HistoryEntry, LostEntry, RequestEntry, TransitionEntry } from '../../contracts/history.ts';
import { limits } from '../../contracts/limits.ts';
import { type Positions, shortened } from '../../contracts/positions.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import type { JobData, Note, Phase, Revision } from './state.ts';

export function transitionEntry(job: JobData, event: string, from: Phase | null, to: Phase, note: Note): void {
  const { asker, cause = null, ended = null, began = null } = note;
  append(job, to.revision, {
    kind: 'transition',
    at: new Date(note.now).toISOString(),
    by: asker.by,
    why: asker.why,
    requestId: asker.requestId === '' ? null : asker.requestId,
    event,
    from: from?.state ?? null,
    to: to.state,
    durationMs: from === null ? 0 : note.now - job.since,
    cause,
    ...bounds(ended, began),
  });
}

/** Where tasks ended and began, as far as an entry has room: many entries wait when the audit topic takes none. */
function bounds(ended: Positions | null, began: Positions | null): Pick<TransitionEntry, 'ended' | 'began' | 'untold'> {
  const [from, to] = [ended, began].map((p) => (p === null ? null : shortened(p, limits.entryPositionsBytesMax)));
  const untold = { ended: from?.untold ?? 0, began: to?.untold ?? 0 };
  const told = { ended: from?.told ?? null, began: to?.told ?? null };
  return untold.ended + untold.began === 0 ? told : { ...told, untold };
}

export function requestEntry(
  job: JobData,
  about: Revision,
  asked: RequestEntry['asked'],
  verdict: Verdict | null,
  { now, asker }: Note,
  told?: string,
): void {
  append(job, about, {
    kind: 'request',
    at: new Date(now).toISOString(),
    by: asker.by,
    why: asker.why,
    requestId: asker.requestId,
    asked,
    verdict,
    ...(told === undefined ? {} : { note: told }),
  });
}

/** Entries to be sent next: the oldest, as many as fit one message. */
export function nextEntries(job: JobData): readonly HistoryEntry[] {
  const batch: HistoryEntry[] = [];
  let bytes = 0;
  for (const entry of job.trail.slice(0, limits.historyBatchMax)) {
    bytes += JSON.stringify(entry).length;
    if (batch.length > 0 && bytes > limits.historyBatchBytesMax) break;
    batch.push(entry);
  }
  return batch;
}

/** Forgets the entries that were acknowledged, up to this number. */
export function acknowledge(job: JobData, upTo: number): void {
  job.trail = job.trail.filter((e) => e.seq > upTo);
}

/** Whether so much waits that no further request is taken before some of it is acknowledged: what people ask for is never given up. */
export const trailIsFull = ({ trail }: JobData): boolean => isFull(trail);

const isFull = (trail: readonly HistoryEntry[]): boolean =>
  trail.length >= limits.historyWaitingMax ||
  trail.reduce((bytes, e) => bytes + JSON.stringify(e).length, 0) >= limits.historyWaitingBytesMax;

/**
 * The job goes on however long the audit topic is away: of what waits beyond its bounds two transitions become one entry that
 * says how many are not told. They are taken from the middle: how it began, and how it is, tell most.
 */
function bounded(trail: readonly HistoryEntry[]): HistoryEntry[] {
  let kept = [...trail];
  while (isFull(kept)) {
    const given = kept.filter((e) => e.kind !== 'request');
    const middle = Math.floor(given.length / 2);
    const [first, second] = given.slice(middle - 1);
    if (given.length < transitionsKeptMin || first === undefined || second === undefined) break;
    kept = kept.flatMap((e) => (e === first ? [] : [e === second ? lost(first, second) : e]));
  }
  return kept;
}

/** Transitions that are kept whatever else waits: the first, the last, and what is told of those between. */
const transitionsKeptMin = 4;

function lost(first: HistoryEntry, second: HistoryEntry): LostEntry {
  const { tenant, job, life, seq, at, revision, generation, plan } = second;
  const count = (e: HistoryEntry): number => (e.kind === 'lost' ? e.entries : 1);
  return {
    ...{ kind: 'lost', tenant, job, life, seq, at, revision, generation, plan, by: 'millrace', requestId: null },
    why: 'the audit topic took nothing, and the job went on',
    entries: count(first) + count(second),
    since: first.kind === 'lost' ? first.since : first.at,
  };
}

type Numbered = 'tenant' | 'job' | 'life' | 'seq' | 'revision' | 'generation' | 'plan';
type Unnumbered<E = HistoryEntry> = E extends HistoryEntry ? Omit<E, Numbered> : never;

function append(job: JobData, { number, plan }: Revision, entry: Unnumbered): void {
  job.entries += 1;
  const numbered: HistoryEntry = {
    tenant: job.tenant,
    job: job.name,
    life: job.life,
    seq: job.entries,
    revision: number,
    generation: job.generation,
    plan: plan.hash,
    ...entry,
  };
  job.trail = bounded([...job.trail, numbered]);
}
