/**
 * The replica that one partition's leader has named as nearer to us, by the rack that we told it (KIP-392). Owns how long it is
 * believed, and that one which failed isn't asked again at once; what else there is to ask is the fetcher's.
 */
import { limits } from '../../contracts/limits.ts';

export class NearReplica {
  #broker = -1;
  #until = 0;
  #avoidedUntil = 0;

  /** Its broker; -1: the leader is to be asked, which may name one. */
  get broker(): number {
    return this.#broker >= 0 && performance.now() < this.#until ? this.#broker : -1;
  }

  /** The leader has named this one. */
  follow(broker: number): void {
    this.#broker = broker;
    this.#until = performance.now() + limits.replicaLeaseMs;
  }

  /** It is of no use: the leader alone is asked for a while, without telling it where we are, for else it would name it again. */
  avoid(): void {
    this.#broker = -1;
    this.#avoidedUntil = performance.now() + limits.replicaAvoidedMs;
  }

  get isAvoided(): boolean {
    return performance.now() < this.#avoidedUntil;
  }
}
