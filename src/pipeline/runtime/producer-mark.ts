/**
 * The identity under which a task's transactions go, and how far a recovery of it has come, in memory that its engine sees
 * too: whoever goes on for a thread that has died takes up exactly there, and is refused where somebody else has taken its
 * id since. Owns that memory's layout.
 */
import type { ProducerStanding } from '../kafka/transaction.ts';

/** Which of two places holds the standing (0: none does yet); then the two, of so many numbers each: id, epoch, aborted. */
const placesAt = 8;
const placeNumbers = 3;
const bytes = placesAt + 2 * placeNumbers * 8;

export class ProducerMark {
  readonly memory: SharedArrayBuffer;
  readonly #which: Int32Array;
  readonly #places: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(bytes)) {
    this.memory = memory;
    this.#which = new Int32Array(memory, 0, 1);
    this.#places = new BigInt64Array(memory, placesAt, 2 * placeNumbers);
  }

  /** Whole or not at all: a thread may be ended at any time. */
  write({ identity, aborted }: ProducerStanding): void {
    const which = Atomics.load(this.#which, 0) === 1 ? 2 : 1;
    const numbers = [BigInt(identity.producerId), BigInt(identity.producerEpoch), aborted ? 1n : 0n];
    this.#places.set(numbers, placeNumbers * (which - 1));
    Atomics.store(this.#which, 0, which);
  }

  read(): ProducerStanding | null {
    const which = Atomics.load(this.#which, 0);
    if (which === 0) return null;
    const [id, epoch, aborted] = this.#places.subarray(placeNumbers * (which - 1), placeNumbers * which);
    return { identity: { producerId: String(id), producerEpoch: Number(epoch) }, aborted: aborted === 1n };
  }
}
