/** Wakes one waiting loop. A notification that nobody waits for is kept: the next wait returns at once. */
export class Signal {
  #set = false;
  #wake: (() => void) | null = null;

  notify(): void {
    if (this.#wake === null) this.#set = true;
    else this.#wake();
  }

  /** Resolves at the next notification, or after `ms`. */
  wait(ms?: number): Promise<void> {
    if (this.#set || (ms !== undefined && ms <= 0)) {
      this.#set = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = ms === undefined ? null : setTimeout(() => this.#wake?.(), ms);
      this.#wake = () => {
        this.#wake = null;
        if (timer !== null) clearTimeout(timer);
        resolve();
      };
    });
  }
}
