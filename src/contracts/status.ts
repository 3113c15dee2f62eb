/** What is told of jobs and streams: by queries, the API, the client and the CLI. Plain JSON. */
import type { Failure } from './failure.ts';
import type { Plan } from './plan.ts';
import type { JobSpec, StreamSpec } from './spec.ts';
import type { TaskReport } from './task.ts';

export const jobStates = ['deploying', 'running', 'updating', 'draining', 'rolling_back', 'failed', 'stopped'] as const;
export type JobState = (typeof jobStates)[number];

/** The outcome of one accepted change, by its request id. */
export interface RequestOutcome {
  readonly requestId: string;
  readonly revision: number;
  readonly outcome: 'pending' | 'unchanged' | 'deployed' | 'rolled_back' | 'failed' | 'stopped' | 'replaced';
  readonly cause?: Failure;
}

export interface TaskStatus {
  readonly index: number;
  readonly hostId: string | null;
  readonly report: TaskReport | null;
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
}

export interface JobStatus extends JobSummary {
  readonly spec: JobSpec;
  readonly activePlan: Plan | null;
  readonly tasks: readonly TaskStatus[];
  /** The last failure, as long as it explains the present state, or the last one dealt with. */
  readonly lastFailure: (Failure & { readonly at: string }) | null;
  /** When a failed job is tried again by itself, or null where it waits for its owner. ISO 8601. */
  readonly retryAt: string | null;
  readonly requests: readonly RequestOutcome[];
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
