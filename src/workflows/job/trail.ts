/**
 * The job's own history on its way to the audit topic: entries are made where requests are accepted and edges are taken,
 * numbered, and kept until they are acknowledged. Pure functions of the job's data; scribe.ts sends them.
 */
import type { HistoryEntry, RequestEntry } from '../../contracts/history.ts';
import { limits } from '../../contracts/limits.ts';
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
    ended,
    began,
  });
}

export function requestEntry(
  job: JobData,
  about: Revision,
  asked: RequestEntry['asked'],
  verdict: Verdict | null,
  { now, asker }: Note,
): void {
  append(job, about, {
    kind: 'request',
    at: new Date(now).toISOString(),
    by: asker.by,
    why: asker.why,
    requestId: asker.requestId,
    asked,
    verdict,
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

/** Whether so much waits that the job takes no further edge before some of it is acknowledged: nothing is dropped. */
export const trailIsFull = (job: JobData): boolean =>
  job.trail.length >= limits.historyWaitingMax ||
  job.trail.reduce((bytes, e) => bytes + JSON.stringify(e).length, 0) >= limits.historyWaitingBytesMax;

type Numbered = 'tenant' | 'job' | 'life' | 'seq' | 'revision' | 'generation' | 'plan';
type Unnumbered<E = HistoryEntry> = E extends HistoryEntry ? Omit<E, Numbered> : never;

function append(job: JobData, { number, plan }: Revision, entry: Unnumbered): void {
  job.entries += 1;
  job.trail.push({
    tenant: job.tenant,
    job: job.name,
    life: job.life,
    seq: job.entries,
    revision: number,
    generation: job.generation,
    plan: plan.hash,
    ...entry,
  });
}
