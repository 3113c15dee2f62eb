/** What is told of jobs and streams: by queries, the API, the client and the CLI. Plain JSON. */
import type { Failure } from './failure.ts';
import type { OperationKind } from './operation.ts';
import type { Plan, PlanTopic } from './plan.ts';
import type { JobSpec, StreamSpec } from './spec.ts';
import type { TaskReport } from './task.ts';
import type { TopicChange } from './topic-change.ts';
import type { Verdict } from './verdict.ts';

export const jobStates = [
  'deploying',
  'running',
  'updating',
  'draining',
  'paused',
  'rolling_back',
  'failed',
  'stopped',
] as const;
export type JobState = (typeof jobStates)[number];

export const requestOutcomes = [
  'pending',
  'unchanged',
  'deployed',
  'paused',
  'rolled_back',
  'failed',
  'stopped',
  'replaced',
] as const;

/** The outcome of one accepted change or operation, by its request id. */
export interface RequestOutcome {
  readonly requestId: string;
  /** Names what was asked under this id: the same id for something else is refused. Earlier releases don't tell. */
  readonly digest?: string;
  /** What was asked: a spec, or an operation. */
  readonly asked: 'apply' | OperationKind;
  readonly revision: number;
  /** deployed: a generation with it is confirmed. replaced: a later request took its place before it was taken up. */
  readonly outcome: (typeof requestOutcomes)[number];
  readonly cause?: Failure;
  /** How a changed spec is made to run. */
  readonly verdict?: Verdict;
  /** What the asker should know beside the outcome: what a rewind does to exactly once. */
  readonly note?: string;
}

/** How far a step is that takes a while. */
export interface Progress {
  /** `preparing tasks`, `tasks draining`, `tasks healthy`, … */
  readonly doing: string;
  readonly done: number;
  readonly of: number;
}

export interface TaskStatus {
  readonly index: number;
  readonly hostId: string | null;
  /** Release of its host. */
  readonly release: string | null;
  readonly report: TaskReport | null;
}

/** A process that takes tasks. */
export interface HostSummary {
  readonly hostId: string;
  /** Of its code. */
  readonly release: string;
  /** When it last asked for tasks: an idle one asks about once a minute. ISO 8601. */
  readonly seenAt: string;
}

export interface JobSummary {
  readonly tenant: string;
  readonly name: string;
  readonly state: JobState;
  readonly revision: number;
  readonly generation: number;
  readonly plan: string;
  readonly streams: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly startedAt: string;
  /** When it came into its present state; null for a job of an earlier release that hasn't moved since. ISO 8601. */
  readonly since: string | null;
}

export interface JobStatus extends JobSummary {
  readonly spec: JobSpec;
  /** The plan of `spec`. */
  readonly desiredPlan: Plan;
  /** The plan that runs; null while none does. */
  readonly activePlan: Plan | null;
  /** Topics that it may still write: by what is wanted, what it may go back to, and what tasks are left that nobody has fenced. */
  readonly writes: readonly PlanTopic[];
  readonly tasks: readonly TaskStatus[];
  /** The last failure, as long as it explains the present state, or the last one dealt with. */
  readonly lastFailure: (Failure & { readonly at: string }) | null;
  /** When a failed job is tried again by itself, or null where it waits for its owner. ISO 8601. */
  readonly retryAt: string | null;
  readonly requests: readonly RequestOutcome[];
  /** When it came into its present state. ISO 8601. */
  readonly since: string;
  readonly progress: Progress | null;
  /** What its topics have become that what runs has not taken up yet, such as partitions that are not read: the next generation does. */
  readonly changes: readonly TopicChange[];
  /** The release that its tasks are to run on; null: any host's. */
  readonly release: string | null;
  /** Numbers of earlier revisions that it can be rolled back to without the audit topic, oldest first. */
  readonly pastRevisions: readonly number[];
  /** What happens next, in one sentence. */
  readonly next: string;
}

export interface StreamStatus {
  readonly tenant: string;
  readonly name: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: StreamSpec;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; give it back to read on. Null on the last page. */
  readonly next: string | null;
}
