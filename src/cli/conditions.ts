/** What `wait --for` and `apply --wait` wait for, and the line that tells how far it is. */
import { InvalidArgumentError } from 'commander';
import { nearest } from '../contracts/nearest.ts';
import { type JobState, type JobStatus, jobStates, type RequestOutcome } from '../contracts/status.ts';

export interface Condition {
  readonly text: string;
  readonly holds: (status: JobStatus) => boolean;
}

/** `state=running`, `lag=0`, `revision=3`. */
export function parseCondition(text: string): Condition {
  const [, key, value] = /^(state|lag|revision)=([a-z_0-9]+)$/.exec(text) ?? [];
  if (key === 'state' && value !== undefined) {
    if (!(jobStates as readonly string[]).includes(value)) {
      const meant = nearest(value, jobStates);
      const hint = meant === null ? '' : ` Did you mean ${meant}?`;
      throw new InvalidArgumentError(`There is no state ${value}.${hint} States: ${jobStates.join(', ')}.`);
    }
    return { text, holds: (s) => s.state === (value as JobState) };
  }
  const number = Number(value);
  if (key === 'lag' && Number.isInteger(number)) return { text, holds: (s) => (lagOf(s) ?? Infinity) <= number };
  if (key === 'revision' && Number.isInteger(number)) return { text, holds: (s) => s.revision >= number };
  throw new InvalidArgumentError('Write state=running (or another state), lag=0, or revision=3.');
}

/** Records not yet committed over all tasks; null while a task has not reported. */
export function lagOf(status: JobStatus): number | null {
  if (status.tasks.length === 0) return null;
  let sum = 0;
  for (const { report } of status.tasks) {
    if (report === null) return null;
    sum += report.lag;
  }
  return sum;
}

/** How the request went, once that is known. */
export function settled(status: JobStatus, requestId: string): RequestOutcome | null {
  const request = status.requests.find((r) => r.requestId === requestId);
  return request === undefined || request.outcome === 'pending' ? null : request;
}

export function progressText(s: JobStatus): string {
  const on = s.tasks.filter((t) => t.hostId !== null).length;
  const lag = lagOf(s);
  const parts = [
    `generation ${s.generation}`,
    `${on}/${s.tasks.length} tasks`,
    ...(lag === null ? [] : [`lag ${lag}`]),
  ];
  return `job ${s.tenant}/${s.name}: ${s.state} (${parts.join(', ')})${s.lastFailure === null ? '' : `: ${s.lastFailure.message}`}`;
}

/** Prints a line whenever the state has changed, and nothing in between. */
export function progressPrinter(print: (line: string) => void): (s: JobStatus) => void {
  let last = '';
  return (s) => {
    const key = `${s.state} ${s.generation} ${s.lastFailure?.at}`;
    if (key !== last) print(`${progressText(s)}\n`);
    last = key;
  };
}
