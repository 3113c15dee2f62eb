/**
 * Sends the job's history to the audit topic, in order and beside everything else: a takeover doesn't wait for it. What a
 * run leaves unacknowledged travels with the job and is sent again by the next; who reads knows entries by their numbers.
 */
import { condition } from '@temporalio/workflow';
import { writing } from './activities.ts';
import type { JobData } from './state.ts';
import { acknowledge, nextEntries } from './trail.ts';

export class Scribe {
  readonly #job: JobData;
  #writing = false;

  constructor(job: JobData) {
    this.#job = job;
  }

  /** Sends what waits, unless it is under way. */
  write(): void {
    if (this.#writing || this.#job.trail.length === 0) return;
    this.#writing = true;
    this.#send().finally(() => {
      this.#writing = false;
      this.write();
    });
  }

  /** Resolves when everything is acknowledged. */
  async written(): Promise<void> {
    this.write();
    await condition(() => this.#job.trail.length === 0);
  }

  async #send(): Promise<void> {
    const entries = nextEntries(this.#job);
    const last = entries.at(-1);
    if (last === undefined) return;
    const summary = `history up to entry ${last.seq}`;
    await writing(this.#job.deployment, summary).appendHistory({ entries });
    acknowledge(this.#job, last.seq);
  }
}
