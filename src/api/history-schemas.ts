/** The shapes of a job's history for OpenAPI: those of contracts/history.ts, checked against it like schemas.ts. */
import { z } from 'zod';
import type { HistoryEntry, HistoryPage } from '../contracts/history.ts';
import { operation } from '../contracts/operation.ts';
import type { Positions } from '../contracts/positions.ts';
import { jobSpec } from '../contracts/spec.ts';
import { jobStates } from '../contracts/status.ts';
import { components, failure, labels, page, verdict } from './schemas.ts';

const positions = z
  .record(
    z.string(),
    z.object({
      id: z.string().describe("the topic's id in Kafka: made again under its name, it has another"),
      offsets: z.record(z.string(), z.string()).describe('partition → next offset'),
    }),
  )
  .describe('by topic') satisfies z.ZodType<Positions>;

const common = {
  tenant: z.string(),
  job: z.string(),
  life: z.string().describe('a job made anew under the same name has another'),
  seq: z.int().describe('number of the entry in its life'),
  at: z.string(),
  by: z.string().describe('who; millrace: the job by itself'),
  why: z.string().nullable(),
  requestId: z.string().nullable(),
  revision: z.int(),
  generation: z.int(),
  plan: z.string(),
};

const requestEntry = z.object({
  kind: z.literal('request'),
  ...common,
  asked: operation.or(z.object({ kind: z.literal('apply'), spec: jobSpec, labels })),
  verdict: verdict.nullable(),
  note: z.exactOptional(z.string()),
});

const transitionEntry = z.object({
  kind: z.literal('transition'),
  ...common,
  event: z.string(),
  from: z.enum(jobStates).nullable(),
  to: z.enum(jobStates),
  durationMs: z.number().describe('milliseconds that the job had been in `from`'),
  cause: failure.nullable(),
  ended: positions.nullable().describe('where the old tasks ended'),
  began: positions.nullable().describe('where the new tasks began'),
  untold: z
    .object({ ended: z.int(), began: z.int() })
    .exactOptional()
    .describe('partitions that are left out of these, where an entry has no room for all'),
});

const lostEntry = z.object({
  kind: z.literal('lost'),
  ...common,
  entries: z.int().describe('transitions that are not told: too many waited for the audit topic'),
  since: z.string().describe('when the first of them was; `at` is when the last was'),
});

export const historyEntry = z.discriminatedUnion('kind', [
  requestEntry,
  transitionEntry,
  lostEntry,
]) satisfies z.ZodType<HistoryEntry>;

export const historyPage = page(historyEntry).extend({
  newer: z.string().nullable().describe('a cursor that reads what has come since, the oldest first'),
}) satisfies z.ZodType<HistoryPage>;

components.add(historyEntry, { id: 'HistoryEntry' });
components.add(historyPage, { id: 'HistoryPage' });
