/** How long tests wait for what they assert, and for nothing else. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which what doesn't come counts as what never will: a machine that is short of time is slow, too. */
export const patienceMs = 240_000;
const pollMs = 25;

/** Resolves when the condition holds; rejects when patience ends, for a test that would hang. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await holds()); await sleep(pollMs)) {
    if (Date.now() > deadline) throw new Error(`It never came true that ${what}.`);
  }
}
