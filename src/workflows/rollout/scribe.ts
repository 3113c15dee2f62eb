/**
 * Sends the rollout's log to the audit topic, in order and beside everything else. What was sent twice, because an activity
 * was tried again, is known to who reads by its number.
 */
import { condition } from '@temporalio/workflow';
import { logging } from './activities.ts';
import type { RolloutData } from './state.ts';
import { acknowledge, nextEntries } from './trail.ts';

export class Scribe {
  readonly #rollout: RolloutData;
  #writing = false;
  #sealed = 0;

  constructor(rollout: RolloutData) {
    this.#rollout = rollout;
  }

  /** Entries up to this number may be under way. */
  get sealed(): number {
    return this.#sealed;
  }

  get writing(): boolean {
    return this.#rollout.trail.length > 0;
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
    await condition(() => !this.writing);
  }

  async #send(): Promise<void> {
    const entries = nextEntries(this.#rollout);
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#sealed = last.seq;
    await logging(this.#rollout.deployment, `log up to entry ${last.seq}`).appendToLog({ entries });
    acknowledge(this.#rollout, last.seq);
  }
}
