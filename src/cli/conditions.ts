/** What `wait --for` waits for, and what is read of a status to know it. */
import { InvalidArgumentError } from 'commander';
import { limits } from '../contracts/limits.ts';
import { nearest } from '../contracts/nearest.ts';
import { type JobState, type JobStatus, jobStates, type RequestOutcome } from '../contracts/status.ts';

export interface Condition {
  readonly text: string;
  readonly holds: (status: JobStatus) => boolean;
  /** How the request went that was waited for; null where it was something else. */
  readonly outcome: (status: JobStatus) => RequestOutcome | null;
}

/** `state=running`, `lag=0`, `revision=3`, `request=ID`. */
export function parseCondition(text: string): Condition {
  const requestId = new RegExp(`^request=([\\x21-\\x7e]{1,${limits.requestIdCharsMax}})$`).exec(text)?.[1];
  if (requestId !== undefined) {
    const outcome = (s: JobStatus) => settled(s, requestId);
    return { text, holds: (s) => outcome(s) !== null, outcome };
  }
  return { text, holds: holdsOf(text), outcome: () => null };
}

function holdsOf(text: string): Condition['holds'] {
  const [, key, value] = /^(state|lag|revision)=([a-z_0-9]+)$/.exec(text) ?? [];
  if (key === 'state' && value !== undefined) {
    if (!(jobStates as readonly string[]).includes(value)) {
      const meant = nearest(value, jobStates);
      const hint = meant === null ? '' : ` Did you mean ${meant}?`;
      throw new InvalidArgumentError(`There is no state ${value}.${hint} States: ${jobStates.join(', ')}.`);
    }
    return (s) => s.state === (value as JobState);
  }
  const number = Number(value);
  if (key === 'lag' && Number.isInteger(number)) return (s) => (lagOf(s) ?? Infinity) <= number;
  if (key === 'revision' && Number.isInteger(number)) return (s) => s.revision >= number;
  throw new InvalidArgumentError('Write state=running (or another state), lag=0, revision=3, or request=ID.');
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
