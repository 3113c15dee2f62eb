/**
 * The shapes of the API's answers for OpenAPI. The types in contracts/status.ts are the truth: each schema is checked
 * against its type in both directions, here by `satisfies` and in the routes by the type provider.
 */
import { z } from 'zod';
import type { PlannedChange } from '../client/port.ts';
import { failureCodes } from '../contracts/failure.ts';
import { operationKinds } from '../contracts/operation.ts';
import type { Plan, PlanTopic } from '../contracts/plan.ts';
import { jobSpec, streamSpec } from '../contracts/spec.ts';
import {
  type HostSummary,
  type JobStatus,
  type JobSummary,
  jobStates,
  type Progress,
  type RequestOutcome,
  requestOutcomes,
  type StreamStatus,
  type TaskStatus,
} from '../contracts/status.ts';
import type { TaskReport } from '../contracts/task.ts';
import type { TopicChange } from '../contracts/topic-change.ts';
import { type Verdict, type VerdictReason, verdictKinds } from '../contracts/verdict.ts';
import { jobBody, streamBody } from './body.ts';
import { type ProblemDocument, problemKinds } from './problem.ts';

export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
export const labels = z.record(z.string(), z.string()).readonly();

const record = z.object({ topic: z.string(), partition: z.int(), offset: z.string() });

const place = z.object({ line: z.int(), column: z.int(), length: z.int() });

/** What is told of one mistake beside its place in the request. */
const mistake = z.object({
  message: z.string(),
  remedy: z.exactOptional(z.string()),
  position: z.exactOptional(place),
  excerpt: z.exactOptional(z.string()),
});

export const failure = z.object({
  code: z.enum(Object.keys(failureCodes) as (keyof typeof failureCodes)[]),
  domain: z.enum(['user', 'external', 'internal']),
  retry: z.boolean(),
  message: z.string(),
  record: z.exactOptional(record),
  stage: z.exactOptional(z.enum(['decode', 'sql', 'udf', 'encode', 'sink', 'internal'])),
});

const topicOf = z.object({ cluster: z.string(), topic: z.string() }) satisfies z.ZodType<PlanTopic>;

export const plan = z.object({
  hash: z.string(),
  sql: z.string(),
  sources: list(
    z.object({
      stream: z.string(),
      topics: list(topicOf),
      writerSchema: z.string(),
    }),
  ),
  readColumns: list(z.string()),
  output: list(z.object({ name: z.string(), type: z.string(), nullable: z.boolean() })),
  outputSchema: z.string(),
  keyed: z.boolean(),
  key: z.string().exactOptional(),
  sink: jobSpec.shape.sink,
  delivery: jobSpec.shape.delivery,
  errors: jobSpec.shape.errors,
  start: jobSpec.shape.start,
}) satisfies z.ZodType<Plan>;

const topicChange = z.object({
  topic: z.string(),
  use: z.enum(['read', 'written']).describe('read: partitions from `from` on are not read yet'),
  fact: z.enum(['partitions', 'max.message.bytes']),
  from: z.number(),
  to: z.number(),
  noRoom: z
    .exactOptional(z.boolean())
    .describe('true: the job goes on without these partitions, its workflow has no room for their positions'),
}) satisfies z.ZodType<TopicChange>;

const taskReport = z.object({
  hostId: z.string(),
  counters: z.object({
    recordsIn: z.number(),
    recordsOut: z.number(),
    bytesIn: z.number(),
    bytesOut: z.number(),
    recordsFailed: z.number(),
    transactions: z.number(),
    busyMs: z.number(),
  }),
  lag: z.number(),
  unread: z.exactOptional(z.number()),
  healthy: z.boolean(),
  stalled: z.exactOptional(z.string()),
  changes: z.exactOptional(list(topicChange)),
  at: z.number(),
}) satisfies z.ZodType<TaskReport>;

const reason = z.object({
  path: z.string(),
  kind: z.enum(verdictKinds),
  what: z.string(),
  why: z.string(),
  remedy: z.string(),
}) satisfies z.ZodType<VerdictReason>;

export const verdict = z.object({ kind: z.enum(verdictKinds), reasons: list(reason) }) satisfies z.ZodType<Verdict>;

