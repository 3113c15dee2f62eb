/**
 * The identity under which a task's transactions go, in memory that its engine sees too: whoever goes on for a thread that
 * has died takes up exactly this one, and is refused where somebody else has taken its id since. Owns that memory's layout.
 */
import type { ProducerIdentity } from '../../contracts/task.ts';

/** Which of two places holds the identity (0: none does yet); then the two, an id and an epoch each. */
const placesAt = 8;
const bytes = placesAt + 4 * 8;

export class ProducerMark {
  readonly memory: SharedArrayBuffer;
  readonly #which: Int32Array;
  readonly #places: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(bytes)) {
    this.memory = memory;
    this.#which = new Int32Array(memory, 0, 1);
    this.#places = new BigInt64Array(memory, placesAt, 4);
  }

  /** Whole or not at all: a thread may be ended at any time. */
  write({ producerId, producerEpoch }: ProducerIdentity): void {
    const which = Atomics.load(this.#which, 0) === 1 ? 2 : 1;
    this.#places[2 * which - 2] = BigInt(producerId);
    this.#places[2 * which - 1] = BigInt(producerEpoch);
    Atomics.store(this.#which, 0, which);
  }

  read(): ProducerIdentity | null {
    const which = Atomics.load(this.#which, 0);
    if (which === 0) return null;
    const [producerId, producerEpoch] = this.#places.subarray(2 * which - 2, 2 * which);
    return { producerId: String(producerId), producerEpoch: Number(producerEpoch) };
  }
}
