/**
 * What happened to a job, entry by entry: every request that was accepted and every transition, those that the workflow
 * took by itself too. Kept for ever in the audit topic (names.ts `auditTopic`), shown by `millrace history`. Plain JSON.
 */
import type { Failure } from './failure.ts';
import type { Operation } from './operation.ts';
import type { Positions } from './positions.ts';
import type { JobSpec } from './spec.ts';
import type { JobState, Page } from './status.ts';
import type { Verdict } from './verdict.ts';

/** Where an entry stands: entries of one life are numbered from 1, and one that was written twice has the same number. */
export interface HistoryPlace {
  readonly tenant: string;
  readonly job: string;
  /** Run id of the first run of the job's workflow: a job made anew under the same name has another. */
  readonly life: string;
  readonly seq: number;
}

interface HistoryCommon extends HistoryPlace {
  /** ISO 8601. */
  readonly at: string;
  /** Who: the asker's name, or `millrace` for what the workflow did by itself. */
  readonly by: string;
  /** Why, in the asker's words or in ours; null where nobody said. */
  readonly why: string | null;
  readonly requestId: string | null;
  /** The revision and generation that it is about, and the name of its plan. */
  readonly revision: number;
  readonly generation: number;
  readonly plan: string;
}

/** A request was accepted. */
export interface RequestEntry extends HistoryCommon {
  readonly kind: 'request';
  readonly asked:
    | Operation
    | { readonly kind: 'apply'; readonly spec: JobSpec; readonly labels: Readonly<Record<string, string>> };
  /** Of an applied spec over an earlier one. */
  readonly verdict: Verdict | null;
  /** What the asker was told beside the answer. */
  readonly note?: string;
}

/** The job went from one state to another. */
export interface TransitionEntry extends HistoryCommon {
  readonly kind: 'transition';
  /** An event of workflows/job/lifecycle.ts. */
  readonly event: string;
  /** Null: the job was created. */
  readonly from: JobState | null;
  readonly to: JobState;
  /** Milliseconds that it had been in `from`. */
  readonly durationMs: number;
  /** What went wrong, where something did. */
  readonly cause: Failure | null;
  /** Where the old tasks ended, by topic and partition, where they were drained or fenced: the next offset. */
  readonly ended: Positions | null;
  /** Where the new tasks began. */
  readonly began: Positions | null;
  /** Partitions that are left out of these, where an entry has no room for all (limits.entryPositionsBytesMax). */
  readonly untold?: { readonly ended: number; readonly began: number };
}

/**
 * Transitions that are not told, because more waited for the audit topic than a job keeps: the job went on without it. The
 * entry's number is that of the last of them; requests are never given up.
 */
export interface LostEntry extends HistoryCommon {
  readonly kind: 'lost';
  /** How many. */
  readonly entries: number;
  /** When the first of them was; `at` is when the last was. ISO 8601. */
  readonly since: string;
}

export type HistoryEntry = RequestEntry | TransitionEntry | LostEntry;

/** What is asked of one job's history. */
export interface ReadHistory {
  readonly tenant: string;
  readonly job: string;
  /** Of an earlier page; null: begin with the newest entry. */
  readonly cursor: string | null;
  /** Entries at most. A page may hold fewer, even none, and still not be the last. */
  readonly limit: number;
}

/** Entries from the newest backwards; on a page that was asked for by `newer`, from the oldest forwards. */
export interface HistoryPage extends Page<HistoryEntry> {
  /** Opaque like `next`: reads what has come since. Null on pages that lie further back. */
  readonly newer: string | null;
}
