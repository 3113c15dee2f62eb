/**
 * What a tenant writes: the one zod schema of streams and jobs for the API, the CLI, the client and the activities.
 * Workflows import its types only: zod stays out of the workflow bundle.
 */
import { z } from 'zod';
import { compressions } from './compression.ts';
import { formatSpec } from './format.ts';
import { limits } from './limits.ts';
import { fitAttribute, topicKey } from './names.ts';

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
  .refine((t) => t !== '.' && t !== '..', 'must not be . or ..')
  .refine((t) => !t.startsWith('__'), 'must not begin with __, which Kafka keeps for itself');

/** Lists select by `key=value` pairs joined with commas, so neither sign may stand in a key or a value. */
const labels = z
  .record(
    z
      .string()
      .max(limits.labelCharsMax)
      .regex(
        /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/,
        'letters, digits, dots, slashes, underscores and hyphens, beginning and ending with a letter or digit',
      ),
    z
      .string()
      .max(limits.labelCharsMax)
      .regex(/^[A-Za-z0-9._/ @:-]*$/, 'letters, digits, spaces and . _ / @ : -'),
  )
  .refine((l) => Object.keys(l).length <= limits.labelsMax, `at most ${limits.labelsMax} labels are allowed`)
  .refine((l) => fitAttribute(Object.entries(l).map(([k, v]) => `${k}=${v}`)), {
    error: `are longer than ${limits.searchAttributeCharsMax} characters in all`,
  });

/** A schema travels in workflow payloads, so its size is bounded before anything else reads it. */
const avro = z
  .union([z.record(z.string(), z.unknown()), z.array(z.unknown()), z.string()], {
    error: 'must be an Avro schema: an object, or its JSON text',
  })
  .refine((a) => Buffer.byteLength(typeof a === 'string' ? a : JSON.stringify(a)) <= limits.schemaBytesMax, {
    error: `is larger than ${limits.schemaBytesMax} bytes of JSON`,
  });

const expression = z.string().trim().min(1).max(limits.expressionCharsMax);

/** As Kafka names them; what a value may be is Kafka's to say. */
const topicConfig = z
  .record(
    z
      .string()
      .max(limits.topicConfigNameCharsMax)
      .regex(/^[a-z0-9.]+$/, "a topic's setting, such as retention.ms"),
    z.union([z.string().max(limits.topicConfigCharsMax), z.number(), z.boolean()], {
      error: 'must be a text, a number, true or false',
    }),
  )
  .refine(
    (c) => Object.keys(c).length <= limits.topicConfigMax,
    `at most ${limits.topicConfigMax} settings are allowed`,
  );

const streamTopic = z
  .strictObject({
    cluster: name.default('main'),
    topic,
    /** Partitions that the topic is created with, where it doesn't exist; left out: its producers create it. */
    partitions: z.int().min(1).max(limits.topicPartitionsMax).optional(),
    /** Kafka's settings that it is created with: the cluster's defaults otherwise. */
    config: topicConfig.optional(),
  })
  .refine((t) => t.config === undefined || t.partitions !== undefined, {
    error: 'has settings but no partitions, so that it would not be made with them',
    params: { remedy: 'say how many partitions it is made with, or leave the settings out' },
  });

export const streamSpec = z.strictObject({
  topics: z
    .array(streamTopic)
    .min(1)
    .max(limits.streamTopicsMax)
    .refine(
      (ts) => new Set(ts.map((t) => topicKey(t.cluster, t.topic))).size === ts.length,
      'names the same topic of the same cluster twice',
    )
    .refine((ts) => fitAttribute(ts.map((t) => topicKey(t.cluster, t.topic))), {
      error: `have names of more than ${limits.searchAttributeCharsMax} characters in all`,
    }),
  /** The writer schema of events that name none: Avro JSON. */
  schema: z.strictObject({ avro }),
  ordering: z.enum(['key', 'none']).default('key'),
});

export const jobSpec = z.strictObject({
  sql: z.string().trim().min(1).max(limits.sqlCharsMax),
  /** Where a job begins that has no committed offsets yet. */
  start: z
    .union([z.enum(['earliest', 'latest']), z.strictObject({ timestamp: z.iso.datetime({ offset: true }) })], {
      error: 'must be earliest, latest, or { timestamp: an ISO 8601 date-time }',
    })
    .default('earliest'),
  /** What a job does whose topic was deleted and made again under its name: it fails and waits for its owner; or it waits for the new one, and begins it at its beginning. */
  onRecreate: z.enum(['fail', 'earliest']).default('fail'),
  sink: z.strictObject({
    kafka: z.strictObject({
      cluster: name.default('main'),
      topic,
      /** Partitions that the topic is created with, where it doesn't exist. */
      partitions: z.int().min(1).max(limits.topicPartitionsMax).default(1),
      format: formatSpec.default('json'),
      /** SQL expressions over the output's columns (or the source's), whose values are the output records' key; without, and without KEY BY in the query, the source records' keys stay. */
      key: z.union([expression, z.array(expression).min(1).max(limits.keyPartsMax)]).optional(),
      /** Headers of the output records: name → SQL expression. */
      headers: z
        .record(z.string().min(1).max(limits.headerNameCharsMax), expression)
        .refine((h) => Object.keys(h).length <= limits.headersMax, `at most ${limits.headersMax} headers are allowed`)
        .optional(),
      /** A SQL condition: rows for which it is true are written as tombstones (their key, and no value). */
      tombstone: expression.optional(),
      /** What becomes of input records without a value: dropped, or passed on as tombstones with their key. */
      tombstones: z.enum(['drop', 'forward']).optional(),
      /** By the key, as Kafka's Java client does (murmur2); or input partition p to output partition p mod n. By default by the key where the query or `key` makes one. */
      partitioning: z.enum(['key', 'source']).optional(),
      /** How record batches are packed; lz4 by default (compression.ts). Every Kafka client reads all of them, some with a plug-in. */
      compression: z.enum(compressions).optional(),
    }),
  }),
  delivery: z.enum(['exactly_once', 'at_least_once']).default('exactly_once'),
  tasks: z
    .strictObject({
      min: z.int().min(1).max(limits.tasksMax).default(1),
      max: z.int().min(1).max(limits.tasksMax).default(1),
    })
    .refine((t) => t.min <= t.max, { error: 'has min above max', params: { remedy: 'raise max or lower min' } })
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
export type StreamTopic = StreamSpec['topics'][number];
export type JobSpec = z.output<typeof jobSpec>;
export type StreamDocument = z.output<typeof streamDocument>;
export type JobDocument = z.output<typeof jobDocument>;
export type MillraceDocument = z.output<typeof document>;
/** What a caller may write: defaults left out. */
export type StreamDocumentInput = z.input<typeof streamDocument>;
export type JobDocumentInput = z.input<typeof jobDocument>;
