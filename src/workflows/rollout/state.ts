/**
 * Everything that a rollout's workflow remembers: one JSON object, which is its argument when it continues as new. Its size
 * doesn't depend on the number of jobs: their list and their outcomes are in the audit topic (activities/rollout-log.ts).
 * It owns the shapes and the one way to change a phase ({@link move}). What can't travel is in live.ts.
 */
import type { JobList } from '../../activities/select-jobs.ts';
import type { Asker } from '../../contracts/asking.ts';
import type { Failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { RolloutOrder } from '../../contracts/rollout.ts';
import type {
  JobOutcome,
  NumberedEntry,
  RolloutOperation,
  RolloutRequest,
  RolloutState,
  WaveStatus,
} from '../../contracts/rollout-status.ts';
import { type Versioned, versionAfter } from '../upgrade.ts';
import { type RolloutEvent, target } from './lifecycle.ts';
import type { RolloutStart } from './messages.ts';
import { addTransition } from './trail.ts';
import { rolloutSteps } from './upgrade-steps.ts';

/** Where in the list it is. */
export interface Place {
  readonly page: number;
  /** Where that page is looked for. */
  readonly offset: number;
  /** Jobs of it that were begun. */
  readonly begun: number;
}

/** What each state has of its own. */
export type Phase =
  | { readonly state: 'selecting' | 'rolling' | 'paused' | 'finished' }
  | { readonly state: 'baking' /** Epoch milliseconds. */; readonly until: number }
  | {
      readonly state: 'draining';
      readonly for: { readonly kind: 'pause' | 'abort' } | { readonly kind: 'halt'; readonly cause: Failure };
    }
  | { readonly state: 'halted'; readonly cause: Failure }
  | { readonly state: 'closing' }
  | { readonly state: 'aborted'; readonly cause: Failure | null };

export type PhaseOf<S extends RolloutState> = Extract<Phase, { state: S }>;

export interface QueuedOperation {
  readonly kind: RolloutOperation;
  readonly asker: Asker;
}

export interface RolloutData extends Versioned {
  readonly deployment: string;
  readonly id: string;
  readonly order: RolloutOrder;
  readonly asker: Asker;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly handOver: number;
  phase: Phase;
  /** Epoch milliseconds at which it came into its state. */
  since: number;
  list: JobList | null;
  at: Place;
  /** Number of the present wave, from 0. */
  wave: number;
  waves: WaveStatus[];
  /** Epoch milliseconds until which the present wave, which has ended, bakes; null: it hasn't ended. */
  bakeUntil: number | null;
  /** Failures that count against the threshold: in all, and of the present wave. A resume puts up with those so far. */
  counted: { readonly all: number; readonly wave: number };
  /** The last jobs that failed, oldest first. */
  failures: JobOutcome[];
  queue: QueuedOperation[];
  /** Answers to past requests, oldest first. */
  requests: RolloutRequest[];
  /** Number of the last entry of its log, and those that the audit topic hasn't acknowledged yet: none when a new run begins. */
  entries: number;
  trail: NumberedEntry[];
}

export function createRollout({ deployment, id, order, asker, handOver }: RolloutStart, now: number): RolloutData {
  const phase: Phase = { state: 'selecting' };
  const rollout: RolloutData = {
    stateVersion: versionAfter(rolloutSteps),
    deployment,
    id,
    order,
    asker,
    startedAt: new Date(now).toISOString(),
    handOver: handOver ?? limits.historyEventsMax,
    phase,
    since: now,
    list: null,
    at: { page: 0, offset: 0, begun: 0 },
    wave: 0,
    waves: [],
    bakeUntil: null,
    counted: { all: 0, wave: 0 },
    failures: [],
    queue: [],
    requests: [],
    entries: 0,
    trail: [],
  };
  addTransition(rollout, 'started', null, phase, { now, asker });
  return rollout;
}

/** What belongs to a transition beside its states. */
export interface Note {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly asker: Asker;
  readonly cause?: Failure | null;
}

/** Who did what the workflow did by itself. Its request id is nobody's. */
export const ourselves = (why: string): Asker => ({ requestId: '', by: 'millrace', why });

/** Takes an edge, and writes it into the log. An edge that the table doesn't have is a bug: it fails the workflow task, visibly, and changes nothing. */
export function move(rollout: RolloutData, event: RolloutEvent, to: Phase, note: Note): void {
  const legal = target(rollout.phase.state, event);
  if (legal !== to.state) {
    throw new Error(`Rollout ${rollout.id}: no edge ${rollout.phase.state} --${event}--> ${to.state}`);
  }
  addTransition(rollout, event, rollout.phase, to, note);
  rollout.phase = to;
  rollout.since = note.now;
}
