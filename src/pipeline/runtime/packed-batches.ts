/**
 * The packed batch that a task is in, and those that it comes to next, which are unpacked off the thread meanwhile. Owns
 * when that begins and ends, and how many a thread has; what is in them is the transform's matter.
 */
import type { FetchedPartition } from '../kafka/api/fetch.ts';
import { codecOf } from '../kafka/codec.ts';
import { batchEnd, isControl, layout, unreadable, wholeBatch } from '../kafka/record-batch.ts';
import { unpack } from '../kafka/unpack/unpack.ts';
import type { Unpacking } from '../kafka/unpack/unpacking.ts';
import { hasToWait } from '../kafka/unpack/zlib-unpacking.ts';

/**
 * Batches that a task has unpacked beside the open one: with a single one it would wait whenever that takes longer than the
 * one before. Each takes a megabyte at most, so all tasks of a thread together have a bound as well.
 */
const TASK_AHEAD_MAX = 3;
const THREAD_AHEAD_MAX = 6;
let aheadOnThread = 0;

/** Batches that are unpacked ahead on this thread. */
export const unpackedAhead = (): number => aheadOnThread;

interface Ahead {
  readonly fetched: FetchedPartition;
  readonly at: number;
  readonly unpacking: Unpacking;
}

export class PackedBatches {
  #current: Unpacking | null = null;
  /** In the order in which they come. */
  readonly #ahead: Ahead[] = [];

  /** Opens the batch at `at`; what is fetched `next` comes behind the last batch. Throws {@link CorruptBatch}. */
  open(fetched: FetchedPartition, at: number, behind: number, next: FetchedPartition | null): Unpacking {
    const found = this.#ahead.findIndex((b) => b.fetched === fetched && b.at === at);
    // Those before it were passed over: their records aren't to be seen.
    this.#forget(found < 0 ? this.#ahead.length : found);
    this.#current = this.#ahead.shift()?.unpacking ?? begin(fetched, at, behind);
    if (found >= 0) aheadOnThread--;
    this.#lookAhead(fetched, behind, next);
    return this.#current;
  }

  /** The open batch isn't used any more. */
  done(): void {
    this.#current?.close();
    this.#current = null;
  }

  /** Resolves when there is more of the open batch. */
  ready(): Promise<void> {
    return this.#current?.ready() ?? Promise.resolve();
  }

  /** Something is begun: what was begun of another isn't used any more. */
  keepOnly(fetched: FetchedPartition | null): void {
    this.done();
    const found = this.#ahead.findIndex((b) => b.fetched === fetched);
    this.#forget(found < 0 ? this.#ahead.length : found);
  }

  /** The first `count` of those that were begun. */
  #forget(count: number): void {
    aheadOnThread -= count;
    for (const { unpacking } of this.#ahead.splice(0, count)) unpacking.close();
  }

  /** Begins what comes behind `at`, and behind what is begun. Whatever is wrong with a batch is found when it is opened. */
  #lookAhead(fetched: FetchedPartition, behind: number, next: FetchedPartition | null): void {
    const last = this.#ahead.at(-1);
    let here = last?.fetched ?? fetched;
    let at = last === undefined ? behind : batchEnd(here.buf, last.at);
    while (this.#ahead.length < TASK_AHEAD_MAX && aheadOnThread < THREAD_AHEAD_MAX) {
      if (wholeBatch(here.buf, at, here.end)) {
        const end = this.#pass(here, at);
        if (end === null) return;
        at = end;
      } else if (next !== null && here !== next) {
        here = next;
        at = next.start;
      } else return;
    }
  }

  /** Begins a batch, and answers where the one behind it is; null for one that waits until it is opened. */
  #pass(fetched: FetchedPartition, at: number): number | null {
    const { buf } = fetched;
    if (buf[at + layout.magic] !== 2) return null;
    try {
      const end = batchEnd(buf, at);
      const attributes = buf.readInt16BE(at + layout.attributes);
      if (isControl(attributes)) return end;
      const codec = codecOf(attributes);
      if (codec !== 'gzip' && codec !== 'zstd') return null;
      if (hasToWait(codec, buf.subarray(at + layout.records, end))) return null;
      this.#ahead.push({ fetched, at, unpacking: begin(fetched, at, end) });
      aheadOnThread++;
      return end;
    } catch {
      return null;
    }
  }
}

function begin({ buf }: FetchedPartition, at: number, behind: number): Unpacking {
  try {
    const codec = codecOf(buf.readInt16BE(at + layout.attributes));
    if (codec === 'none') throw new TypeError('they are not packed');
    return unpack(codec, buf.subarray(at + layout.records, behind));
  } catch (e) {
    throw unreadable(e);
  }
}
