/** What every step of a job works on, and the two ways in which a step can be cut short. */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { LiveTasks } from './live.ts';
import { stopIsQueued } from './requests.ts';
import type { JobData, PhaseOf } from './state.ts';

export interface JobRun {
  readonly job: JobData;
  readonly live: LiveTasks;
}

/** `acme/denied`, for messages. */
export const nameOf = (job: JobData): string => `${job.tenant}/${job.name}`;

export const now = (): number => Date.now();
export const isoNow = (): string => new Date().toISOString();

/** The job's phase, which a step was chosen for. */
export function phaseOf<S extends JobData['phase']['state']>(job: JobData, ...states: S[]): PhaseOf<S> {
  if (!(states as string[]).includes(job.phase.state))
    throw new Error(`Job ${nameOf(job)} is ${job.phase.state}, not ${states.join(' or ')}`);
  return job.phase as PhaseOf<S>;
}

/** Works until it is done or a stop is asked for, whichever comes first; null for the latter, and the work is cancelled. */
export async function unlessStopped<T>(job: JobData, work: () => Promise<T>): Promise<{ value: T } | null> {
  const scope = new CancellationScope();
  const done = scope.run(async () => ({ value: await work() }));
  let finished = false;
  const settled = done.finally(() => {
    finished = true;
  });
  settled.catch(() => {});
  await condition(() => finished || stopIsQueued(job));
  if (finished) return settled;
  scope.cancel();
  await settled.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  return null;
}
