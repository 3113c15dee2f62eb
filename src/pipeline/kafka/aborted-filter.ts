/**
 * Which batches of one fetch response a read_committed reader must not see: those of aborted transactions. Pure.
 * Source: KIP-98, as the Java consumer does it: a producer's batches are hidden from its aborted transaction's first
 * offset up to the control batch that ends it.
 */
import type { AbortedTransaction } from './api/fetch.ts';

const none: readonly AbortedTransaction[] = [];

export class AbortedFilter {
  #waiting: readonly AbortedTransaction[] = none;
  #next = 0;
  readonly #hidden = new Set<number>();

  /** Begins a response, with the list that came with it. */
  reset(aborted: readonly AbortedTransaction[]): void {
    this.#waiting = aborted.length > 1 ? [...aborted].sort((a, b) => a.firstOffset - b.firstOffset) : aborted;
    this.#next = 0;
    this.#hidden.clear();
  }

  /** Whether to hide a transactional batch of records. Call in the order of offsets. */
  hides(producerId: number, lastOffset: number): boolean {
    this.#advance(lastOffset);
    return this.#hidden.has(producerId);
  }

  /** A control batch ends this producer's transaction. */
  end(producerId: number, offset: number): void {
    this.#advance(offset);
    this.#hidden.delete(producerId);
  }

  #advance(offset: number): void {
    while (this.#next < this.#waiting.length && this.#waiting[this.#next]!.firstOffset <= offset) {
      this.#hidden.add(this.#waiting[this.#next++]!.producerId);
    }
  }
}
