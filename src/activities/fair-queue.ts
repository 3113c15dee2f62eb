/**
 * Turns by key: work of many tenants, so many at once, each tenant's in its order and the tenants in turn. Whoever asks for much
 * waits for itself: what others ask comes after one of its turns, not after all of them. Temporal's queues are first come, first
 * served (their fairness is switched on per server, if it is there at all), so it is done here, where the work is.
 */
import { failure, MillraceError } from '../contracts/failure.ts';

export interface FairQueueBounds {
  /** At once, in all. */
  readonly atOnce: number;
  /** At once, of one key. */
  readonly perKey: number;
  /** That wait, of one key. */
  readonly waitingPerKey: number;
  /** Milliseconds that one waits. */
  readonly waitMsMax: number;
}

interface Waiting {
  readonly begin: () => void;
}

export class FairQueue {
  readonly #bounds: FairQueueBounds;
  /** By key, in the order of their turns; no key without somebody waiting. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #running = new Map<string, number>();
  #atOnce = 0;

  constructor(bounds: FairQueueBounds) {
    this.#bounds = bounds;
  }

  /** Does the work in its turn. Throws MillraceError `too_many_requests`, worth another try, where too much of this key waits already. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#turn(key);
    try {
      return await work();
    } finally {
      this.#end(key);
    }
  }

  async #turn(key: string): Promise<void> {
    const waiting = this.#waiting.get(key) ?? [];
    if (waiting.length === 0 && this.#mayBegin(key)) return this.#begin(key);
    if (waiting.length >= this.#bounds.waitingPerKey)
      throw tooMany(key, `${waiting.length} of its requests wait already`);
    this.#waiting.set(key, waiting);
    await new Promise<void>((begin, refuse) => {
      const one: Waiting = {
        begin: () => {
          clearTimeout(timer);
          begin();
        },
      };
      const timer = setTimeout(() => {
        this.#leave(key, one);
        refuse(tooMany(key, `its turn did not come in ${this.#bounds.waitMsMax} ms`));
      }, this.#bounds.waitMsMax);
      waiting.push(one);
    });
  }

  #mayBegin(key: string): boolean {
    return this.#atOnce < this.#bounds.atOnce && (this.#running.get(key) ?? 0) < this.#bounds.perKey;
  }

  #begin(key: string): void {
    this.#atOnce += 1;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
  }

  #end(key: string): void {
    this.#atOnce -= 1;
    const left = (this.#running.get(key) ?? 1) - 1;
    if (left === 0) this.#running.delete(key);
    else this.#running.set(key, left);
    for (const [next, waiting] of this.#waiting) {
      if (!this.#mayBegin(next)) continue;
      const one = waiting[0] as Waiting;
      this.#leave(next, one);
      this.#begin(next);
      one.begin();
      return;
    }
  }

  /** Its key's next turn comes after those of all others. */
  #leave(key: string, one: Waiting): void {
    const rest = (this.#waiting.get(key) ?? []).filter((w) => w !== one);
    this.#waiting.delete(key);
    if (rest.length > 0) this.#waiting.set(key, rest);
  }
}

function tooMany(key: string, why: string): MillraceError {
  const message = `The tenant ${key} asks for more at once than is its share: ${why}. Ask again later, or for fewer at once.`;
  return new MillraceError(failure('too_many_requests', message, { retry: true }));
}
