/** Jobs as a rollout sees them, scripted: what each answers, and what was asked of it. */
import type { JobsPort, ListJobs } from '../../src/activities/act-on-job.ts';
import { failure, MillraceError } from '../../src/contracts/failure.ts';
import type { Operation } from '../../src/contracts/operation.ts';
import type { JobDocumentInput } from '../../src/contracts/spec.ts';
import type { JobStatus, JobSummary, Page, RequestOutcome } from '../../src/contracts/status.ts';

export const notThere = (): MillraceError => new MillraceError(failure('not_found', 'There is no such job.'));

/** One job, whatever its name. */
export class OneJob implements JobsPort {
  status: Partial<JobStatus> = {};
  /** What the request that it is sent becomes, look by look; the last stays. */
  outcomes: readonly Partial<RequestOutcome>[] = [{ outcome: 'deployed' }];
  /** Thrown by the next requests, one after another. */
  readonly refusals: Error[] = [];
  /** Thrown by every look. */
  gone: Error | null = null;
  readonly operated: { readonly operation: Operation; readonly options: object }[] = [];
  readonly applied: { readonly document: JobDocumentInput; readonly options: object }[] = [];
  #request: RequestOutcome | null = null;
  #looks = 0;

  async getJob(tenant: string, name: string): Promise<JobStatus> {
    if (this.gone !== null) throw this.gone;
    const requests = this.#request === null ? [] : [this.#look(this.#request)];
    return { ...jobStatus(tenant, name), requests, ...this.status };
  }

  #look(request: RequestOutcome): RequestOutcome {
    const now = this.outcomes[Math.min(this.#looks, this.outcomes.length - 1)];
    this.#looks += 1;
    return { ...request, ...now };
  }

  async operateJob(
    _t: string,
    _n: string,
    operation: Operation,
    options: { requestId: string },
  ): Promise<RequestOutcome> {
    this.#refuse();
    this.operated.push({ operation, options });
    return this.#accept(options.requestId, operation.kind);
  }

  async applyJob(document: JobDocumentInput, options: { requestId: string }): Promise<RequestOutcome> {
    this.#refuse();
    this.applied.push({ document, options });
    return this.#accept(options.requestId, 'apply');
  }

  async listJobs(_options: ListJobs): Promise<Page<JobSummary>> {
    return { items: [], next: null };
  }

  #refuse(): void {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal;
  }

  #accept(requestId: string, asked: RequestOutcome['asked']): RequestOutcome {
    this.#request = { requestId, asked, revision: 4, outcome: 'pending' };
    return this.outcomes[0]?.outcome === 'unchanged' ? { ...this.#request, outcome: 'unchanged' } : this.#request;
  }
}

/** Many jobs, listed by pages of the size that is asked for. */
export class ManyJobs extends OneJob {
  all: JobStatus[] = [];
  readonly lists: ListJobs[] = [];
  /** Called after each page: jobs may move meanwhile. */
  between: () => void = () => {};

  override async getJob(tenant: string, name: string): Promise<JobStatus> {
    const found = this.all.find((j) => j.tenant === tenant && j.name === name);
    if (found === undefined) throw notThere();
    return found;
  }

  override async listJobs(options: ListJobs): Promise<Page<JobSummary>> {
    this.lists.push(options);
    const { tenant, state, startedAfter = '', limit, cursor = '0' } = options;
    const from = Number(cursor);
    const fitting = this.all.filter(
      (j) => (tenant ?? j.tenant) === j.tenant && (state ?? j.state) === j.state && j.startedAt >= startedAfter,
    );
    const items = fitting.slice(from, from + limit);
    const next = from + limit < fitting.length ? String(from + limit) : null;
    this.between();
    return { items, next };
  }
}

export function jobStatus(tenant: string, name: string, change: Partial<JobStatus> = {}): JobStatus {
  const spec: JobStatus['spec'] = {
    sql: 'SELECT a FROM s',
    start: 'earliest',
    onRecreate: 'fail',
    sink: { kafka: { cluster: 'main', topic: 'out', partitions: 1, format: 'json' } },
    delivery: 'exactly_once',
    tasks: { min: 1, max: 1 },
    errors: { policy: 'dlq', topic: 'out.dlq' },
  };
  return {
    tenant,
    name,
    state: 'running',
    revision: 3,
    generation: 3,
    plan: 'p',
    streams: ['s'],
    labels: { team: 'soc' },
    startedAt: '2026-01-01T00:00:00.000Z',
    since: '2026-01-01T00:00:00.000Z',
    spec,
    desiredPlan: undefined as never,
    activePlan: null,
    writes: [],
    tasks: [],
    lastFailure: null,
    retryAt: null,
    requests: [],
    progress: null,
    release: null,
    pastRevisions: [],
    changes: [],
    next: 'Nothing.',
    ...change,
  };
}
