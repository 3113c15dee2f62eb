/**
 * What the outside says to a job's workflow and asks it. The client imports this file by value, the workflow too:
 * definitions and shapes only.
 */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Plan } from '../../contracts/plan.ts';
import type { JobSpec } from '../../contracts/spec.ts';
import type { JobStatus, RequestOutcome } from '../../contracts/status.ts';
import type { HandOver } from './state.ts';

/** The workflow's name at the server. */
export const jobWorkflowType = 'jobWorkflow';

/** Argument of the first start; the state of the whole job on continue-as-new (see state.ts). */
export interface JobStart {
  readonly tenant: string;
  readonly name: string;
  /** When the job goes on in a new run; left out, as limits.ts says. */
  readonly handOver?: HandOver;
}

export interface ApplyRequest {
  /** Who asks; the same id twice gives the same answer. At most 64 characters. */
  readonly requestId: string;
  readonly spec: JobSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: Plan;
  /** The revision that the change is based on: 0 = the job must not exist yet, null = whatever it is. */
  readonly expectedRevision: number | null;
}

/** Accepts or refuses a desired spec at once; how it went is in `status().requests`, for as long as limits.requestsKeptMax says. */
export const applyUpdate = defineUpdate<RequestOutcome, [ApplyRequest]>('apply');

export interface StopRequest {
  readonly requestId: string;
  /** drain: finish and commit what has been read. cancel: stop at once, uncommitted output is aborted. Both lose nothing and output nothing twice. */
  readonly mode: 'drain' | 'cancel';
  readonly expectedRevision: number | null;
}

export const stopUpdate = defineUpdate<RequestOutcome, [StopRequest]>('stop');

/** Everything but the tasks' reports, which the client reads from the pending activities' heartbeats. */
export type WorkflowJobStatus = Omit<JobStatus, 'tasks'> & {
  readonly tasks: readonly { readonly index: number; readonly hostId: string | null }[];
};

/** Null where no spec has been accepted yet, so that there is no job. */
export const statusQuery = defineQuery<WorkflowJobStatus | null>('status');
