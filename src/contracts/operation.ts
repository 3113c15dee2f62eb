/**
 * What an owner may ask of a job beside a changed spec: the one zod schema for the API, the CLI and the client. In which
 * states which is allowed is the workflow's matter (workflows/job/operations.ts). Workflows import the types only.
 */
import { z } from 'zod';
import { jsonBytes } from './json-bytes.ts';
import { limits } from './limits.ts';

const partitions = z.record(
  z.string().regex(/^\d{1,9}$/, 'a partition number'),
  z.string().regex(/^\d{1,19}$/, 'an offset'),
);

/** Where reading goes on after a rewind. Offsets: topic → partition → the next offset to read; others stay where they are. */
export const rewindTarget = z.union(
  [
    z.enum(['earliest', 'latest']),
    z.strictObject({ timestamp: z.iso.datetime({ offset: true }) }),
    z
      .strictObject({ offsets: z.record(z.string().min(1).max(limits.topicCharsMax), partitions) })
      .refine((to) => jsonBytes(to) <= limits.operationBytesMax - 1_024, {
        error: `is larger than ${limits.operationBytesMax - 1_024} bytes of JSON: rewind some partitions first, then others`,
      }),
  ],
  {
    error:
      'must be earliest, latest, { timestamp: an ISO 8601 date-time } or { offsets: { topic: { partition: offset } } }',
  },
);

export const operation = z.discriminatedUnion('kind', [
  /** Finishes and commits what has been read, then stands still with its positions kept. */
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('resume') }),
  /** The same plan as a new generation. */
  z.strictObject({ kind: z.literal('restart') }),
  /** Ends the job. drain: finish and commit what has been read. cancel: at once; what isn't committed is aborted. */
  z.strictObject({ kind: z.literal('stop'), mode: z.enum(['drain', 'cancel']).default('drain') }),
  /** So many tasks from now on; partitions follow. */
  z.strictObject({ kind: z.literal('rescale'), tasks: z.int().min(1).max(limits.tasksMax) }),
  z.strictObject({ kind: z.literal('rewind'), to: rewindTarget }),
  /** The same plan as a new generation on hosts of this release; later generations prefer it too. */
  z.strictObject({ kind: z.literal('upgrade'), release: z.string().min(1).max(limits.releaseCharsMax) }),
]);

export type RewindTarget = z.output<typeof rewindTarget>;
export type Operation = z.output<typeof operation>;
export type OperationKind = Operation['kind'];
export const operationKinds = operation.options.map((o) => o.shape.kind.value) as readonly OperationKind[];
