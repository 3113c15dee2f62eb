/** How many tasks a job may have beside limits.tasksMax, in the same words where a spec is planned and where a job is rescaled. */
import { type Failure, type FailureCode, failure, type Problem } from './failure.ts';

/** Why something isn't accepted, and where. */
export interface Refusal {
  readonly cause: Failure;
  readonly problems: readonly Problem[];
}

/** `allowed`: tasks that a job of this tenant may have. Null where it has its share. */
export function beyondQuota(path: string, tasks: number, allowed: number): Refusal | null {
  if (tasks <= allowed) return null;
  const message = `the job asks for ${tasks} tasks, and a job of this tenant may have ${allowed}`;
  return refusedAt('quota_exceeded', path, message, `ask for ${allowed} or fewer, or for a larger share`);
}

export function refusedAt(code: FailureCode, path: string, message: string, remedy: string): Refusal {
  return { cause: failure(code, `At ${path}: ${message}; ${remedy}.`), problems: [{ path, message, remedy }] };
}
