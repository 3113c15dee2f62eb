/**
 * What the outside says to a job's workflow and asks it. The client imports this file by value, the workflow too:
 * definitions and shapes only.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Operation } from '../../contracts/operation.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { PartitionCounts } from '../../contracts/position-bounds.ts';
import type { JobSpec } from '../../contracts/spec.ts';
import type { JobStatus, RequestOutcome } from '../../contracts/status.ts';
import type { TopicsChanged } from '../../contracts/topic-change.ts';
import type { HandOver } from './state.ts';

/** The workflow's name at the server. */
export const jobWorkflowType = 'jobWorkflow';

/** Argument of the first start; the state of the whole job on continue-as-new (see state.ts). */
export interface JobStart {
  /** Stands in every name that the job is known by outside. */
  readonly deployment: string;
  readonly tenant: string;
  readonly name: string;
  /** When the job goes on in a new run; left out, as limits.ts says. */
  readonly handOver?: HandOver;
}

/** What every request says of itself. */
export interface Asking {
  /** The same id twice gives the same answer. At most limits.requestIdCharsMax characters. */
  readonly requestId: string;
  /** Who asks, for the history. */
  readonly by: string;
  /** Why, in their words. */
  readonly why: string | null;
  /** Names everything that is asked, but for who asks and why: the same id with another is refused. */
  readonly digest: string;
  /** The revision that the request is based on: 0 = the job must not exist yet, null = whatever it is. */
  readonly expectedRevision: number | null;
}

export interface ApplyRequest extends Asking {
  readonly spec: JobSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: Plan;
  /** Tasks that the job may have by its tenant's quota. */
  readonly tasksMax: number;
  /** Partitions of the topics that it reads, as planning saw them; left out: unknown until its tasks are prepared. */
  readonly partitions?: PartitionCounts;
  /** What planning found that the asker should know: of a job that is made by this. */
  readonly note?: string;
  /** Whether a job that doesn't exist yet is created paused: it runs when it is resumed. */
  readonly paused: boolean;
  /** Whether a change is refused that would have to drain and replace. */
  readonly inFlightOnly: boolean;
}

export interface OperateRequest extends Asking {
  readonly operation: Operation;
  /** Tasks that the job may have by its tenant's quota, where who asks has looked; left out: as when a spec was last accepted. */
  readonly tasksMax?: number;
}

/** Accepts or refuses a desired spec at once; how it went is in `status().requests`, for as long as limits.requestsKeptMax says. */
export const applyUpdate = defineUpdate<RequestOutcome, [ApplyRequest]>('apply');
/** Accepts or refuses an operation at once; likewise. */
export const operateUpdate = defineUpdate<RequestOutcome, [OperateRequest]>('operate');

/** A running task's word of what its topics have become; a steady job gets none. */
export const topicsChangedSignal = defineSignal<[TopicsChanged]>('topicsChanged');

/** Everything but the tasks' reports, which the client reads from the pending activities' heartbeats. */
export type WorkflowJobStatus = Omit<JobStatus, 'tasks'> & {
  readonly tasks: readonly Omit<JobStatus['tasks'][number], 'report'>[];
};

/** Null where no spec has been accepted yet, so that there is no job. */
export const statusQuery = defineQuery<WorkflowJobStatus | null>('status');

/** What an accepted revision asked for. */
export interface PastRevision {
  readonly number: number;
  readonly spec: JobSpec;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * An accepted revision by its number, where the workflow still keeps it; asked for by null, the one to go back to: the newest
 * before what is desired that has been healthy.
 */
export const revisionQuery = defineQuery<PastRevision | null, [number | null]>('revision');
