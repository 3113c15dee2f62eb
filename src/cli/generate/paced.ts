/** How many records are due, again and again: so many a second, or as fast as whoever writes them can. Owns the clock. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Null: whatever can be written. */
  readonly perSecond: number | null;
  /** Ends after so many; none by default. */
  readonly limit?: number;
  /** Ends it, whatever is due. */
  readonly stop: AbortSignal;
}

/** Milliseconds between looks at the clock. */
const tickMs = 100;
/** Records of one step where there is no pace. */
const stepRecords = 10_000;

/** Numbers of records, each to be written before the next is asked for. Who falls behind catches up in steps of a second. */
export async function* paced({ perSecond, limit = Number.POSITIVE_INFINITY, stop }: Pace): AsyncGenerator<number> {
  const began = performance.now();
  for (let n = 0; n < limit && !stop.aborted; ) {
    const seconds = (performance.now() - began) / 1000;
    const due = perSecond === null ? stepRecords : Math.min(Math.floor(seconds * perSecond) - n, Math.ceil(perSecond));
    const now = Math.min(due, limit - n);
    if (now > 0) {
      yield now;
      n += now;
    }
    if (perSecond !== null && n < limit) await sleep(tickMs, undefined, { signal: stop }).catch(() => {});
  }
}
