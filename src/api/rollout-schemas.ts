/** The shapes of the API's requests and answers about rollouts, for OpenAPI; each is checked against its type, as in schemas.ts. */
import { z } from 'zod';
import type { PreviewPage, StartedRollout } from '../client/rollouts-port.ts';
import {
  parseRollout,
  parseRolloutId,
  type RolloutOrder,
  rolloutAction,
  rolloutId,
  rolloutOrder,
} from '../contracts/rollout.ts';
import {
  type JobOutcome,
  jobOutcomes,
  type RolloutRequest,
  type RolloutStatus,
  type RolloutSummary,
  rolloutOperations,
  rolloutStates,
} from '../contracts/rollout-status.ts';
import { jobStates } from '../contracts/status.ts';
import { failure, list, page, plannedChange } from './schemas.ts';

export const rolloutBody = rolloutOrder.extend({ id: rolloutId.exactOptional() }).meta({
  examples: [
    {
      action: { kind: 'restart' },
      selector: { tenant: 'acme', labels: { team: 'soc' } },
      strategy: { canary: [5, '10%'], bakeMs: 60_000, concurrency: 20, maxFailures: 3 },
    },
    {
      action: { kind: 'patch', patch: { spec: { tasks: { max: 8 } } } },
      selector: { jobs: [{ tenant: 'acme', name: 'denied' }] },
    },
  ],
});

/** A body's order, and its id where it names one. Throws MillraceError `invalid_spec` with every mistake. */
export function rolloutFrom(body: unknown): { readonly order: RolloutOrder; readonly id: string | null } {
  const isMapping = typeof body === 'object' && body !== null && !Array.isArray(body);
  const { id, ...order } = (isMapping ? body : {}) as { readonly id?: unknown };
  return { order: parseRollout(isMapping ? order : body), id: id === undefined ? null : parseRolloutId(id) };
}

const counts = z.object(
  Object.fromEntries(jobOutcomes.map((k) => [k, z.int()])) as Record<(typeof jobOutcomes)[number], z.ZodInt>,
);

export const jobOutcome = z.object({
  tenant: z.string(),
  name: z.string(),
  outcome: z.enum(jobOutcomes),
  revision: z.int(),
  cause: failure.nullable(),
  at: z.string(),
}) satisfies z.ZodType<JobOutcome>;

const action = z.enum(rolloutAction.options.map((o) => o.shape.kind.value));

export const rolloutSummary = z.object({
  id: z.string(),
  state: z.enum(rolloutStates),
  action,
  total: z.int().nullable(),
  counts,
  by: z.string(),
  why: z.string().nullable(),
  startedAt: z.string(),
}) satisfies z.ZodType<RolloutSummary>;

export const rolloutRequest = z.object({
  requestId: z.string(),
  asked: z.enum(rolloutOperations),
  outcome: z.enum(['accepted', 'unchanged']),
}) satisfies z.ZodType<RolloutRequest>;

export const rolloutStatus = rolloutSummary.extend({
  order: rolloutOrder,
  since: z.string(),
  wave: z.int(),
  waves: list(z.object({ size: z.int(), counts })),
  underWay: z.int(),
  failures: list(jobOutcome),
  cause: failure.nullable(),
  requests: list(rolloutRequest),
  logOffset: z.number().nullable(),
  next: z.string(),
}) satisfies z.ZodType<RolloutStatus>;

const links = z.object({ rollout: z.string() });
export const startedRollout = z.object({ id: z.string(), requestId: z.string() }) satisfies z.ZodType<StartedRollout>;
export const acceptedRollout = startedRollout.extend({ links });
export const acceptedRolloutRequest = rolloutRequest.extend({ links });

export const previewPage = z.object({
  items: list(
    z.object({
      tenant: z.string(),
      name: z.string(),
      state: z.enum(jobStates).nullable(),
      revision: z.int(),
      change: plannedChange.pick({ verdict: true, reasons: true, changes: true }).nullable(),
    }),
  ),
  next: z.string().nullable(),
  total: z.int(),
  waves: list(z.int()),
}) satisfies z.ZodType<PreviewPage>;

export const rolloutPage = page(rolloutSummary);
export const outcomePage = page(jobOutcome);

for (const [id, schema] of Object.entries({
  Rollout: rolloutStatus,
  RolloutSummary: rolloutSummary,
  RolloutPage: rolloutPage,
  RolloutOrder: rolloutBody,
  RolloutPreview: previewPage,
  JobOutcome: jobOutcome,
  OutcomePage: outcomePage,
  AcceptedRollout: acceptedRollout,
  AcceptedRolloutRequest: acceptedRolloutRequest,
})) {
  z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });
}
