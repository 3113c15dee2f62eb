/**
 * The client's port over two maps: what the API and the CLI show, without servers. It keeps the port's promises about
 * revisions, request ids, forbidden states and errors; jobs do at once what they are asked, and never fail by themselves.
 */
import { changesBetween } from '../../src/client/changes.ts';
import type {
  ApplyOptions,
  ChangeOptions,
  HistoryOptions,
  ListOptions,
  MillraceClientPort,
  PlannedChange,
  WaitOptions,
} from '../../src/client/port.ts';
import { type Failure, failure, MillraceError } from '../../src/contracts/failure.ts';
import type { HistoryEntry, HistoryPage } from '../../src/contracts/history.ts';
import type { Operation } from '../../src/contracts/operation.ts';
import { parseDocument } from '../../src/contracts/parse.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import type { JobDocument, JobDocumentInput, StreamDocument, StreamDocumentInput } from '../../src/contracts/spec.ts';
import type {
  HostSummary,
  JobState,
  JobStatus,
  JobSummary,
  Page,
  RequestOutcome,
  StreamStatus,
} from '../../src/contracts/status.ts';
import type { Verdict } from '../../src/contracts/verdict.ts';
import { admissions } from '../../src/workflows/job/operations.ts';
import { MemoryRollouts } from './memory-rollouts.ts';

export class MemoryClient implements MillraceClientPort {
  readonly rollouts = new MemoryRollouts();
  readonly jobs = new Map<string, JobStatus>();
  readonly streams = new Map<string, StreamStatus>();
  /** By tenant/job, in the order in which it happened. */
  readonly histories = new Map<string, HistoryEntry[]>();
  readonly answers = new Map<string, RequestOutcome>();
  /** What was accepted, with who and why, oldest first. */
  readonly accepted: { readonly asked: Operation | 'apply'; readonly options: ApplyOptions }[] = [];
  /** The verdict on every changed spec. */
  verdict: Verdict = {
    kind: 'in_flight',
    reasons: [{ path: '/spec/sql', kind: 'in_flight', what: 'the query changes', why: 'same columns', remedy: '' }],
  };
  /** Why what is asked of a job doesn't go well. */
  fails: Failure | null = null;
  /** Thrown by every call while it is set. */
  broken: Error | null = null;
  readonly #past = new Map<string, JobDocument>();

  async applyJob(input: JobDocumentInput, options: ApplyOptions = {}): Promise<RequestOutcome> {
    this.#check();
    const document = parseDocument(input) as JobDocument;
    const { tenant, name, labels } = document.metadata;
    const known = this.answers.get(options.requestId ?? '');
    if (known !== undefined) return { ...known, outcome: 'deployed' };
    const key = `${tenant}/${name}`;
    const present = this.jobs.get(key);
    this.#expect(options, present?.revision ?? 0);
    const unchanged = present !== undefined && JSON.stringify(present.spec) === JSON.stringify(document.spec);
    if (present !== undefined && !unchanged) this.#refuse(options.inFlightOnly ?? false);
    const revision = unchanged ? present.revision : (present?.revision ?? 0) + 1;
    const verdict: Verdict = unchanged ? { kind: 'none', reasons: [] } : this.verdict;
    const outcome: RequestOutcome = {
      requestId: options.requestId ?? `r${this.answers.size + 1}`,
      asked: 'apply',
      revision,
      outcome: unchanged ? 'unchanged' : 'pending',
      ...(present === undefined ? {} : { verdict }),
    };
    this.#past.set(`${key}#${revision}`, document);
    this.#accept('apply', outcome, options);
    const state = present === undefined && options.paused === true ? 'paused' : (present?.state ?? 'running');
    this.jobs.set(key, {
      ...(present ?? newJob(tenant, name)),
      labels,
      revision,
      state,
      generation: revision,
      spec: document.spec,
      requests: [...(present?.requests ?? []), outcome],
      pastRevisions: [...new Set([...(present?.pastRevisions ?? []), revision])],
    });
    return outcome;
  }

  async planJob(input: JobDocumentInput): Promise<PlannedChange> {
    this.#check();
    const { metadata, spec } = parseDocument(input) as JobDocument;
    const present = this.jobs.get(`${metadata.tenant}/${metadata.name}`);
    if (present === undefined) return { verdict: 'create', reasons: [], mistake: null, plan, changes: [], revision: 0 };
    const changes = changesBetween({ spec: present.spec }, { spec });
    const { kind, reasons }: Verdict = changes.length === 0 ? { kind: 'none', reasons: [] } : this.verdict;
    return { verdict: kind, reasons, mistake: null, plan, changes, revision: present.revision };
  }

  async getJob(tenant: string, name: string): Promise<JobStatus> {
    this.#check();
    return found(this.jobs, 'job', tenant, name);
  }

  async listJobs(options: ListOptions = {}): Promise<Page<JobSummary>> {
    this.#check();
    const all = [...this.jobs.values()].filter(
      (j) =>
        (options.tenant ?? j.tenant) === j.tenant &&
        (options.state ?? j.state) === j.state &&
        (options.stream === undefined || j.streams.includes(options.stream)) &&
        (options.labels ?? []).every((l) => Object.entries(j.labels).some(([k, v]) => `${k}=${v}` === l)),
    );
    return paged(all, options);
  }

