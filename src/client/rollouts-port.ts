/** The client's verbs for rollouts, as its users see them. Implemented in rollouts.ts. */
import type { JobRef, RolloutOrderInput } from '../contracts/rollout.ts';
import type {
  JobOutcomeKind,
  OutcomePage,
  RolloutOperation,
  RolloutRequest,
  RolloutState,
  RolloutStatus,
  RolloutSummary,
} from '../contracts/rollout-status.ts';
import type { JobState, Page } from '../contracts/status.ts';
import type { PlannedChange } from './port.ts';

export interface RolloutAsking {
  /** The same id twice gives the same answer. A random one by default. */
  readonly requestId?: string;
  /** Who asks, for the history; the name of the process's user by default. */
  readonly by?: string;
  /** Why, in their words, for the history of the rollout and of every job. */
  readonly why?: string;
}

export interface StartOptions extends RolloutAsking {
  /** Names it for ever; made of the request id where it is left out. */
  readonly id?: string;
}

export interface StartedRollout {
  readonly id: string;
  readonly requestId: string;
}

/** What a rollout would do to one job. */
export interface RolloutPreview extends JobRef {
  /** Null: there is no such job. */
  readonly state: JobState | null;
  readonly revision: number;
  /** Of a patch: what it changes, and how. */
  readonly change: Pick<PlannedChange, 'verdict' | 'reasons' | 'changes'> | null;
}

export interface PreviewPage extends Page<RolloutPreview> {
  /** Jobs in all, and the sizes of their waves. */
  readonly total: number;
  readonly waves: readonly number[];
}

export interface PageOptions {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface OutcomeOptions extends PageOptions {
  /** Only these. */
  readonly outcome?: JobOutcomeKind;
}

export interface WaitForRollout {
  readonly timeoutMs?: number;
  /** Told the status at every look. */
  readonly onStatus?: (status: RolloutStatus) => void;
}

/** Every method throws MillraceError and nothing else. */
export interface RolloutsPort {
  /** Throws `invalid_spec` with every mistake, `forbidden_state` where another rollout has the id. */
  start(order: RolloutOrderInput, options?: StartOptions): Promise<StartedRollout>;
  /** The jobs that it would be for as they are now, by pages; of a patch with what it would change. Nothing is changed. */
  preview(order: RolloutOrderInput, page?: PageOptions): Promise<PreviewPage>;
  get(id: string): Promise<RolloutStatus>;
  /** The latest first; those that have ended too, as long as Temporal keeps them. */
  list(options?: PageOptions & { readonly state?: RolloutState }): Promise<Page<RolloutSummary>>;
  /** Throws `forbidden_state` where its state doesn't allow it. */
  operate(id: string, operation: RolloutOperation, options?: RolloutAsking): Promise<RolloutRequest>;
  /** In the order in which they came; of a rollout that Temporal has forgotten too. */
  outcomes(id: string, options?: OutcomeOptions): Promise<OutcomePage>;
  /** Resolves when `until` holds; throws `forbidden_state` when it can't come true any more, `unhealthy` on timeout. */
  wait(id: string, until: (status: RolloutStatus) => boolean, options?: WaitForRollout): Promise<RolloutStatus>;
}
