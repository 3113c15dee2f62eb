/**
 * The one job of a run, as its owner has it: asks for changes, patiently where a server or the worker is away, and waits
 * for what becomes of them. Watches its status all along, for the timeline and for faults that look for its hosts.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MillraceClient } from '../../src/client/client.ts';
import { type FailureCode, MillraceError } from '../../src/contracts/failure.ts';
import type { HistoryEntry } from '../../src/contracts/history.ts';
import type { Operation } from '../../src/contracts/operation.ts';
import type { JobDocumentInput } from '../../src/contracts/spec.ts';
import type { JobStatus, RequestOutcome } from '../../src/contracts/status.ts';
import { patienceMs } from '../support/patience.ts';
import { patiently, pollMs } from './patience.ts';
import type { Names } from './stream.ts';
import type { Timeline } from './timeline.ts';

/** What passes by itself. */
const passing: readonly FailureCode[] = ['temporal_unavailable', 'kafka_unavailable', 'no_host', 'too_many_requests'];
const passes = (error: unknown): error is MillraceError =>
  error instanceof MillraceError && passing.includes(error.failure.code);

export class Job {
  readonly #client: MillraceClient;
  readonly #names: Names;
  readonly #timeline: Timeline;
  /** As last seen; null where there is none. */
  status: JobStatus | null = null;
  #watching = true;
  readonly #watch: Promise<void>;

  constructor(client: MillraceClient, names: Names, timeline: Timeline) {
    this.#client = client;
    this.#names = names;
    this.#timeline = timeline;
    this.#watch = this.#look();
  }

  async close(): Promise<void> {
    this.#watching = false;
    await this.#watch;
  }

  /** Applies a document and answers what became of it. */
  apply(document: JobDocumentInput, options: { readonly paused?: boolean } = {}): Promise<RequestOutcome> {
    return this.#ask('apply', (requestId) => this.#client.applyJob(document, { ...options, requestId }));
  }

  /** Asks for an operation and answers what became of it. */
  operate(operation: Exclude<Operation, { kind: 'stop' }>): Promise<RequestOutcome> {
    const { tenant, job } = this.#names;
    return this.#ask(operation.kind, (requestId) => this.#client.operateJob(tenant, job, operation, { requestId }));
  }

  /** Goes back to the revision before. */
  rollBack(): Promise<RequestOutcome> {
    const { tenant, job } = this.#names;
    return this.#ask('rollback', (requestId) => this.#client.rollBackJob(tenant, job, null, { requestId }));
  }

  /** Stops it, and resolves when it is gone. */
  async stop(mode: 'drain' | 'cancel' = 'drain'): Promise<void> {
    const { tenant, job } = this.#names;
    const requestId = randomUUID();
    this.#timeline.note(`stop asked (${mode})`);
    await this.#patiently('stop', () =>
      this.#client.operateJob(tenant, job, { kind: 'stop', mode }, { requestId }).catch(nullIfGone),
    );
    await this.until('gone', (s) => s === null);
  }

  /** Everything that its history tells, the oldest first. */
  async history(): Promise<HistoryEntry[]> {
    const { tenant, job } = this.#names;
    const entries: HistoryEntry[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const options = cursor === undefined ? {} : { cursor };
      const page = await this.#patiently('history', () => this.#client.history(tenant, job, options));
      entries.push(...page.items);
      cursor = page.next;
    }
    return entries.reverse();
  }

  /** Polls until the status passes. */
  async until(
    what: string,
    holds: (status: JobStatus | null) => boolean | Promise<boolean>,
  ): Promise<JobStatus | null> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const status = await this.#read().catch((error: unknown) => {
        if (passes(error)) return undefined;
        throw error;
      });
      if (status !== undefined && (await holds(status))) {
        this.#timeline.note(`it is ${what}`);
        return status;
      }
      if (Date.now() > deadline) {
        throw new Error(
          `the job was not ${what} in ${patienceMs / 1_000} s: ${status === undefined ? 'no answer' : describe(status)}`,
        );
      }
      await sleep(pollMs);
    }
  }

  /** One request, however often it has to be sent. */
  async #ask(what: string, send: (requestId: string) => Promise<RequestOutcome>): Promise<RequestOutcome> {
    const requestId = randomUUID();
    this.#timeline.note(`${what} asked`);
    const { verdict } = await this.#patiently(what, () => send(requestId));
    this.#timeline.note(`${what} accepted${verdict === undefined ? '' : `: ${verdict.kind}`}`);
    return this.#settled(requestId);
  }

  async #settled(requestId: string): Promise<RequestOutcome> {
    let outcome: RequestOutcome | undefined;
    await this.until(`settled about ${requestId.slice(0, 8)}`, (status) => {
      if (status === null) throw new Error('the job is gone, and nobody stopped it');
      outcome = status.requests.find((r) => r.requestId === requestId);
      if (outcome === undefined) throw new Error(`the job doesn't know the request that it accepted: ${requestId}`);
      return outcome.outcome !== 'pending';
    });
    this.#timeline.note(
      `outcome: ${outcome!.outcome}${outcome!.cause === undefined ? '' : ` (${outcome!.cause.message})`}`,
    );
    return outcome!;
  }

  #patiently<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    return patiently(what, attempt, passes, (tried) => this.#timeline.note(tried));
  }

  #read(): Promise<JobStatus | null> {
    return this.#client.getJob(this.#names.tenant, this.#names.job).catch(nullIfGone);
  }

  async #look(): Promise<void> {
    let last = '';
    while (this.#watching) {
      let now: string;
      try {
        this.status = await this.#read();
        now = describe(this.status);
      } catch (error) {
        now = `no status (${error instanceof MillraceError ? `${error.failure.code}: ${error.message}` : error})`;
      }
      if (now !== last) this.#timeline.note(`status: ${now}`);
      last = now;
      await sleep(pollMs);
    }
  }
}

function describe(status: JobStatus | null): string {
  if (status === null) return 'none';
  const { state, revision, generation, tasks, lastFailure, retryAt } = status;
  const failed = lastFailure === null ? '' : `; last failure: ${lastFailure.code}: ${lastFailure.message}`;
  const retry = retryAt === null ? '' : `; again at ${retryAt}`;
  return `${state}, revision ${revision}, generation ${generation} on ${tasks.map((t) => t.hostId).join(' ') || 'no host'}${failed}${retry}`;
}

function nullIfGone(error: unknown): null {
  if (error instanceof MillraceError && error.failure.code === 'not_found') return null;
  throw error;
}
