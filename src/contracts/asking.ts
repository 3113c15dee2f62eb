/** What every request says of itself, and its bounds: it travels with a workflow's state. No import but the bounds: the workflow bundle reads it too. */
import { limits } from './limits.ts';

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
  if (by.length === 0 || by.length > actorCharsMax)
    return `The name of who asks must have 1 to ${actorCharsMax} characters.`;
  if (why !== null && why.length > reasonCharsMax) return `The reason must have at most ${reasonCharsMax} characters.`;
  return null;
}
