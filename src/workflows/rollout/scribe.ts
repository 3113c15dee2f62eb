/**
 * Sends the rollout's log to the audit topic, in order and beside everything else. What a run leaves unacknowledged travels
 * with the rollout and is sent again by the next; who reads knows entries by their numbers.
 */
import { condition } from '@temporalio/workflow';
import { logging } from './activities.ts';
import type { RolloutData } from './state.ts';
import { acknowledge, nextEntries } from './trail.ts';

export class Scribe {
  readonly #rollout: RolloutData;
  #writing = false;
  #sealed: number;

  constructor(rollout: RolloutData) {
    this.#rollout = rollout;
    // The run before may have sent any of these: they stay as they are.
    this.#sealed = rollout.entries;
  }

  /** Entries up to this number may be under way. */
  get sealed(): number {
    return this.#sealed;
  }

  /** Sends what waits, unless it is under way. */
  write(): void {
    if (this.#writing || this.#rollout.trail.length === 0) return;
    this.#writing = true;
    this.#send().finally(() => {
      this.#writing = false;
      this.write();
    });
  }

  /** Resolves when everything is acknowledged. */
  async written(): Promise<void> {
    this.write();
    await condition(() => this.#rollout.trail.length === 0);
  }

  async #send(): Promise<void> {
    const entries = nextEntries(this.#rollout);
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#sealed = Math.max(this.#sealed, last.seq);
    await logging(`log up to entry ${last.seq}`).appendToLog({ entries });
    acknowledge(this.#rollout, last.seq);
  }
}
