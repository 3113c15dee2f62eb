/**
 * The client: the only way in, for the API, the CLI and other services. It checks documents, speaks to the workflows by
 * their messages, and tells every failure as a MillraceError. It holds no state but its connection; what each verb does
 * is in the file of its noun.
 */
import type { HistoryPage } from '../contracts/history.ts';
import type { Operation } from '../contracts/operation.ts';
import type { PlanTopic } from '../contracts/plan.ts';
import type { JobDocumentInput, StreamDocumentInput } from '../contracts/spec.ts';
import type { HostSummary, JobStatus, JobSummary, Page, RequestOutcome, StreamStatus } from '../contracts/status.ts';
import { readHistory } from './history.ts';
import { listHosts } from './hosts.ts';
import { applyJob, getJob, operateJob, rollBackJob } from './jobs.ts';
import { listJobs } from './listing.ts';
import { planJob } from './planning.ts';
import type {
  ApplyOptions,
  ChangeOptions,
  HistoryOptions,
  ListOptions,
  MillraceClientPort,
  PlannedChange,
  WaitOptions,
} from './port.ts';
import { rolloutsOf } from './rollouts.ts';
import type { RolloutsPort } from './rollouts-port.ts';
import { applyStream, deleteStream, getStream, listStreams } from './streams.ts';
import { Temporal, type TemporalOptions } from './temporal.ts';
import { countJobs } from './tenancy.ts';
import { claimTopic, mayWrite, type TopicWriter } from './topics.ts';
import { waitForJob } from './waiting.ts';

export class MillraceClient implements MillraceClientPort {
  readonly rollouts: RolloutsPort;
  readonly #temporal: Temporal;

  constructor(options: TemporalOptions) {
    this.#temporal = new Temporal(options);
    this.rollouts = rolloutsOf(this.#temporal, this);
  }

  applyJob(document: JobDocumentInput, options: ApplyOptions = {}): Promise<RequestOutcome> {
    return applyJob(this.#temporal, document, options);
  }

  planJob(document: JobDocumentInput): Promise<PlannedChange> {
    return planJob(this.#temporal, document);
  }

  getJob(tenant: string, name: string): Promise<JobStatus> {
    return getJob(this.#temporal, tenant, name);
  }

  listJobs(options: ListOptions = {}): Promise<Page<JobSummary>> {
    return this.#temporal.call('the list of jobs', (client) => listJobs(client, this.#temporal.deployment, options));
  }

  operateJob(tenant: string, name: string, operation: Operation, options: ChangeOptions = {}): Promise<RequestOutcome> {
    return operateJob(this.#temporal, tenant, name, operation, options);
  }

  rollBackJob(
    tenant: string,
    name: string,
    revision: number | null,
    options: ApplyOptions = {},
  ): Promise<RequestOutcome> {
    return rollBackJob(this.#temporal, tenant, name, revision, options);
  }

  waitForJob(
    tenant: string,
    name: string,
    until: (status: JobStatus) => boolean,
    options: WaitOptions = {},
  ): Promise<JobStatus> {
    return waitForJob(this.#temporal, tenant, name, until, options);
  }

  history(tenant: string, name: string, options: HistoryOptions = {}): Promise<HistoryPage> {
    return readHistory(this.#temporal, tenant, name, options);
  }

  applyStream(document: StreamDocumentInput, options: ChangeOptions = {}): Promise<StreamStatus> {
    return applyStream(this.#temporal, document, options);
  }

  getStream(tenant: string, name: string): Promise<StreamStatus> {
    return getStream(this.#temporal, tenant, name);
  }

  listStreams(options: Pick<ListOptions, 'tenant' | 'limit' | 'cursor'> = {}): Promise<Page<StreamStatus>> {
    return listStreams(this.#temporal, options);
  }

  deleteStream(tenant: string, name: string, options: ChangeOptions = {}): Promise<void> {
    return deleteStream(this.#temporal, tenant, name, options);
  }

  listHosts(): Promise<readonly HostSummary[]> {
    return this.#temporal.call('the list of hosts', (client) => listHosts(client, this.#temporal.deployment));
  }

  /** For planning: see topics.ts. */
  mayWrite(writer: TopicWriter, topic: PlanTopic): Promise<boolean> {
    return mayWrite(this.#temporal, writer, topic);
  }

  /** For planning: see topics.ts. */
  claimTopic(writer: TopicWriter, topic: PlanTopic): Promise<boolean> {
    return claimTopic(this.#temporal, writer, topic);
  }

  /** For planning: see tenancy.ts. */
  countJobs(tenant: string): Promise<number> {
    return this.#temporal.call(`the jobs of ${tenant}`, (client) =>
      countJobs(client, this.#temporal.deployment, tenant),
    );
  }

  async ready(): Promise<void> {
    await this.#temporal.call('the Temporal server', (client) => client.workflowService.getSystemInfo({}));
  }

  async close(): Promise<void> {
    await this.#temporal.close();
  }
}
