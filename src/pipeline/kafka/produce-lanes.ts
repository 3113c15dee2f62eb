/**
 * How produce requests reach one broker. It answers one connection's requests one after another, and one that waits for
 * slow replicas waits for seconds: so each has a connection to itself while it is under way, out of a bounded number,
 * and partitions that were slow share some that nobody else waits for. Owns which lane a request takes, and when.
 */
import { limits } from '../../contracts/limits.ts';
import { NoAnswer } from './broker-error.ts';
import type { Link } from './link.ts';
import type { Api } from './wire.ts';

/** Lanes of one kind that are taken, and who waits for one. */
class Kind {
  taken = 0;
  readonly waiting: ((taken: boolean) => void)[] = [];
}

export class ProduceLanes {
  readonly #open: (lane: number) => Promise<Link>;
  readonly #quick = new Kind();
  readonly #slow = new Kind();
  readonly #taken = new Set<number>();
  /** Partitions whose last produce was slow, or is. */
  readonly #slowPartitions = new Set<string>();

  constructor(open: (lane: number) => Promise<Link>) {
    this.#open = open;
  }

  /** Sends a request for these partitions. Throws BrokerError or NoAnswer. */
  async send<T>(api: Api<T>, partitions: readonly string[]): Promise<T> {
    let kind = partitions.some((p) => this.#slowPartitions.has(p)) ? this.#slow : this.#quick;
    await this.#turn(kind);
    const lane = this.#lane();
    let slow = false;
    const timer = setTimeout(() => {
      slow = true;
      for (const p of partitions) this.#remember(p);
      // It goes on where it is; what waits behind it may have another lane instead.
      if (kind === this.#slow || this.#slow.taken >= limits.produceSlowLanes) return;
      this.#slow.taken++;
      this.#leave(kind);
      kind = this.#slow;
    }, limits.produceSlowMs);
    try {
      return await (await this.#open(lane)).request(api);
    } finally {
      clearTimeout(timer);
      if (!slow) for (const p of partitions) this.#slowPartitions.delete(p);
      this.#taken.delete(lane);
      this.#leave(kind);
    }
  }

  /** Resolves when a lane of this kind may be taken. */
  async #turn(kind: Kind): Promise<void> {
    const most = kind === this.#slow ? limits.produceSlowLanes : limits.produceLanes;
    if (kind.taken < most) {
      kind.taken++;
      return;
    }
    const mine = Promise.withResolvers<boolean>();
    kind.waiting.push(mine.resolve);
    const timer = setTimeout(() => {
      kind.waiting.splice(kind.waiting.indexOf(mine.resolve), 1);
      mine.resolve(false);
    }, limits.requestMs);
    const taken = await mine.promise;
    clearTimeout(timer);
    if (!taken)
      throw new NoAnswer(
        `no produce connection was free for ${limits.requestMs} ms: all of them wait for slow partitions`,
      );
  }

  /** Hands the place to who has waited longest. */
  #leave(kind: Kind): void {
    const next = kind.waiting.shift();
    if (next === undefined) kind.taken--;
    else next(true);
  }

  /** The lowest that is free: as few connections as will do. */
  #lane(): number {
    let lane = 0;
    while (this.#taken.has(lane)) lane++;
    this.#taken.add(lane);
    return lane;
  }

  #remember(partition: string): void {
    this.#slowPartitions.add(partition);
    if (this.#slowPartitions.size <= limits.produceSlowPartitionsMax) return;
    const [oldest] = this.#slowPartitions;
    this.#slowPartitions.delete(oldest!);
  }
}
