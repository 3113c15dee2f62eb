/** What every request says of itself: who asks, why, on which revision it is based, and the id that makes it one request. */
import { createHash, randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { Asking } from '../workflows/job/messages.ts';
import { canonical } from './changes.ts';
import type { ChangeOptions } from './port.ts';

/** Whoever names nobody asks as the user of their process. `asked`: everything that is asked, which makes the same id the same request. */
export function asking(asked: unknown, { requestId, expectedRevision, by, why }: ChangeOptions): Asking {
  return {
    requestId: requestId ?? randomUUID(),
    digest: digestOf(asked),
    expectedRevision: expectedRevision ?? null,
    by: by ?? processUser(),
    why: why ?? null,
  };
}

/** The order of keys doesn't count. */
export const digestOf = (asked: unknown): string =>
  createHash('sha256').update(canonical(asked)).digest('hex').slice(0, 16);

/** What a short workflow's id holds of the request that it is for. Throws MillraceError `invalid_spec`. */
export function requestName({ requestId, digest }: Pick<Asking, 'requestId' | 'digest'>): string {
  if (requestId.length <= limits.requestIdCharsMax) return `${requestId}/${digest}`;
  const message = `The request id is longer than ${limits.requestIdCharsMax} characters.`;
  throw new MillraceError(failure('invalid_spec', message));
}

/** A container's user may have a number only. */
function processUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** How a job is named in messages. */
export const jobTitle = (tenant: string, name: string): string => `job ${tenant}/${name}`;
export const streamTitle = (tenant: string, name: string): string => `stream ${tenant}/${name}`;
