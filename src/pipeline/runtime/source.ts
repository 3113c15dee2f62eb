/**
 * The input of one task: what was fetched and waits to be processed, and asking for more while there is room. Owns the
 * bound on fetched bytes; a new Source is made whenever a task goes back to its committed offsets.
 */

import type { FetchedPartition } from '../kafka/api/fetch.ts';
import type { BrokerError } from '../kafka/broker-error.ts';
import type { Feed, Fetcher } from '../kafka/fetcher.ts';
import { nextOffset, wholeBatch } from '../kafka/record-batch.ts';
import type { StartPosition } from './positions.ts';
import type { Place } from './transform.ts';

/** Fetched bytes that may wait: a little more than one response, so that the next is under way meanwhile. */
const WAITING_BYTES = 5 * 1024 * 1024;

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
  readonly onError: (input: InputPartition, error: BrokerError) => void;
}

interface Entry {
  readonly input: InputPartition;
  readonly feed: Feed;
  /** The offset to ask for next. */
  next: number;
  held: boolean;
}

export class Source {
  readonly inputs: readonly InputPartition[];
  readonly #fetcher: Fetcher;
  readonly #entries: Entry[] = [];
  readonly #waiting: Chunk[] = [];
  #taken: Chunk | null = null;
  #waitingBytes = 0;

  constructor(fetcher: Fetcher, positions: readonly StartPosition[], events: SourceEvents) {
    this.#fetcher = fetcher;
    this.inputs = positions.map(inputPartition);
    for (const input of this.inputs) {
      const entry: Entry = {
        input,
        next: input.position,
        held: false,
        feed: {
          topic: input.topic,
          topicId: input.topicId,
          partition: input.partition,
          onFetched: (fetched) => {
            this.#accept(entry, fetched);
            events.onFetched();
          },
          onError: (error) => events.onError(input, error),
          onTrouble: (error) => {
            if (error === null) input.trouble = null;
            else input.trouble = { since: input.trouble?.since ?? performance.now(), error };
          },
        },
      };
      this.#entries.push(entry);
    }
  }

  start(): void {
    for (const e of this.#entries) this.#fetcher.want(e.feed, e.next);
  }

  stop(): void {
    for (const e of this.#entries) this.#fetcher.drop(e.feed);
    this.done();
    for (const c of this.#waiting) c.fetched.release();
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  /** The chunk to process: the same one until it is {@link done}. Makes room, so that more is fetched. */
  take(): Chunk | null {
    if (this.#taken !== null) return this.#taken;
    const chunk = this.#waiting.shift();
    if (chunk === undefined) return null;
    this.#taken = chunk;
    this.#waitingBytes -= chunk.fetched.end - chunk.fetched.start;
    for (const e of this.#entries) {
      if (this.#waitingBytes >= WAITING_BYTES) break;
      if (e.held) this.#ask(e);
    }
    return chunk;
  }

  /** What will be taken next, if it is here. */
  get next(): FetchedPartition | null {
    return this.#waiting[0]?.fetched ?? null;
  }

  /** The chunk taken isn't used any more. */
  done(): void {
    this.#taken?.fetched.release();
    this.#taken = null;
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  #accept(entry: Entry, fetched: FetchedPartition): void {
    entry.input.end = fetched.lastStableOffset;
    if (wholeBatch(fetched.buf, fetched.start, fetched.end)) {
      entry.next = nextOffset(fetched.buf, fetched.start, fetched.end, entry.next);
      this.#waiting.push({ input: entry.input, fetched });
      this.#waitingBytes += fetched.end - fetched.start;
    } else fetched.release();
    if (this.#waitingBytes < WAITING_BYTES) this.#ask(entry);
    else entry.held = true;
  }

  #ask(entry: Entry): void {
    entry.held = false;
    this.#fetcher.want(entry.feed, entry.next);
  }
}
