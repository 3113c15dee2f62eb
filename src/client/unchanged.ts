/**
 * Whether a document, or an operation, asks for what is so already. Then nothing is sent, and nothing is written anywhere: a loop that
 * asks everything again and again costs reads. A job that waits for its owner, or is being stopped, has more to say: it is asked.
 */
import type { Operation, OperationKind } from '../contracts/operation.ts';
import { type PlanSource, schemaText } from '../contracts/plan.ts';
import type { JobSpec, StreamSpec } from '../contracts/spec.ts';
import type { JobState, JobStatus, RequestOutcome } from '../contracts/status.ts';
import { canonical } from './changes.ts';
import { nullIfNotFound } from './errors.ts';
import { getStream } from './streams.ts';
import type { Temporal } from './temporal.ts';

const goesOn: ReadonlySet<JobState> = new Set(['deploying', 'running', 'updating', 'paused']);
const isActive: ReadonlySet<JobState> = new Set(['deploying', 'running', 'updating', 'rolling_back']);

/** A failed job that is tried again by itself goes on, too: asked anew by each round of a loop, all that an outage failed would begin at once. */
export const isTriedAgain = ({ state, retryAt }: JobStatus): boolean => state === 'failed' && retryAt !== null;

export async function isUnchanged(
  temporal: Temporal,
  job: JobStatus,
  wanted: { readonly spec: JobSpec; readonly labels: Readonly<Record<string, string>> },
  expectedRevision: number | undefined,
): Promise<boolean> {
  const { spec, labels, revision, state, desiredPlan } = job;
  if (!(goesOn.has(state) || isTriedAgain(job)) || awaits(job, 'stop')) return false;
  if (expectedRevision !== undefined && expectedRevision !== revision) return false;
  if (canonical({ spec, labels }) !== canonical({ spec: wanted.spec, labels: wanted.labels })) return false;
  // The same query over a changed stream is another plan.
  const read = desiredPlan.sources.map(async (source) => {
    const stream = await getStream(temporal, job.tenant, source.stream).catch(nullIfNotFound);
    return stream !== null && isSourceOf(source, stream.spec);
  });
  return (await Promise.all(read)).every((same) => same);
}

/** The others do something whatever is so: they are sent without a look. */
export const mayBeSo: readonly OperationKind[] = ['resume', 'pause', 'rescale', 'upgrade'];

/** What the job would answer `unchanged`: see workflows/job/operations.ts. */
export function isSo(job: JobStatus, operation: Operation, expectedRevision: number | undefined): boolean {
  const { spec, revision, state, release, tasks } = job;
  if (expectedRevision !== undefined && expectedRevision !== revision) return false;
  switch (operation.kind) {
    case 'resume':
      return isActive.has(state) && !awaits(job, 'pause', 'stop');
    case 'pause':
      return state === 'paused' && !awaits(job, 'resume', 'stop');
    case 'rescale':
      return (goesOn.has(state) || isTriedAgain(job)) && operation.tasks === spec.tasks.min && !awaits(job, 'stop');
    case 'upgrade': {
      const there =
        state === 'running' && [release, ...tasks.map((t) => t.release)].every((r) => r === operation.release);
      return there && !job.requests.some((r) => r.outcome === 'pending');
    }
    default:
      return false;
  }
}

/** Whether such a request was accepted that is not done yet. */
const awaits = ({ requests }: JobStatus, ...asked: readonly RequestOutcome['asked'][]): boolean =>
  requests.some((r) => r.outcome === 'pending' && asked.includes(r.asked));

function isSourceOf({ topics, writerSchema }: PlanSource, { topics: own, schema }: StreamSpec): boolean {
  return canonical(topics) === canonical(own) && writerSchema === schemaText(schema);
}
