/** Trying again while a fault lasts: Kafka, Temporal or the worker may be away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { patienceMs } from '../support/patience.ts';

export const pollMs = 150;

const startsMax = 3;

/** On a machine that is short of time a start may take too long: it is made again, as a supervisor would. Throws the last error. */
export async function started<T>(start: () => Promise<T>, note: (why: string) => void = () => {}): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt >= startsMax) throw error;
      note(`did not start: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** Tries until it succeeds; throws what doesn't pass, and the last error when patience ends. */
export async function patiently<T>(
  what: string,
  attempt: () => Promise<T>,
  passes: (error: unknown) => boolean = () => true,
  note: (what: string) => void = () => {},
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!passes(error) || Date.now() > deadline) throw error;
      note(`${what}: ${error instanceof Error ? error.message : error}, tried again`);
      await sleep(pollMs);
    }
  }
}
