/** What every step of a job works on, and how a step can be cut short. */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { JobKey } from '../../contracts/names.ts';
import type { Progress } from '../../contracts/status.ts';
import type { LiveTasks } from './live.ts';
import type { JobData, PhaseOf } from './state.ts';
import { haltIsQueued } from './take.ts';

export interface JobRun {
  readonly job: JobData;
  readonly live: LiveTasks;
  /** How far the present step is, for who asks; it doesn't travel. */
  progress: Progress | null;
}

/** The job as everything outside of its workflow knows it. */
export const keyOf = ({ deployment, tenant, name }: JobData): JobKey => ({ deployment, tenant, job: name });

/** `acme/denied`, for messages. */
export const nameOf = (job: JobData): string => `${job.tenant}/${job.name}`;

export const now = (): number => Date.now();

/** The job's phase, which a step was chosen for. */
export function phaseOf<S extends JobData['phase']['state']>(job: JobData, ...states: S[]): PhaseOf<S> {
  if (!(states as string[]).includes(job.phase.state))
    throw new Error(`Job ${nameOf(job)} is ${job.phase.state}, not ${states.join(' or ')}`);
  return job.phase as PhaseOf<S>;
}

/** Works until it is done or `halted`, by a stop or a pause that is asked for, whichever comes first; null for the latter, and the work is cancelled. */
export async function unlessHalted<T>(
  job: JobData,
  work: () => Promise<T>,
  halted = (): boolean => haltIsQueued(job),
): Promise<{ value: T } | null> {
  const scope = new CancellationScope();
  const done = scope.run(async () => ({ value: await work() }));
  let finished = false;
  const settled = done.finally(() => {
    finished = true;
  });
  settled.catch(() => {});
  await condition(() => finished || halted());
  if (finished) return settled;
  scope.cancel();
  await settled.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  return null;
}

/** Waits for all of them, and tells how many are done. */
export function counted<T>(run: JobRun, doing: string, work: readonly Promise<T>[]): Promise<T>[] {
  run.progress = { doing, done: 0, of: work.length };
  return work.map(async (one) => {
    const value = await one;
    if (run.progress?.doing === doing) run.progress = { ...run.progress, done: run.progress.done + 1 };
    return value;
  });
}
