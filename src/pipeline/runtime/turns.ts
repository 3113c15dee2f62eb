/**
 * Whose turn it is on a thread: one step at a time, with a look at the sockets between any two. By deficit round robin over
 * the clock: each round a task is given limits.turnMs, and what its steps took beyond that it does without later, so that
 * an expensive query gets as much of the thread as a cheap one, and no more.
 */
import { setImmediate as yieldToIo } from 'node:timers/promises';
import { limits } from '../../contracts/limits.ts';

/** One task's place among the others. */
export class Turn {
  /** Milliseconds that it may take yet; below 0: that it owes. */
  credit = 0;
  go: (() => void) | null = null;
}

export class Turns {
  /** Those that wait for a step, in the order of their turns; the first has the turn. */
  readonly #waiting: Turn[] = [];
  #running = false;

  /** Resolves when the task may take a step; it says with {@link took} how long that was, before it asks for another. */
  next(turn: Turn): Promise<void> {
    return new Promise((resolve) => {
      turn.go = resolve;
      // Who has some of its turn left goes on with it.
      if (turn.credit > 0) this.#waiting.unshift(turn);
      else this.#waiting.push(turn);
      if (this.#running) return;
      this.#running = true;
      void this.#run();
    });
  }

  took(turn: Turn, ms: number): void {
    turn.credit -= ms;
  }

  /** It has nothing to do: what is left of its turn isn't kept, what it owes is. */
  rest(turn: Turn): void {
    turn.credit = Math.min(0, turn.credit);
  }

  async #run(): Promise<void> {
    // Those who ask in the same turn of the event loop are there before one is chosen.
    for (await yieldToIo(); this.#waiting.length > 0; await yieldToIo()) {
      const turn = this.#choose();
      const { go } = turn;
      turn.go = null;
      go!();
    }
    this.#running = false;
  }

  /** Takes out who is to go: the next in the round that owes nothing. Alone, nobody owes anything. */
  #choose(): Turn {
    const first = this.#waiting[0]!;
    if (first.credit > 0) return this.#waiting.shift()!;
    if (this.#waiting.length === 1) first.credit = Math.max(first.credit, 0);
    for (;;) {
      const turn = this.#waiting.shift()!;
      turn.credit += limits.turnMs;
      if (turn.credit > 0) return turn;
      this.#waiting.push(turn);
    }
  }
}
