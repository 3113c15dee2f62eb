/** How many bytes of records a task processes between two looks at the clock: looks are cheap, but not beside a record. Learns it as it goes. */
import { limits } from '../../contracts/limits.ts';

const FIRST = 16 * 1024;
const LEAST = 256;
const MOST = 64 * 1024;

export class Pace {
  #bytes = FIRST;

  get bytes(): number {
    return this.#bytes;
  }

  /** So many milliseconds were taken; by all of the bytes, or by the few that there were. */
  learn(ms: number, all: boolean): void {
    if (ms > limits.stepMs / 2) this.#bytes = Math.max(LEAST, this.#bytes / 2);
    else if (all && ms < limits.stepMs / 8) this.#bytes = Math.min(MOST, this.#bytes * 2);
  }
}
