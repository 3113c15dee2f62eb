/**
 * What goes into one transaction: the batches made so far, how far each partition has come, and the counts. Kernels fill
 * the current segment while the one before is being committed.
 */
import { limits } from '../../contracts/limits.ts';
import type { OpenBatch } from '../kafka/batch-builder.ts';
import type { Place, Tally } from './transform.ts';

export class Segment {
  readonly tally: Tally = { recordsIn: 0, recordsOut: 0, bytesIn: 0, recordsFailed: 0 };
  /** Partitions whose position moved. */
  readonly moved = new Set<Place>();
  /** Bytes of all full batches, sent ones too. */
  bytes = 0;
  /** When the first change came: performance.now(), or 0 while there is none. */
  since = 0;
  /** Whether it waits for no more. */
  ripe = false;
  #full: OpenBatch[] = [];

  /** Marks that something is to be committed. */
  touch(place: Place): void {
    if (this.since === 0) this.since = performance.now();
    this.moved.add(place);
  }

  /** Milliseconds for which it still waits for more. */
  left(): number {
    return this.ripe ? 0 : this.since + limits.commitIntervalMs - performance.now();
  }

  add(batch: OpenBatch): void {
    this.#full.push(batch);
    this.bytes += batch.length;
  }

  /** The full batches that were not taken yet. */
  take(): OpenBatch[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }
}
