/**
 * Tasks that run though nobody listens to them: their job's line to them broke. They go on until Kafka refuses them. A busy
 * one learns that it was fenced with its next commit; an idle one commits nothing, so each is told to prove itself now and then.
 * Owns the clocks of these proofs and the ends that nobody has heard yet; the tasks are the engine's.
 */
import { limits } from '../../contracts/limits.ts';
import type { TaskEnd } from '../../contracts/task.ts';

export class Unheard {
  readonly #proofs = new Map<string, NodeJS.Timeout>();
  readonly #ends = new Map<string, TaskEnd>();

  /** How many run. They lend their slots: the generation that is to fence one may need just that. */
  get size(): number {
    return this.#proofs.size;
  }

  /** Nobody listens to it from now on. */
  add(key: string, prove: () => void): void {
    this.heard(key);
    this.#prove(key, prove, limits.proveFirstMs);
  }

  /** Somebody listens again, or it is gone. */
  heard(key: string): void {
    clearTimeout(this.#proofs.get(key));
    this.#proofs.delete(key);
  }

  /** How it ended is kept for a while, where nobody has heard of it. */
  ended(key: string, end: TaskEnd): void {
    if (!this.#proofs.has(key)) return;
    this.heard(key);
    this.#ends.set(key, end);
    setTimeout(() => this.#ends.delete(key), limits.unheardEndMs).unref();
  }

  /** How it ended, for the one who asks first; null where it isn't known. */
  takeEnd(key: string): Promise<TaskEnd> | null {
    const end = this.#ends.get(key);
    this.#ends.delete(key);
    return end === undefined ? null : Promise.resolve(end);
  }

  /** Less and less often, and many of them not at once. */
  #prove(key: string, prove: () => void, ms: number): void {
    const timer = setTimeout(
      () => {
        prove();
        this.#prove(key, prove, Math.min(limits.proveMaxMs, 2 * ms));
      },
      ms * (0.5 + Math.random()),
    );
    timer.unref();
    this.#proofs.set(key, timer);
  }
}