export const requestOutcome = z.object({
  requestId: z.string(),
  digest: z.exactOptional(z.string()).describe('names what was asked under this id'),
  asked: z.enum(['apply', ...operationKinds]),
  revision: z.int(),
  outcome: z.enum(requestOutcomes),
  cause: z.exactOptional(failure),
  verdict: z.exactOptional(verdict),
  note: z.exactOptional(z.string()),
}) satisfies z.ZodType<RequestOutcome>;

/** An accepted change, with the place where its progress is told. */
export const acceptedChange = requestOutcome.extend({ links: z.object({ job: z.string() }) });

export const jobSummary = z.object({
  tenant: z.string(),
  name: z.string(),
  state: z.enum(jobStates),
  revision: z.int(),
  generation: z.int(),
  plan: z.string(),
  streams: list(z.string()),
  labels,
  startedAt: z.string(),
  since: z.string().nullable(),
}) satisfies z.ZodType<JobSummary>;

const taskStatus = z.object({
  index: z.int(),
  hostId: z.string().nullable(),
  release: z.string().nullable(),
  report: taskReport.nullable(),
}) satisfies z.ZodType<TaskStatus>;

const progress = z.object({ doing: z.string(), done: z.int(), of: z.int() }) satisfies z.ZodType<Progress>;

export const jobStatus = jobSummary.extend({
  spec: jobSpec,
  desiredPlan: plan,
  activePlan: plan.nullable(),
  writes: list(topicOf).describe('topics that it may still write, or go back to: no other tenant gets them'),
  tasks: list(taskStatus),
  lastFailure: failure.extend({ at: z.string() }).nullable(),
  retryAt: z.string().nullable(),
  requests: list(requestOutcome),
  since: z.string(),
  progress: progress.nullable(),
  changes: list(topicChange).describe('what its topics have become that its tasks have not taken up yet'),
  release: z.string().nullable(),
  pastRevisions: list(z.int()),
  next: z.string(),
}) satisfies z.ZodType<JobStatus>;

const hostSummary = z.object({
  hostId: z.string(),
  release: z.string(),
  seenAt: z.string(),
}) satisfies z.ZodType<HostSummary>;

export const hostList = z.object({ items: list(hostSummary) });

export const streamStatus = z.object({
  tenant: z.string(),
  name: z.string(),
  revision: z.int(),
  labels,
  spec: streamSpec,
}) satisfies z.ZodType<StreamStatus>;

const changes = list(z.object({ path: z.string(), from: z.unknown(), to: z.unknown() }));

export const plannedChange = z.object({
  verdict: z.enum(['create', ...verdictKinds]),
  reasons: list(reason),
  plan: plan.nullable(),
  mistake: z.object({ failure, problems: list(mistake.extend({ path: z.string() })) }).nullable(),
  changes,
  revision: z.int(),
  note: z.exactOptional(z.string()),
}) satisfies z.ZodType<PlannedChange>;

/** What a dry run of a stream answers: streams have no plan of their own. */
export const checkedStream = z.object({ document: z.object({ spec: streamSpec, labels }) });

export const page = <T extends z.ZodType>(item: T) => z.object({ items: list(item), next: z.string().nullable() });
export const jobPage = page(jobSummary);
export const streamPage = page(streamStatus);

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.enum(Object.keys(problemKinds) as (keyof typeof problemKinds)[]),
  requestId: z.string(),
  record: z.exactOptional(record),
  errors: list(mistake.extend({ pointer: z.exactOptional(z.string()), parameter: z.exactOptional(z.string()) })),
}) satisfies z.ZodType<ProblemDocument>;

/** Names under components/schemas. In zod's own registry, which knows every description and example already. */
export const components = z.globalRegistry;
for (const [id, schema] of Object.entries({
  Job: jobStatus,
  RequestOutcome: requestOutcome,
  Verdict: verdict,
  HostList: hostList,
  JobSummary: jobSummary,
  JobPage: jobPage,
  Stream: streamStatus,
  StreamPage: streamPage,
  JobSpec: jobSpec,
  StreamSpec: streamSpec,
  Plan: plan,
  PlannedChange: plannedChange,
  AcceptedChange: acceptedChange,
  Problem: problem,
  JobDocument: jobBody,
  StreamDocument: streamBody,
})) {
  components.add(schema, { ...components.get(schema), id });
}
