/**
 * Records that are not to be processed (again), by their places: each ended a thread, or Kafka refused what was made of it.
 * Whoever comes to one asks the error policy. Owns what is known of them, until their places are committed.
 */
import { limits } from '../../contracts/limits.ts';

/** Why a record is refused. */
export interface Refusal {
  readonly stage: 'sql' | 'sink';
  readonly code: 'bad_record' | 'record_too_large';
  readonly cause: string;
  /** Whether Kafka takes it at no time that it bears: its dead letter bears the present one. */
  readonly restamp: boolean;
  /** Whether its dead letter was refused too: then the policy isn't asked any more. */
  readonly final: boolean;
}

/** A refused record as the engine hands it over to another thread. */
export interface RefusedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly refusal: Refusal;
}

export class RefusedRecords {
  readonly #places = new Map<string, Map<number, Refusal>>();

  constructor(known: readonly RefusedRecord[] = []) {
    for (const { topic, partition, offset, refusal } of known) this.add(topic, partition, offset, refusal);
  }

  /** Answers whether it is kept: what is beyond the bound is refused again when it is met again. */
  add(topic: string, partition: number, offset: number, refusal: Refusal): boolean {
    const key = `${topic}/${partition}`;
    let offsets = this.#places.get(key);
    if (offsets === undefined) {
      offsets = new Map();
      this.#places.set(key, offsets);
    }
    if (offsets.size >= limits.refusedRecordsMax && !offsets.has(offset)) return false;
    offsets.set(offset, refusal);
    return true;
  }

  /** By offset; null: there is none in the partition. */
  of(topic: string, partition: number): ReadonlyMap<number, Refusal> | null {
    return this.#places.get(`${topic}/${partition}`) ?? null;
  }

  /** Forgets those of a partition before an offset, which is committed. */
  forget(topic: string, partition: number, before: number): void {
    const key = `${topic}/${partition}`;
    const offsets = this.#places.get(key);
    if (offsets === undefined) return;
    for (const offset of offsets.keys()) if (offset < before) offsets.delete(offset);
    if (offsets.size === 0) this.#places.delete(key);
  }
}
