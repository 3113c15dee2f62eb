/** What is told of a rollout: by its query, by the API, the client and the CLI, and what is kept of it in the audit topic. Plain JSON. */
import type { Failure } from './failure.ts';
import type { JobRef, RolloutAction, RolloutOrder } from './rollout.ts';
import type { Page } from './status.ts';

export const rolloutStates = [
  'selecting',
  'rolling',
  'baking',
  'draining',
  'paused',
  'halted',
  'closing',
  'aborted',
  'finished',
] as const;
export type RolloutState = (typeof rolloutStates)[number];

export const rolloutOperations = ['pause', 'resume', 'abort'] as const;
export type RolloutOperation = (typeof rolloutOperations)[number];

/**
 * What became of one job. done: as asked. unchanged: it was so already. skipped: the action is not for it as it is now, or
 * its owner's later request took its place. failed, rolled_back: see the cause. not_begun: the rollout ended before its turn.
 */
export const jobOutcomes = ['done', 'unchanged', 'skipped', 'failed', 'rolled_back', 'not_begun'] as const;
export type JobOutcomeKind = (typeof jobOutcomes)[number];

export interface JobOutcome extends JobRef {
  readonly outcome: JobOutcomeKind;
  /** The job's revision when that was known; 0: it wasn't. */
  readonly revision: number;
  /** Why, where the outcome isn't plainly done. */
  readonly cause: Failure | null;
  /** ISO 8601. */
  readonly at: string;
}

export type Counts = Readonly<Record<JobOutcomeKind, number>>;

export interface WaveStatus {
  /** Jobs of the wave. */
  readonly size: number;
  readonly counts: Counts;
}

/** The answer to a request, by its id. */
export interface RolloutRequest {
  readonly requestId: string;
  readonly asked: RolloutOperation;
  /** unchanged: it was so already. */
  readonly outcome: 'accepted' | 'unchanged';
}

export interface RolloutSummary {
  readonly id: string;
  readonly state: RolloutState;
  readonly action: RolloutAction['kind'];
  /** Jobs in all; null while they are being listed. */
  readonly total: number | null;
  readonly counts: Counts;
  readonly by: string;
  readonly why: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface RolloutStatus extends RolloutSummary {
  readonly order: RolloutOrder;
  /** When it came into its present state. ISO 8601. */
  readonly since: string;
  /** Number of the present wave, from 0. */
  readonly wave: number;
  readonly waves: readonly WaveStatus[];
  /** Jobs that were begun and have no outcome yet. */
  readonly underWay: number;
  /** The last jobs that failed or rolled back, the latest last. */
  readonly failures: readonly JobOutcome[];
  /** Why it stopped by itself, or could not begin. */
  readonly cause: Failure | null;
  readonly requests: readonly RolloutRequest[];
  /** Where its records in the audit topic begin; null while that isn't known. */
  readonly logOffset: number | null;
  /** What happens next, in one sentence. */
  readonly next: string;
}

/** What is asked of a rollout's outcomes. */
export interface ReadOutcomes {
  readonly deployment: string;
  readonly id: string;
  /** Of an earlier page; null: begin with the first. */
  readonly cursor: string | null;
  /** Where the rollout's records begin, for a first page: {@link RolloutStatus.logOffset}. */
  readonly logOffset: number;
  /** At most so many; a page may hold fewer, even none, and still not be the last. */
  readonly limit: number;
  /** Only these; null: all. */
  readonly only: JobOutcomeKind | null;
}

/** In the order in which they came. A job that was done and was found failed after the bake time is there twice: the later entry counts. */
export type OutcomePage = Page<JobOutcome>;

/** A record of the audit topic under names.ts `rolloutKey`. Plain JSON. */
export type RolloutEntry =
  /** A page of the list of jobs, in the order of their turns. A list that was written again has another name. */
  | {
      readonly kind: 'jobs';
      readonly rollout: string;
      readonly list: string;
      readonly page: number;
      readonly wave: number;
      /** Whether the wave ends with it. */
      readonly ends: boolean;
      readonly jobs: readonly JobRef[];
    }
  | NumberedEntry;

/** Numbered from 1; one that was written twice has the same number. */
export type NumberedEntry =
  | {
      readonly kind: 'transition';
      readonly rollout: string;
      readonly seq: number;
      /** ISO 8601. */
      readonly at: string;
      /** Who: the asker's name, or `millrace` for what the workflow did by itself. */
      readonly by: string;
      readonly why: string | null;
      readonly requestId: string | null;
      /** An event of workflows/rollout/lifecycle.ts. */
      readonly event: string;
      /** Null: it was started. */
      readonly from: RolloutState | null;
      readonly to: RolloutState;
      readonly cause: Failure | null;
      /** What was asked, of the first. */
      readonly order: RolloutOrder | null;
    }
  | {
      readonly kind: 'outcomes';
      readonly rollout: string;
      readonly seq: number;
      readonly outcomes: readonly JobOutcome[];
    };