  async operateJob(
    tenant: string,
    name: string,
    operation: Operation,
    options: ChangeOptions = {},
  ): Promise<RequestOutcome> {
    this.#check();
    const job = found(this.jobs, 'job', tenant, name);
    const known = this.answers.get(options.requestId ?? '');
    if (known !== undefined) return { ...known, outcome: doneAs(operation.kind) };
    this.#expect(options, job.revision);
    const admission = admissions[operation.kind][job.state];
    if (typeof admission === 'object') {
      throw new MillraceError(failure('forbidden_state', `Job ${tenant}/${name}: ${admission.refused}`));
    }
    const after = { ...job, ...operated(job, operation) };
    const outcome: RequestOutcome = {
      requestId: options.requestId ?? `r${this.answers.size + 1}`,
      asked: operation.kind,
      revision: after.revision,
      outcome: admission === 'already' ? 'unchanged' : 'pending',
    };
    this.#accept(operation, outcome, options);
    this.jobs.set(`${tenant}/${name}`, { ...after, requests: [...job.requests, outcome] });
    return outcome;
  }

  async rollBackJob(
    tenant: string,
    name: string,
    revision: number | null,
    options: ApplyOptions = {},
  ): Promise<RequestOutcome> {
    const status = await this.getJob(tenant, name);
    const to = revision ?? status.pastRevisions.filter((n) => n < status.revision).at(-1);
    const past = this.#past.get(`${tenant}/${name}#${to}`);
    if (past === undefined) throw new MillraceError(failure('not_found', `There is no revision ${to}.`));
    return this.applyJob(past, options);
  }

  /** What was accepted is done once it is waited for: as asked, or, where `fails` is set, not. */
  async waitForJob(
    tenant: string,
    name: string,
    until: (s: JobStatus) => boolean,
    { onStatus }: WaitOptions = {},
  ): Promise<JobStatus> {
    const before = await this.getJob(tenant, name);
    onStatus?.({ ...before, progress: { doing: 'tasks healthy', done: 0, of: 1 } });
    if (until(before)) return before;
    const { fails } = this;
    const requests = before.requests.map((r) => {
      if (r.outcome !== 'pending') return r;
      return fails === null
        ? {
            ...r,
            outcome: doneAs(r.asked),
            ...(r.asked === 'rewind' ? { note: 'what lies between is output again' } : {}),
          }
        : { ...r, outcome: 'rolled_back' as const, cause: fails };
    });
    const status = { ...before, requests };
    this.jobs.set(`${tenant}/${name}`, status);
    onStatus?.(status);
    if (until(status)) return status;
    throw new MillraceError(failure('unhealthy', `Job ${tenant}/${name} is still ${status.state}.`));
  }

  /** A cursor is a number of entries: from the newest back for `next`, from the first on for `newer`. */
  async history(tenant: string, name: string, { limit = 100, cursor }: HistoryOptions = {}): Promise<HistoryPage> {
    this.#check();
    const all = this.histories.get(`${tenant}/${name}`) ?? [];
    const [direction = '', at = '0'] = (cursor ?? 'back 0').split(' ');
    if (direction === 'on') {
      const items = all.slice(Number(at), Number(at) + limit);
      const newer = `on ${Number(at) + items.length}`;
      return { items, next: Number(at) + limit < all.length ? newer : null, newer };
    }
    const page = paged([...all].reverse(), { limit, cursor: at });
    const next = page.next === null ? null : `back ${page.next}`;
    return { items: page.items, next, newer: cursor === undefined ? `on ${all.length}` : null };
  }

  async applyStream(input: StreamDocumentInput, options: ChangeOptions = {}): Promise<StreamStatus> {
    this.#check();
    const { metadata, spec } = parseDocument(input) as StreamDocument;
    const { tenant, name, labels } = metadata;
    const present = this.streams.get(`${tenant}/${name}`);
    this.#expect(options, present?.revision ?? 0);
    const status = { tenant, name, labels, spec, revision: (present?.revision ?? 0) + 1 };
    this.streams.set(`${tenant}/${name}`, status);
    return status;
  }

  async getStream(tenant: string, name: string): Promise<StreamStatus> {
    this.#check();
    return found(this.streams, 'stream', tenant, name);
  }

  async listStreams(options: ListOptions = {}): Promise<Page<StreamStatus>> {
    this.#check();
    return paged(
      [...this.streams.values()].filter((s) => (options.tenant ?? s.tenant) === s.tenant),
      options,
    );
  }

  async deleteStream(tenant: string, name: string, options: ChangeOptions = {}): Promise<void> {
    this.#check();
    const stream = found(this.streams, 'stream', tenant, name);
    this.#expect(options, stream.revision);
    const reader = [...this.jobs.values()].find((j) => j.tenant === tenant && j.streams.includes(name));
    if (reader !== undefined) throw new MillraceError(failure('stream_in_use', `Job ${reader.name} reads it.`));
    this.streams.delete(`${tenant}/${name}`);
  }

