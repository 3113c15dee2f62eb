/**
 * The client's port over two maps: what the API and the CLI show, without servers. It keeps the port's promises about
 * revisions, request ids and errors; jobs run at once and never fail by themselves.
 */
import type { ChangeOptions, ListOptions, MillraceClientPort, PlannedChange } from '../../src/client/port.ts';
import { failure, MillraceError } from '../../src/contracts/failure.ts';
import { parseDocument } from '../../src/contracts/parse.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import type { JobDocument, JobDocumentInput, StreamDocument, StreamDocumentInput } from '../../src/contracts/spec.ts';
import type { JobStatus, JobSummary, Page, RequestOutcome, StreamStatus } from '../../src/contracts/status.ts';

export class MemoryClient implements MillraceClientPort {
  readonly jobs = new Map<string, JobStatus>();
  readonly streams = new Map<string, StreamStatus>();
  readonly answers = new Map<string, RequestOutcome>();
  /** Thrown by every call while it is set. */
  broken: Error | null = null;

  async applyJob(input: JobDocumentInput, options: ChangeOptions = {}): Promise<RequestOutcome> {
    this.#check();
    const document = parseDocument(input) as JobDocument;
    const { tenant, name, labels } = document.metadata;
    const known = this.answers.get(options.requestId ?? '');
    if (known !== undefined) return { ...known, outcome: 'deployed' };
    const present = this.jobs.get(`${tenant}/${name}`);
    this.#expect(options, present?.revision ?? 0);
    const requestId = options.requestId ?? `r${this.answers.size + 1}`;
    const unchanged = present !== undefined && JSON.stringify(present.spec) === JSON.stringify(document.spec);
    const revision = unchanged ? present.revision : (present?.revision ?? 0) + 1;
    const outcome: RequestOutcome = { requestId, revision, outcome: unchanged ? 'unchanged' : 'pending' };
    this.answers.set(requestId, outcome);
    this.jobs.set(`${tenant}/${name}`, {
      tenant,
      name,
      labels,
      revision,
      state: 'running',
      generation: revision,
      plan: plan.hash,
      streams: ['firewall'],
      startedAt: '2026-01-01T00:00:00.000Z',
      spec: document.spec,
      activePlan: plan,
      tasks: [{ index: 0, hostId: 'h1', report }],
      lastFailure: null,
      retryAt: null,
      requests: [outcome],
      next: 'Nothing: it runs.',
    });
    return outcome;
  }

  async planJob(input: JobDocumentInput): Promise<PlannedChange> {
    this.#check();
    const { metadata, spec } = parseDocument(input) as JobDocument;
    const present = this.jobs.get(`${metadata.tenant}/${metadata.name}`);
    if (present === undefined) return { verdict: 'create', plan, changes: [], revision: 0 };
    const changes = present.spec.sql === spec.sql ? [] : [{ path: '/spec/sql', from: present.spec.sql, to: spec.sql }];
    return { verdict: changes.length === 0 ? 'none' : 'in_flight', plan, changes, revision: present.revision };
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

  async stopJob(tenant: string, name: string, _mode: string, options: ChangeOptions = {}): Promise<RequestOutcome> {
    this.#check();
    const job = found(this.jobs, 'job', tenant, name);
    this.#expect(options, job.revision);
    this.jobs.set(`${tenant}/${name}`, { ...job, state: 'stopped', next: 'Nothing: it was stopped.' });
    return { requestId: options.requestId ?? 'stop', revision: job.revision, outcome: 'pending' };
  }

  async waitForJob(tenant: string, name: string, until: (s: JobStatus) => boolean): Promise<JobStatus> {
    const status = await this.getJob(tenant, name);
    if (until(status)) return status;
    throw new MillraceError(failure('unhealthy', `Job ${tenant}/${name} is still ${status.state}.`));
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

  async ready(): Promise<void> {
    this.#check();
  }

  async close(): Promise<void> {}

  #check(): void {
    if (this.broken !== null) throw this.broken;
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
