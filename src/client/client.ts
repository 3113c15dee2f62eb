/**
 * The client: the only way in, for the API, the CLI and other services. It checks documents, speaks to the workflows by
 * their messages, and tells every failure as a MillraceError. It holds no state but its connection.
 */
import { randomUUID } from 'node:crypto';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import { controlQueue, jobWorkflowId, planWorkflowId, streamWorkflowId } from '../contracts/names.ts';
import { parseDocument } from '../contracts/parse.ts';
import type { CompileJob, Plan } from '../contracts/plan.ts';
import type { JobDocument, JobDocumentInput, StreamDocument, StreamDocumentInput } from '../contracts/spec.ts';
import type { JobStatus, JobSummary, Page, RequestOutcome, StreamStatus } from '../contracts/status.ts';
import {
  type ApplyRequest,
  applyUpdate,
  jobWorkflowType,
  type StopRequest,
  statusQuery,
  stopUpdate,
} from '../workflows/job/messages.ts';
import { planWorkflowType } from '../workflows/plan/messages.ts';
import {
  deleteStreamUpdate,
  type PutStreamRequest,
  putStreamUpdate,
  streamQuery,
  streamWorkflowType,
} from '../workflows/stream/messages.ts';
import { changesBetween } from './changes.ts';
import { notFound } from './errors.ts';
import { conditions, listJobs, listPage } from './listing.ts';
import type { ChangeOptions, ListOptions, MillraceClientPort, PlannedChange } from './port.ts';
import { withReports } from './reports.ts';
import { Temporal, type TemporalOptions } from './temporal.ts';

/** Streams asked at once for one page of their list. */
const queriesAtOnce = 16;
/** Milliseconds that a plan may take, and a wait where the caller names none. */
const planMsMax = 30_000;
const waitMsDefault = 120_000;

export class MillraceClient implements MillraceClientPort {
  readonly #temporal: Temporal;

  constructor(options: TemporalOptions) {
    this.#temporal = new Temporal(options);
  }

  async applyJob(input: JobDocumentInput, options: ChangeOptions = {}): Promise<RequestOutcome> {
    const { metadata, spec } = parseJob(input);
    const { tenant, name, labels } = metadata;
    const { requestId, expectedRevision } = asked(options);
    const plan = await this.#compile({ tenant, name, spec }, requestId);
    const request: ApplyRequest = { requestId, spec, labels, plan, expectedRevision };
    const start = {
      type: jobWorkflowType,
      workflowId: jobWorkflowId(tenant, name),
      taskQueue: controlQueue,
      argument: { tenant, name },
      memo: { startedAt: new Date().toISOString() },
    };
    return this.#temporal.updateWithStart(job(tenant, name), start, applyUpdate.name, request);
  }

  async planJob(input: JobDocumentInput): Promise<PlannedChange> {
    const { metadata, spec } = parseJob(input);
    const { tenant, name, labels } = metadata;
    const plan = await this.#compile({ tenant, name, spec }, randomUUID());
    const present = await this.getJob(tenant, name).catch(nullIfNotFound);
    if (present === null)
      return { verdict: 'create', plan, changes: changesBetween({}, { metadata: { labels }, spec }), revision: 0 };
    const changes = changesBetween(
      { metadata: { labels: present.labels }, spec: present.spec },
      { metadata: { labels }, spec },
    );
    const same = changes.length === 0 && present.plan === plan.hash;
    return { verdict: same ? 'none' : 'in_flight', plan, changes, revision: present.revision };
  }

  async getJob(tenant: string, name: string): Promise<JobStatus> {
    const { status, running } = await this.#readJob(tenant, name);
    if (!running) throw notFound(job(tenant, name));
    return status;
  }

  listJobs(options: ListOptions = {}): Promise<Page<JobSummary>> {
    return this.#temporal.call('the list of jobs', (client) => listJobs(client, options));
  }

  stopJob(
    tenant: string,
    name: string,
    mode: 'drain' | 'cancel',
    options: ChangeOptions = {},
  ): Promise<RequestOutcome> {
    const request: StopRequest = { ...asked(options), mode };
    return this.#temporal.update(job(tenant, name), jobWorkflowId(tenant, name), stopUpdate.name, request);
  }

