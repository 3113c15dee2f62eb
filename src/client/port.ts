/** The client's verbs, as its users (API, CLI, other services) see them. Implemented in client.ts. */

import type { Plan } from '../contracts/plan.ts';
import type { JobDocumentInput, StreamDocumentInput } from '../contracts/spec.ts';
import type { JobState, JobStatus, JobSummary, Page, RequestOutcome, StreamStatus } from '../contracts/status.ts';

export interface ChangeOptions {
  /** The same id twice gives the same answer. A random one by default. */
  readonly requestId?: string;
  /** The revision that the change is based on: 0 = must not exist yet; left out = whatever it is. A stale one throws `stale_revision`. */
  readonly expectedRevision?: number;
}

export interface PlannedChange {
  /** none: the job already is as asked. create: it doesn't exist. in_flight: a new generation takes over. */
  readonly verdict: 'none' | 'create' | 'in_flight';
  readonly plan: Plan;
  /** Field by field, as JSON pointers into the document. */
  readonly changes: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[];
  /** The job's present revision; 0 where it doesn't exist. */
  readonly revision: number;
}

export interface ListOptions {
  readonly tenant?: string;
  readonly state?: JobState;
  readonly stream?: string;
  /** `key=value` pairs that must all be there. */
  readonly labels?: readonly string[];
  readonly limit?: number;
  readonly cursor?: string;
}

/** Every method throws MillraceError and nothing else; a server that can't be reached is `temporal_unavailable`. */
export interface MillraceClientPort {
  applyJob(document: JobDocumentInput, options?: ChangeOptions): Promise<RequestOutcome>;
  /** Compiles and compares without changing anything. */
  planJob(document: JobDocumentInput): Promise<PlannedChange>;
  getJob(tenant: string, name: string): Promise<JobStatus>;
  listJobs(options?: ListOptions): Promise<Page<JobSummary>>;
  stopJob(tenant: string, name: string, mode: 'drain' | 'cancel', options?: ChangeOptions): Promise<RequestOutcome>;
  /** Resolves when `until` holds; throws `forbidden_state` when it can't come true any more, `unhealthy` on timeout. */
  waitForJob(
    tenant: string,
    name: string,
    until: (status: JobStatus) => boolean,
    options?: { timeoutMs?: number; onStatus?: (s: JobStatus) => void },
  ): Promise<JobStatus>;
  applyStream(document: StreamDocumentInput, options?: ChangeOptions): Promise<StreamStatus>;
  getStream(tenant: string, name: string): Promise<StreamStatus>;
  listStreams(options?: Pick<ListOptions, 'tenant' | 'limit' | 'cursor'>): Promise<Page<StreamStatus>>;
  /** Throws `stream_in_use` while a job reads it. */
  deleteStream(tenant: string, name: string, options?: ChangeOptions): Promise<void>;
  /** Resolves when the Temporal server answers. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
