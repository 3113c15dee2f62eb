/** Waiting: a pause, and trying again with growing, jittered pauses for a bounded time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../contracts/limits.ts';

export const pause = (ms: number): Promise<void> => sleep(ms);

/** Milliseconds before retry number `attempt` (0-based): doubled each time, bounded, with jitter of a half. */
export function backoffMs(attempt: number): number {
  const full = Math.min(limits.retryMaxMs, limits.retryFirstMs * 2 ** Math.min(attempt, 16));
  return full / 2 + (Math.random() * full) / 2;
}

export interface Patience {
  /** Whether to try again after this error. */
  readonly retriable: (error: unknown) => boolean;
  /** A retry that needs no growing pause (the coordinator says "in a moment"), in milliseconds; undefined: backoff. */
  readonly soon?: (error: unknown) => number | undefined;
  /** Told of each failed try, and with null when one succeeds after that. Throw in it to stop. */
  readonly onTrouble?: (error: unknown) => void;
  /** Milliseconds after which the last error is thrown. */
  readonly forMs: number;
}

/** Calls `operation` until it succeeds, fails for good, or patience ends; then throws the last error. */
export async function withPatience<T>(operation: () => Promise<T>, patience: Patience): Promise<T> {
  const until = performance.now() + patience.forMs;
  let troubled = false;
  for (let attempt = 0; ; attempt++) {
    try {
      const result = await operation();
      if (troubled) patience.onTrouble?.(null);
      return result;
    } catch (e) {
      if (!patience.retriable(e) || performance.now() >= until) throw e;
      const soon = patience.soon?.(e);
      if (soon === undefined) {
        troubled = true;
        patience.onTrouble?.(e);
      }
      await pause(soon ?? backoffMs(attempt));
    }
  }
}
