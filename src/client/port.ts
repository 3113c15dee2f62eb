/** The client's verbs, as its users (API, CLI, other services) see them. Implemented in client.ts. */

import type { Failure, Problem } from '../contracts/failure.ts';
import type { HistoryPage } from '../contracts/history.ts';
import type { Operation } from '../contracts/operation.ts';
import type { Plan } from '../contracts/plan.ts';
import type { JobDocumentInput, StreamDocumentInput } from '../contracts/spec.ts';
import type {
  HostSummary,
  JobState,
  JobStatus,
  JobSummary,
  Page,
  RequestOutcome,
  StreamStatus,
} from '../contracts/status.ts';
import type { VerdictKind, VerdictReason } from '../contracts/verdict.ts';
import type { RolloutsPort } from './rollouts-port.ts';

export interface ChangeOptions {
  /** Sent twice under one id, a request is done once and answered by how it went. A random one by default. */
  readonly requestId?: string;
  /** The revision that the change is based on: 0 = must not exist yet; left out = whatever it is. A stale one throws `stale_revision`. */
  readonly expectedRevision?: number;
  /** Who asks, for the history; the name of the process's user by default. */
  readonly by?: string;
  /** Why, in their words, for the history. */
  readonly why?: string;
}

export interface ApplyOptions extends ChangeOptions {
  /** Creates a job paused: it runs when it is resumed. Of no effect on one that exists. */
  readonly paused?: boolean;
  /** Refuses a change that would have to drain and replace: throws `change_refused`. */
  readonly inFlightOnly?: boolean;
}

export interface PlannedChange {
  /** create: the job doesn't exist. Else how the change would be made: see contracts/verdict.ts. */
  readonly verdict: 'create' | VerdictKind;
  /** Every change with why it asks for what it asks for, the strongest first. */
  readonly reasons: readonly VerdictReason[];
  /** Null where the spec can't be compiled, which is why it is refused. */
  readonly plan: Plan | null;
  /** Why it can't be compiled, with every place; null where it can. */
  readonly mistake: { readonly failure: Failure; readonly problems: readonly Problem[] } | null;
  /** Field by field, as JSON pointers into the document. */
  readonly changes: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[];
  /** The job's present revision; 0 where it doesn't exist. */
  readonly revision: number;
  /** What its owner should know beside the verdict: that a job made anew goes on where an earlier life of its name ended. */
  readonly note?: string;
}

export interface ListOptions {
  readonly tenant?: string;
  readonly state?: JobState;
  readonly stream?: string;
  /** `key=value` pairs that must all be there. */
  readonly labels?: readonly string[];
  /** ISO 8601: only those whose workflow's present run has begun since. */
  readonly startedAfter?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  /** Told the status at every look. */
  readonly onStatus?: (status: JobStatus) => void;
}

export interface HistoryOptions {
  /** Entries at most; a page may hold fewer. */
  readonly limit?: number;
  /** `next` or `newer` of an earlier page; left out: begin with the newest entry. */
  readonly cursor?: string;
}

/** Every method throws MillraceError and nothing else; a server that can't be reached is `temporal_unavailable`. */
export interface MillraceClientPort {
  /** One action over many jobs. */
  readonly rollouts: RolloutsPort;
  /** Answers on acceptance, with the verdict; how it went is in the job's status. Throws `change_refused` for a refused change. */
  applyJob(document: JobDocumentInput, options?: ApplyOptions): Promise<RequestOutcome>;
  /** Compiles and compares without changing anything. Throws what is wrong with the spec of a job that doesn't exist yet. */
  planJob(document: JobDocumentInput): Promise<PlannedChange>;
  getJob(tenant: string, name: string): Promise<JobStatus>;
  listJobs(options?: ListOptions): Promise<Page<JobSummary>>;
  /** Answers on acceptance. Throws `invalid_spec` with every mistake in the operation, `forbidden_state` where the job's state doesn't allow it. */
  operateJob(tenant: string, name: string, operation: Operation, options?: ChangeOptions): Promise<RequestOutcome>;
  /** Applies the spec of an earlier revision, as a new one; null: of the newest before that has been healthy. Throws `not_found` for a revision that isn't known any more. */
  rollBackJob(tenant: string, name: string, revision: number | null, options?: ApplyOptions): Promise<RequestOutcome>;
  /** Resolves when `until` holds; throws `forbidden_state` when it can't come true any more, `unhealthy` on timeout. */
  waitForJob(
    tenant: string,
    name: string,
    until: (status: JobStatus) => boolean,
    options?: WaitOptions,
  ): Promise<JobStatus>;
  /** What happened to the job, the newest first, over all its lives; of one that has ended too. Nothing where there never was one. */
  history(tenant: string, name: string, options?: HistoryOptions): Promise<HistoryPage>;
  applyStream(document: StreamDocumentInput, options?: ChangeOptions): Promise<StreamStatus>;
  getStream(tenant: string, name: string): Promise<StreamStatus>;
  listStreams(options?: Pick<ListOptions, 'tenant' | 'limit' | 'cursor'>): Promise<Page<StreamStatus>>;
  /** Throws `stream_in_use` while a job reads it. */
  deleteStream(tenant: string, name: string, options?: ChangeOptions): Promise<void>;
  /** Who takes tasks, with the release of their code. One that is gone is still told for some minutes. */
  listHosts(): Promise<readonly HostSummary[]>;
  /** Resolves when the Temporal server answers. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