  async listHosts(): Promise<readonly HostSummary[]> {
    this.#check();
    return [{ hostId: 'h1', release: '1.0.0', seenAt: '2026-01-01T00:00:02.000Z' }];
  }

  async ready(): Promise<void> {
    this.#check();
  }

  async close(): Promise<void> {}

  #check(): void {
    if (this.broken !== null) throw this.broken;
  }

  #accept(asked: Operation | 'apply', outcome: RequestOutcome, options: ApplyOptions): void {
    this.answers.set(outcome.requestId, outcome);
    this.accepted.push({ asked, options });
  }

  #refuse(inFlightOnly: boolean): void {
    const { kind, reasons } = this.verdict;
    if (kind !== 'refused' && !(inFlightOnly && kind === 'drain_replace')) return;
    const problems = reasons.map(({ path, what, why, remedy }) => ({ path, message: `${what}: ${why}`, remedy }));
    throw new MillraceError(
      failure('change_refused', `The job can't be changed so: ${problems[0]?.message}`),
      problems,
    );
  }

  #expect(options: ChangeOptions, revision: number): void {
    if (options.expectedRevision === undefined || options.expectedRevision === revision) return;
    const message = `It is at revision ${revision}, not ${options.expectedRevision}.`;
    throw new MillraceError(failure('stale_revision', message));
  }
}

function found<T>(map: ReadonlyMap<string, T>, kind: string, tenant: string, name: string): T {
  const value = map.get(`${tenant}/${name}`);
  if (value === undefined) throw new MillraceError(failure('not_found', `Tenant ${tenant} has no ${kind} ${name}.`));
  return value;
}

function paged<T>(all: readonly T[], { limit = 100, cursor = '0' }: ListOptions): Page<T> {
  const from = Number(cursor);
  return { items: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null };
}

const doneAs = (asked: RequestOutcome['asked']): RequestOutcome['outcome'] =>
  asked === 'pause' ? 'paused' : asked === 'stop' ? 'stopped' : 'deployed';

/** What an operation makes of a job. */
function operated(job: JobStatus, operation: Operation): Partial<JobStatus> {
  const state = (to: JobState): Partial<JobStatus> => ({ state: to, generation: job.generation + 1 });
  switch (operation.kind) {
    case 'pause':
      return { state: 'paused', tasks: [], next: 'Nothing: it is paused.' };
    case 'resume':
    case 'restart':
      return state('running');
    case 'stop':
      return { state: 'stopped', next: 'Nothing: it was stopped.' };
    case 'rescale':
      return {
        ...state(job.state),
        revision: job.revision + 1,
        spec: { ...job.spec, tasks: { min: operation.tasks, max: operation.tasks } },
      };
    case 'upgrade':
      return { ...state('running'), release: operation.release };
    case 'rewind':
      return state(job.state);
    default:
      return operation satisfies never;
  }
}

const plan: Plan = {
  hash: '0123456789abcdef',
  sql: 'SELECT * FROM firewall',
  sources: [{ stream: 'firewall', topics: [{ cluster: 'main', topic: 'acme.firewall' }], writerSchema: '"string"' }],
  readColumns: ['action'],
  output: [{ name: 'action', type: 'VARCHAR NOT NULL', nullable: false }],
  outputSchema: '{"type":"record","name":"Row","fields":[{"name":"action","type":"string"}]}',
  keyed: false,
  sink: { kafka: { cluster: 'main', topic: 'acme.denied', partitions: 1, format: 'json' } },
  delivery: 'exactly_once',
  errors: { policy: 'fail' },
  start: 'earliest',
};

const report = {
  hostId: 'h1',
  counters: {
    recordsIn: 1000,
    recordsOut: 250,
    bytesIn: 460_000,
    bytesOut: 50_000,
    recordsFailed: 0,
    transactions: 3,
    busyMs: 12,
  },
  lag: 42,
  healthy: true,
  at: 1_767_225_600_000,
};

const newJob = (tenant: string, name: string): JobStatus => ({
  tenant,
  name,
  labels: {},
  revision: 0,
  state: 'running',
  generation: 0,
  plan: plan.hash,
  streams: ['firewall'],
  startedAt: '2026-01-01T00:00:00.000Z',
  spec: {
    sql: '',
    start: 'earliest',
    onRecreate: 'fail',
    sink: plan.sink,
    delivery: 'exactly_once',
    tasks: { min: 1, max: 1 },
    errors: { policy: 'fail' },
  },
  desiredPlan: plan,
  activePlan: plan,
  writes: [{ cluster: 'main', topic: plan.sink.kafka.topic }],
  tasks: [{ index: 0, hostId: 'h1', release: '1.0.0', report }],
  lastFailure: null,
  retryAt: null,
  requests: [],
  since: '2026-01-01T00:00:01.000Z',
  progress: null,
  release: null,
  pastRevisions: [],
  changes: [],
  next: 'Nothing: it runs.',
});