  async waitForJob(
    tenant: string,
    name: string,
    until: (status: JobStatus) => boolean,
    options: { timeoutMs?: number; onStatus?: (s: JobStatus) => void } = {},
  ): Promise<JobStatus> {
    const timeoutMs = options.timeoutMs ?? waitMsDefault;
    const deadline = Date.now() + timeoutMs;
    let last: string | null = null;
    for (let pauseMs = 100; ; pauseMs = Math.min(500, pauseMs * 1.5)) {
      const read = await this.#readJob(tenant, name).catch(nullIfUnavailable);
      if (read !== null) {
        const { status, running } = read;
        options.onStatus?.(status);
        if (until(status)) return status;
        if (!running)
          throw new MillraceError(
            failure(
              'forbidden_state',
              `Job ${tenant}/${name} has ended (${status.state}): what is waited for can't come any more.`,
            ),
          );
        last = `it is ${status.state}: ${status.lastFailure?.message ?? status.next}`;
      }
      if (Date.now() + pauseMs > deadline) {
        throw new MillraceError(
          failure(
            'unhealthy',
            `Job ${tenant}/${name} did not get there in ${timeoutMs} ms; ${last ?? 'Temporal gave no answer'}`,
          ),
        );
      }
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  }

  async applyStream(input: StreamDocumentInput, options: ChangeOptions = {}): Promise<StreamStatus> {
    const { metadata, spec } = parseStream(input);
    const { tenant, name, labels } = metadata;
    const request: PutStreamRequest = { ...asked(options), spec, labels };
    const start = {
      type: streamWorkflowType,
      workflowId: streamWorkflowId(tenant, name),
      taskQueue: controlQueue,
      argument: { tenant, name },
    };
    return this.#temporal.updateWithStart(stream(tenant, name), start, putStreamUpdate.name, request);
  }

  getStream(tenant: string, name: string): Promise<StreamStatus> {
    return this.#temporal.call(stream(tenant, name), async (client) => {
      const handle = client.workflow.getHandle(streamWorkflowId(tenant, name));
      const [{ status }, found] = await Promise.all([handle.describe(), handle.query(streamQuery)]);
      if (status.name !== 'RUNNING' || found === null) throw notFound(stream(tenant, name));
      return found;
    });
  }

  async listStreams(options: Pick<ListOptions, 'tenant' | 'limit' | 'cursor'> = {}): Promise<Page<StreamStatus>> {
    const page = await this.#temporal.call('the list of streams', (client) =>
      listPage(client, conditions(streamWorkflowType, options), options),
    );
    const items: StreamStatus[] = [];
    for (let at = 0; at < page.items.length; at += queriesAtOnce) {
      const some = page.items.slice(at, at + queriesAtOnce).map(({ workflowId }) => {
        const [, tenant = '', name = ''] = workflowId.split('/');
        return this.getStream(tenant, name).catch(nullIfNotFound);
      });
      items.push(...(await Promise.all(some)).filter((s) => s !== null));
    }
    return { items, next: page.next };
  }

  async deleteStream(tenant: string, name: string, options: ChangeOptions = {}): Promise<void> {
    const readers = await this.listJobs({ tenant, stream: name, limit: 5 });
    if (readers.items.length > 0) {
      const names = readers.items.map((j) => j.name).join(', ');
      throw new MillraceError(
        failure(
          'stream_in_use',
          `Stream ${tenant}/${name} is read by ${names}${readers.next === null ? '' : ' and others'}: stop them first.`,
        ),
      );
    }
    await this.#temporal.update(
      stream(tenant, name),
      streamWorkflowId(tenant, name),
      deleteStreamUpdate.name,
      asked(options),
    );
  }

  async ready(): Promise<void> {
    await this.#temporal.call('the Temporal server', (client) => client.workflowService.getSystemInfo({}));
  }

  async close(): Promise<void> {
    await this.#temporal.close();
  }

  /** Through a short workflow of its own, so that what can't be compiled never reaches the job's. */
  #compile(order: CompileJob, requestId: string): Promise<Plan> {
    const about = job(order.tenant, order.name);
    if (requestId.length > limits.requestIdCharsMax) {
      throw new MillraceError(
        failure('invalid_spec', `The request id is longer than ${limits.requestIdCharsMax} characters.`),
      );
    }
    return this.#temporal.call(about, async (client) => {
      const plan: unknown = await client.workflow.execute(planWorkflowType, {
        workflowId: planWorkflowId(order.tenant, order.name, requestId),
        taskQueue: controlQueue,
        args: [order],
        workflowExecutionTimeout: planMsMax,
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      });
      return plan as Plan;
    });
  }

  /** A job's status, of a job that has ended too. */
  #readJob(tenant: string, name: string): Promise<{ status: JobStatus; running: boolean }> {
    return this.#temporal.call(job(tenant, name), async (client) => {
      const handle = client.workflow.getHandle(jobWorkflowId(tenant, name));
      const [description, found] = await Promise.all([handle.describe(), handle.query(statusQuery)]);
      if (found === null) throw notFound(job(tenant, name));
      const status = { ...found, tasks: withReports(found.tasks, description) };
      return { status, running: description.status.name === 'RUNNING' };
    });
  }
}

const job = (tenant: string, name: string): string => `job ${tenant}/${name}`;
const stream = (tenant: string, name: string): string => `stream ${tenant}/${name}`;

const asked = ({
  requestId,
  expectedRevision,
}: ChangeOptions): { requestId: string; expectedRevision: number | null } => ({
  requestId: requestId ?? randomUUID(),
  expectedRevision: expectedRevision ?? null,
});

function parseJob(input: JobDocumentInput): JobDocument {
  const parsed = parseDocument(input);
  if (parsed.kind === 'Job') return parsed;
  throw new MillraceError(failure('invalid_spec', `A job was expected, the document is a ${parsed.kind}.`));
}

function parseStream(input: StreamDocumentInput): StreamDocument {
  const parsed = parseDocument(input);
  if (parsed.kind === 'Stream') return parsed;
  throw new MillraceError(failure('invalid_spec', `A stream was expected, the document is a ${parsed.kind}.`));
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof MillraceError && error.failure.code === 'not_found') return null;
  throw error;
}

/** A server that restarts is waited for. */
function nullIfUnavailable(error: unknown): null {
  if (error instanceof MillraceError && error.failure.code === 'temporal_unavailable') return null;
  throw error;
}
