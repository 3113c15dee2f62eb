/**
 * What is asked of a rollout: one action over many jobs, in waves. The one zod schema for the API, the CLI and the client.
 * What is told of it is in rollout-status.ts. Workflows import the types only.
 */
import { z } from 'zod';
import { exactJson, isPlainJson } from './exact-json.ts';
import { limits } from './limits.ts';
import { operation } from './operation.ts';
import { invalidSpec } from './parse.ts';
import { problemsOf } from './remedy.ts';
import { jobDocument, jobSpec } from './spec.ts';
import { jobStates } from './status.ts';

const { tenant, name } = jobDocument.shape.metadata.shape;

/** Names a rollout for ever: it stands in its workflow's id, and in the request ids of what it asks of jobs. */
export const rolloutId = z
  .string()
  .min(1)
  .max(limits.rolloutIdCharsMax)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'lower-case letters, digits and hyphens, beginning and ending with a letter or digit',
  );

const percent = /^(100|[1-9]?\d)%$/;
const share = (least: number) =>
  z.union([z.int().min(least).max(limits.rolloutJobsMax), z.string().regex(percent)], {
    error: `must be a number of at least ${least}, or a percentage such as "10%"`,
  });

/** RFC 7396 on a job's document: what it names is put in its place, null takes it away, lists are replaced whole. */
const patch = z
  .strictObject({
    spec: z.record(z.string(), z.unknown()).exactOptional(),
    metadata: z.strictObject({ labels: z.record(z.string(), z.string().nullable()) }).exactOptional(),
  })
  .refine((p) => p.spec !== undefined || p.metadata !== undefined, 'names nothing to change')
  .refine((p) => Object.keys(p.spec ?? {}).every((k) => k in jobSpec.shape), {
    error: `names a field that a job's spec doesn't have`,
    params: { remedy: `known: ${Object.keys(jobSpec.shape).join(', ')}` },
  })
  .refine((p) => isPlainJson(p), { error: `holds a number that JSON can't pass on, which no field of a job takes` })
  .refine((p) => Buffer.byteLength(exactJson(p)) <= limits.rolloutPatchBytesMax, {
    error: `is larger than ${limits.rolloutPatchBytesMax} bytes of JSON`,
  });

type OperationKind = z.output<typeof operation>['kind'];
const kindOf = <K extends OperationKind>(kind: K) =>
  operation.options.find((o) => o.shape.kind.value === kind) as Extract<
    (typeof operation.options)[number],
    { shape: { kind: z.ZodLiteral<K> } }
  >;

/** What is done to each job. Stopping and rewinding are for one job at a time. */
export const rolloutAction = z.discriminatedUnion('kind', [
  kindOf('restart'),
  kindOf('upgrade'),
  kindOf('pause'),
  kindOf('resume'),
  kindOf('rescale'),
  z.strictObject({ kind: z.literal('patch'), patch }),
]);

const jobRef = z.strictObject({ tenant, name });

/** Jobs by their names. */
const named = z.strictObject({ jobs: z.array(jobRef).min(1).max(limits.rolloutNamedMax) });

/** Jobs that are as described. `*` stands for every tenant. */
const described = z
  .strictObject({
    tenant: z.union([z.literal('*'), tenant], { error: 'must be a tenant, or "*" for every tenant' }),
    labels: z.record(z.string(), z.string()).default({}),
    state: z.enum(jobStates).exactOptional(),
    stream: z.string().min(1).max(limits.nameCharsMax).exactOptional(),
  })
  .refine((s) => s.stream === undefined || s.tenant !== '*', {
    error: 'names a stream of no tenant',
    params: { remedy: "give the stream's tenant" },
  });

export const rolloutStrategy = z
  .strictObject({
    /** Sizes of the waves that go first, as numbers or as percentages of all jobs; the rest is the last wave. */
    canary: z
      .array(share(1))
      .max(limits.rolloutWavesMax - 1)
      .default([]),
    /** Milliseconds to wait after each wave but the last, before its jobs are looked at again. */
    bakeMs: z.int().min(0).max(limits.rolloutBakeMsMax).default(0),
    /** Jobs under way at once. */
    concurrency: z.int().min(1).max(limits.rolloutConcurrencyMax).default(limits.rolloutConcurrencyDefault),
    /** Failures that are put up with: a number over the whole rollout, or a percentage of each wave. The first of several waves puts up with none. */
    maxFailures: share(0).default(0),
    /** Milliseconds that one job may take. */
    jobMsMax: z.int().min(1_000).max(limits.rolloutJobMsMax).default(limits.rolloutJobMsDefault),
  })
  .prefault({});

const orderFor = <S extends z.ZodType>(selector: S) =>
  z.strictObject({ action: rolloutAction, selector, strategy: rolloutStrategy });

export const rolloutOrder = orderFor(z.union([described, named]));

/** Throws MillraceError `invalid_spec` with every mistake; which kind of selector was meant is told by its `jobs`. */
export function parseRollout(value: unknown): RolloutOrder {
  const selector = isRecord(value) ? value['selector'] : undefined;
  const schema = isRecord(selector) && 'jobs' in selector ? orderFor(named) : orderFor(described);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidSpec(problemsOf(parsed.error.issues, value, schema), 'rollout');
}

/** Throws MillraceError `invalid_spec`. */
export function parseRolloutId(value: unknown): string {
  const parsed = rolloutId.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = problemsOf(parsed.error.issues, value, rolloutId);
  throw invalidSpec([{ ...problem!, path: '/id' }], 'rollout');
}

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;

export type RolloutAction = z.output<typeof rolloutAction>;
export type RolloutSelector = RolloutOrder['selector'];
export type RolloutStrategy = z.output<typeof rolloutStrategy>;
export type RolloutOrder = z.output<typeof rolloutOrder>;
/** What a caller may write: defaults left out. */
export type RolloutOrderInput = z.input<typeof rolloutOrder>;
export type JobRef = z.output<typeof jobRef>;
