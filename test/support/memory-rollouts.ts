/** Rollouts over a map: what the API and the CLI show of them, without servers. They stand still unless a test moves them. */
import type {
  OutcomeOptions,
  PageOptions,
  PreviewPage,
  RolloutAsking,
  RolloutsPort,
  StartedRollout,
  StartOptions,
  WaitForRollout,
} from '../../src/client/rollouts-port.ts';
import { failure, MillraceError } from '../../src/contracts/failure.ts';
import { parseRollout, type RolloutOrderInput } from '../../src/contracts/rollout.ts';
import { waveSizes } from '../../src/contracts/rollout-jobs.ts';
import { admissions } from '../../src/contracts/rollout-operations.ts';
import type {
  JobOutcome,
  OutcomePage,
  RolloutOperation,
  RolloutRequest,
  RolloutState,
  RolloutStatus,
  RolloutSummary,
} from '../../src/contracts/rollout-status.ts';
import type { Page } from '../../src/contracts/status.ts';
import { noCounts } from '../../src/workflows/rollout/tally.ts';

export class MemoryRollouts implements RolloutsPort {
  readonly all = new Map<string, RolloutStatus>();
  readonly told = new Map<string, JobOutcome[]>();
  /** Who started which, and why. */
  readonly started: { readonly id: string; readonly options: StartOptions }[] = [];
  /** Jobs of every rollout. */
  total = 10;

  async start(input: RolloutOrderInput, options: StartOptions = {}): Promise<StartedRollout> {
    const order = parseRollout(input);
    const { requestId = `q${this.all.size + 1}`, by = 'me', why = null } = options;
    const id = options.id ?? `r-${requestId}`;
    const present = this.started.find((s) => s.id === id);
    if (present !== undefined && present.options.requestId === requestId) return { id, requestId };
    if (present !== undefined) throw new MillraceError(failure('forbidden_state', `There is a rollout ${id} already.`));
    this.started.push({ id, options });
    this.all.set(id, {
      id,
      state: 'rolling',
      action: order.action.kind,
      total: this.total,
      counts: noCounts,
      by,
      why,
      startedAt: '2026-01-01T00:00:00.000Z',
      order,
      since: '2026-01-01T00:00:00.000Z',
      wave: 0,
      waves: waveSizes(this.total, order.strategy.canary).map((size) => ({ size, counts: noCounts })),
      underWay: 0,
      failures: [],
      cause: null,
      requests: [],
      logOffset: 0,
      next: 'Act on the jobs.',
    });
    return { id, requestId };
  }

  async preview(input: RolloutOrderInput, { limit = 100, cursor = '0' }: PageOptions = {}): Promise<PreviewPage> {
    const order = parseRollout(input);
    const patch = order.action.kind === 'patch';
    const from = Number(cursor);
    const items = Array.from({ length: Math.min(limit, this.total - from) }, (_, i) => {
      const reason = {
        path: '/spec/sql',
        kind: 'refused',
        what: 'the query',
        why: 'no such column',
        remedy: '',
      } as const;
      const change = { verdict: 'refused', reasons: [reason], changes: [] } as const;
      return {
        tenant: 'acme',
        name: `job-${from + i + 1}`,
        state: 'running',
        revision: 1,
        change: patch ? change : null,
      } as const;
    });
    const next = from + limit < this.total ? String(from + limit) : null;
    return { items, next, total: this.total, waves: waveSizes(this.total, order.strategy.canary) };
  }

  async get(id: string): Promise<RolloutStatus> {
    const status = this.all.get(id);
    if (status === undefined) throw new MillraceError(failure('not_found', `There is no rollout ${id}.`));
    return status;
  }

  async list(options: PageOptions & { readonly state?: RolloutState } = {}): Promise<Page<RolloutSummary>> {
    const items = [...this.all.values()].filter((r) => (options.state ?? r.state) === r.state).reverse();
    return paged<RolloutSummary>(items, options);
  }

  async operate(id: string, operation: RolloutOperation, options: RolloutAsking = {}): Promise<RolloutRequest> {
    const status = await this.get(id);
    const known = status.requests.find((r) => r.requestId === options.requestId);
    if (known !== undefined) return known;
    const admission = admissions[operation][status.state];
    if (typeof admission === 'object') {
      throw new MillraceError(failure('forbidden_state', `Rollout ${id} can't ${operation}: ${admission.refused}`));
    }
    const outcome = admission === 'already' ? 'unchanged' : 'accepted';
    const request = {
      requestId: options.requestId ?? `q${status.requests.length}`,
      asked: operation,
      outcome,
    } as const;
    const state = admission === 'already' ? status.state : leads[operation];
    this.all.set(id, { ...status, state, requests: [...status.requests, request] });
    return request;
  }

  async outcomes(id: string, options: OutcomeOptions = {}): Promise<OutcomePage> {
    await this.get(id);
    const told = this.told.get(id) ?? [];
    return paged(
      told.filter((o) => (options.outcome ?? o.outcome) === o.outcome),
      options,
    );
  }

  async wait(id: string, until: (s: RolloutStatus) => boolean, options: WaitForRollout = {}): Promise<RolloutStatus> {
    const status = await this.get(id);
    options.onStatus?.(status);
    if (until(status)) return status;
    throw new MillraceError(failure('unhealthy', `Rollout ${id} is still ${status.state}.`));
  }
}

const leads = { pause: 'paused', resume: 'rolling', abort: 'aborted' } as const;

function paged<T>(all: readonly T[], { limit = 100, cursor = '0' }: PageOptions): Page<T> {
  const from = Number(cursor);
  return { items: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null };
}
