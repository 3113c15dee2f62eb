/** What every request says of itself, and its bounds: it travels with a workflow's state. No import of zod: the workflow bundle reads it too. */
import { type Failure, failure } from './failure.ts';
import { limits } from './limits.ts';

/** Request ids of what Millrace asks by itself begin so; nobody else's may. */
export const ownRequests = 'millrace/';

/** And those of what a rollout asks of a job, which come to it as anyone's do: whoever lets requests in refuses them to others. */
export const rolloutRequests = 'rollout/';

/** What a workflow that is cancelled at the server asks of itself. */
export const cancellationRequestId = `${ownRequests}temporal-cancel`;

export interface Asker {
  /** The same id twice gives the same answer. */
  readonly requestId: string;
  /** Who asks, for the history. */
  readonly by: string;
  /** Why, in their words. */
  readonly why: string | null;
}

/** What is wrong with it in one sentence, or null. */
export function mistakeOfAsker({ requestId, by, why }: Asker): string | null {
  const { requestIdCharsMax, actorCharsMax, reasonCharsMax } = limits;
  if (requestId.length === 0 || requestId.length > requestIdCharsMax)
    return `The request id must have 1 to ${requestIdCharsMax} characters.`;
  if (requestId.startsWith(ownRequests))
    return `Request ids that begin with ${ownRequests} are Millrace's own: choose another.`;
  if (by.length === 0 || by.length > actorCharsMax)
    return `The name of who asks must have 1 to ${actorCharsMax} characters.`;
  if (why !== null && why.length > reasonCharsMax) return `The reason must have at most ${reasonCharsMax} characters.`;
  return null;
}

/** What is wrong with a request id that comes from outside, or null. */
export function mistakeOfRequestId(requestId: string): string | null {
  if (![ownRequests, rolloutRequests].some((own) => requestId.startsWith(own))) return null;
  return `ids that begin with ${ownRequests} or ${rolloutRequests} are Millrace's own`;
}

/**
 * What is wrong with a request whose id is known, or null where it asks for the same as then. A digest is made of what is asked by
 * who asks; what an earlier release remembers has none.
 */
export function refuseReuse(
  known: { readonly requestId: string; readonly digest?: string },
  digest: string,
): Failure | null {
  if (known.digest === undefined || known.digest === digest) return null;
  const message = `The request id ${known.requestId} was used for another request before: send this one under an id of its own.`;
  return failure('request_id_reused', message);
}
