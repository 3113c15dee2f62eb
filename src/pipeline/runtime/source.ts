/**
 * The input of one task: what was fetched and waits to be processed, and asking for more while there is room. Keeps to
 * its share of the thread's memory (intake.ts); a new Source is made whenever a task goes back to its committed offsets.
 */

import { limits } from '../../contracts/limits.ts';
import type { FetchedPartition } from '../kafka/api/fetch.ts';
import type { Feed, FetchRefusal } from '../kafka/feed.ts';
import type { Fetcher } from '../kafka/fetcher.ts';
import { behindBatches, type ReadSoFar, wholeBatch } from '../kafka/record-batch.ts';
import { type Intake, intake } from './intake.ts';
import type { StartPosition } from './positions.ts';
import type { Place } from './transform.ts';

export interface InputPartition extends Place {
  readonly topicId: string;
  /** Committed, as far as this task knows; -1: nothing yet. */
  committed: number;
  /** The log's end as of the last fetch; -1: not fetched yet. */
  end: number;
  trouble: { readonly since: number; readonly error: unknown } | null;
}

/** Made here alone, so that all are alike to V8: code that it compiled for one is good for all. */
export const inputPartition = (at: StartPosition): InputPartition => ({
  topic: at.topic,
  topicId: at.topicId,
  partition: at.partition,
  position: at.offset,
  epoch: at.leaderEpoch,
  committed: at.committed ? at.offset : -1,
  end: -1,
  trouble: null,
});

export interface Chunk {
  readonly input: InputPartition;
  readonly fetched: FetchedPartition;
}

export interface SourceEvents {
  /** Something was fetched, or a log's end became known. */
  readonly onFetched: () => void;
  /** An error that no retry helps with. */
  readonly onError: (input: InputPartition, error: FetchRefusal) => void;
}

interface Entry {
  readonly input: InputPartition;
  readonly feed: Feed;
  /** Where to ask next. */
  next: ReadSoFar;
  /** Bytes that are kept free for what is being fetched. */
  reserved: number;
}

export class Source {
  readonly inputs: readonly InputPartition[];
  readonly #fetcher: Fetcher;
  readonly #entries: Entry[] = [];
  readonly #waiting: Chunk[] = [];
  readonly #intake: Intake;
  #taken: Chunk | null = null;
  /** Bytes of what waits or is taken; and of what is being fetched, at most. */
  #bytes = 0;
  #reserved = 0;
  #stopped = false;
  /** Whether some partition is waiting for room. */
  #refused = false;

  constructor(fetcher: Fetcher, positions: readonly StartPosition[], events: SourceEvents, share: Intake = intake) {
    this.#fetcher = fetcher;
    this.#intake = share;
    share.open();
    this.inputs = positions.map(inputPartition);
    for (const input of this.inputs) {
      const entry: Entry = {
        input,
        next: { offset: input.position, epoch: input.epoch },
        reserved: 0,
        feed: {
          topic: input.topic,
          topicId: input.topicId,
          partition: input.partition,
          reserve: () => this.#reserve(entry),
          onFetched: (fetched) => {
            this.#accept(entry, fetched);
            events.onFetched();
          },
          onError: (error) => {
            this.#unreserve(entry);
            events.onError(input, error);
          },
          onTrouble: (error) => {
            this.#unreserve(entry);
            if (error === null) input.trouble = null;
            else input.trouble = { since: input.trouble?.since ?? performance.now(), error };
          },
        },
      };
      this.#entries.push(entry);
    }
  }

  start(): void {
    for (const e of this.#entries) this.#want(e);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const e of this.#entries) this.#fetcher.drop(e.feed);
    this.done();
    for (const c of this.#waiting.splice(0)) this.#giveBack(c);
    this.#intake.close();
  }

  /** The chunk to process: the same one until it is {@link done}. */
  take(): Chunk | null {
    this.#taken ??= this.#waiting.shift() ?? null;
    return this.#taken;
  }

  /** What will be taken next, if it is here. */
  get next(): FetchedPartition | null {
    return this.#waiting[0]?.fetched ?? null;
  }

  /** The chunk taken isn't used any more. Makes room, so that more is fetched. */
  done(): void {
    if (this.#taken === null) return;
    this.#giveBack(this.#taken);
    this.#taken = null;
    if (!this.#refused || this.#stopped) return;
    this.#refused = false;
    this.#fetcher.roomMade();
  }

  #giveBack({ fetched }: Chunk): void {
    this.#count(fetched.start - fetched.end);
    fetched.release();
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#intake.count(bytes);
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Bytes that a fetch may bring of this partition; 0 while there is no room. What there is is for all that ask. */
  #reserve(entry: Entry): number {
    const left = this.#intake.share - this.#bytes - this.#reserved;
    if (left <= 0) {
      this.#refused = true;
      return 0;
    }
    const { fetchPartitionBytesMin: least, fetchPartitionBytesMax: most } = limits;
    entry.reserved = Math.max(least, Math.min(most, Math.floor(this.#intake.share / this.#entries.length)));
    this.#reserved += entry.reserved;
    return entry.reserved;
  }

  #unreserve(entry: Entry): void {
    this.#reserved -= entry.reserved;
    entry.reserved = 0;
  }

  #accept(entry: Entry, fetched: FetchedPartition): void {
    this.#unreserve(entry);
    entry.input.end = fetched.lastStableOffset;
    if (wholeBatch(fetched.buf, fetched.start, fetched.end)) {
      const { buf, start, end } = fetched;
      entry.next = behindBatches(buf, start, end, entry.next);
      const bytes = end - start;
      const copied = this.#intake.copies(bytes, buf.buffer.byteLength) ? copyOf(fetched) : fetched;
      this.#waiting.push({ input: entry.input, fetched: copied });
      this.#count(bytes);
    } else fetched.release();
    this.#want(entry);
  }

  #want({ feed, next }: Entry): void {
    this.#fetcher.want(feed, next.offset, next.epoch);
  }
}

/** The same in a buffer of its own; the response is given back. */
function copyOf(fetched: FetchedPartition): FetchedPartition {
  const buf = Buffer.allocUnsafeSlow(fetched.end - fetched.start);
  fetched.buf.copy(buf, 0, fetched.start, fetched.end);
  fetched.release();
  return { ...fetched, buf, start: 0, end: buf.length, release: () => {} };
}
