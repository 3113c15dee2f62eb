/**
 * How large a plan may be, and how many tasks a job may have beside limits.tasksMax: by its tenant's share, and by what
 * fits into Temporal's payloads. In the same words where a spec is planned and where a job is rescaled.
 */
import { type Failure, type FailureCode, failure, type Problem } from './failure.ts';
import { jsonBytes } from './json-bytes.ts';
import { limits } from './limits.ts';
import { type Plan, taskPlan } from './plan.ts';
import type { JobSpec } from './spec.ts';

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

/** Null where the workflow's state holds as many of them as it may have to. */
export function beyondState(spec: JobSpec, plan: Plan): Refusal | null {
  const bytes = jsonBytes({ spec, plan });
  if (bytes <= limits.planBytesMax) return null;
  const message = `its plan (the text, the streams' schemas and the output's columns) has ${bytes} bytes of JSON, and a job's workflow takes ${limits.planBytesMax}`;
  return refusedAt(
    'invalid_spec',
    '/spec/sql',
    message,
    'select fewer columns, or read streams whose schemas have fewer',
  );
}

/** Null where one workflow task can send the plan to that many tasks at once. */
export function beyondTakeover(path: string, tasks: number, plan: Plan): Refusal | null {
  const bytes = jsonBytes(taskPlan(plan));
  const fit = Math.floor(limits.taskPlansBytesMax / bytes);
  if (tasks <= fit) return null;
  const message = `the job asks for ${tasks} tasks, and its plan, of which each gets ${bytes} bytes, can be sent to ${fit} at once`;
  return refusedAt('invalid_spec', path, message, `ask for ${fit} or fewer, or select fewer columns`);
}

export function refusedAt(code: FailureCode, path: string, message: string, remedy: string): Refusal {
  return { cause: failure(code, `At ${path}: ${message}; ${remedy}.`), problems: [{ path, message, remedy }] };
}
