/**
 * Whether a document asks for what a job is told already. Then nothing is sent, and nothing is written anywhere: a loop that
 * applies everything again and again costs reads. A job that has failed, or is being stopped, has more to say: it is asked.
 */
import { type PlanSource, schemaText } from '../contracts/plan.ts';
import type { JobSpec, StreamSpec } from '../contracts/spec.ts';
import type { JobState, JobStatus } from '../contracts/status.ts';
import { canonical } from './changes.ts';
import { nullIfNotFound } from './errors.ts';
import { getStream } from './streams.ts';
import type { Temporal } from './temporal.ts';

const goesOn: ReadonlySet<JobState> = new Set(['deploying', 'running', 'updating', 'paused']);

export async function isUnchanged(
  temporal: Temporal,
  job: JobStatus,
  wanted: { readonly spec: JobSpec; readonly labels: Readonly<Record<string, string>> },
  expectedRevision: number | undefined,
): Promise<boolean> {
  const { spec, labels, revision, state, requests, desiredPlan } = job;
  if (!goesOn.has(state) || requests.some((r) => r.asked === 'stop' && r.outcome === 'pending')) return false;
  if (expectedRevision !== undefined && expectedRevision !== revision) return false;
  if (canonical({ spec, labels }) !== canonical({ spec: wanted.spec, labels: wanted.labels })) return false;
  // The same query over a changed stream is another plan.
  const read = desiredPlan.sources.map(async (source) => {
    const stream = await getStream(temporal, job.tenant, source.stream).catch(nullIfNotFound);
    return stream !== null && isSourceOf(source, stream.spec);
  });
  return (await Promise.all(read)).every((same) => same);
}

function isSourceOf({ topics, writerSchema }: PlanSource, { topics: own, schema }: StreamSpec): boolean {
  return canonical(topics) === canonical(own) && writerSchema === schemaText(schema);
}
