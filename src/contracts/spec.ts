/**
 * What a tenant writes: the one zod schema of streams and jobs for the API, the CLI, the client and the activities.
 * Workflows import its types only: zod stays out of the workflow bundle.
 */
import { z } from 'zod';
import { limits } from './limits.ts';

const name = z
  .string()
  .min(1)
  .max(limits.nameCharsMax)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'lower-case letters, digits and hyphens, beginning and ending with a letter or digit',
  );

/** A SQL table name must be able to name it, so a stream's name may hold an underscore where a job's may not. */
const streamName = z
  .string()
  .min(1)
  .max(limits.nameCharsMax)
  .regex(
    /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/,
    'lower-case letters, digits, hyphens and underscores, beginning and ending with a letter or digit',
  );

const topic = z
  .string()
  .min(1)
  .max(limits.topicCharsMax)
  .regex(/^[a-zA-Z0-9._-]+$/, 'letters, digits, dots, underscores and hyphens')
  .refine((t) => t !== '.' && t !== '..', 'not . or ..')
  .refine((t) => !t.startsWith('__'), 'not beginning with __, which Kafka keeps for itself');

const labels = z
  .record(z.string().min(1).max(limits.labelCharsMax), z.string().max(limits.labelCharsMax))
  .refine((l) => Object.keys(l).length <= limits.labelsMax, `at most ${limits.labelsMax} labels`);

export const streamSpec = z.strictObject({
  topics: z
    .array(z.strictObject({ cluster: name.default('main'), topic }))
    .min(1)
    .max(limits.streamTopicsMax)
    .refine((ts) => new Set(ts.map((t) => `${t.cluster}/${t.topic}`)).size === ts.length, 'each topic once'),
  /** The writer schema of events that name none: Avro JSON. */
  schema: z.strictObject({ avro: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown()), z.string()]) }),
  ordering: z.enum(['key', 'none']).default('key'),
});

export const jobSpec = z.strictObject({
  sql: z.string().trim().min(1).max(limits.sqlCharsMax),
  /** Where a job begins that has no committed offsets yet. */
  start: z
    .union([z.enum(['earliest', 'latest']), z.strictObject({ timestamp: z.iso.datetime({ offset: true }) })])
    .default('earliest'),
  sink: z.strictObject({
    kafka: z.strictObject({
      cluster: name.default('main'),
      topic,
      /** Partitions that the topic is created with, where it doesn't exist. */
      partitions: z.int().min(1).max(limits.sinkPartitionsMax).default(1),
      format: z.enum(['json']).default('json'),
    }),
  }),
  delivery: z.enum(['exactly_once', 'at_least_once']).default('exactly_once'),
  tasks: z
    .strictObject({
      min: z.int().min(1).max(limits.tasksMax).default(1),
      max: z.int().min(1).max(limits.tasksMax).default(1),
    })
    .refine((t) => t.min <= t.max, 'min is not above max')
    .prefault({}),
  errors: z
    .discriminatedUnion('policy', [
      z.strictObject({ policy: z.literal('fail') }),
      z.strictObject({ policy: z.literal('skip') }),
      z.strictObject({ policy: z.literal('dlq'), topic }),
    ])
    .default({ policy: 'fail' }),
});

const metadata = <N extends z.ZodType>(n: N) => z.strictObject({ tenant: name, name: n, labels: labels.default({}) });

export const streamDocument = z.strictObject({
  apiVersion: z.literal('millrace/v1'),
  kind: z.literal('Stream'),
  metadata: metadata(streamName),
  spec: streamSpec,
});

export const jobDocument = z.strictObject({
  apiVersion: z.literal('millrace/v1'),
  kind: z.literal('Job'),
  metadata: metadata(name),
  spec: jobSpec,
});

export const document = z.discriminatedUnion('kind', [streamDocument, jobDocument]);

export type StreamSpec = z.output<typeof streamSpec>;
export type JobSpec = z.output<typeof jobSpec>;
export type StreamDocument = z.output<typeof streamDocument>;
export type JobDocument = z.output<typeof jobDocument>;
export type MillraceDocument = z.output<typeof document>;
/** What a caller may write: defaults left out. */
export type StreamDocumentInput = z.input<typeof streamDocument>;
export type JobDocumentInput = z.input<typeof jobDocument>;
