/**
 * The packed batch that a task is in, and the one that it comes to next, which is unpacked off the thread meanwhile. Owns
 * when that begins and ends; what is in them is the transform's matter.
 */
import type { FetchedPartition } from '../kafka/api/fetch.ts';
import { codecOf } from '../kafka/codec.ts';
import { batchEnd, isControl, layout, unreadable, wholeBatch } from '../kafka/record-batch.ts';
import { unpack } from '../kafka/unpack/unpack.ts';
import type { Unpacking } from '../kafka/unpack/unpacking.ts';

interface Ahead {
  readonly fetched: FetchedPartition;
  readonly at: number;
  readonly unpacking: Unpacking;
}

export class PackedBatches {
  #current: Unpacking | null = null;
  #ahead: Ahead | null = null;

  /** Opens the batch at `at`; what is fetched `next` comes behind the last batch. Throws {@link CorruptBatch}. */
  open(fetched: FetchedPartition, at: number, behind: number, next: FetchedPartition | null): Unpacking {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead?.fetched === fetched && ahead.at === at) this.#current = ahead.unpacking;
    else {
      ahead?.unpacking.close();
      this.#current = begin(fetched, at, behind);
    }
    if (wholeBatch(fetched.buf, behind, fetched.end)) this.#lookAhead(fetched, behind);
    else if (next !== null) this.#lookAhead(next, next.start);
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
    if (this.#ahead === null || this.#ahead.fetched === fetched) return;
    this.#ahead.unpacking.close();
    this.#ahead = null;
  }

  /** Whatever is wrong with the batch is found when it is opened. */
  #lookAhead(fetched: FetchedPartition, at: number): void {
    const { buf, end } = fetched;
    if (!wholeBatch(buf, at, end) || buf[at + layout.magic] !== 2) return;
    const attributes = buf.readInt16BE(at + layout.attributes);
    if (isControl(attributes)) return;
    try {
      const codec = codecOf(attributes);
      if (codec === 'gzip' || codec === 'zstd')
        this.#ahead = { fetched, at, unpacking: begin(fetched, at, batchEnd(buf, at)) };
    } catch {
      // As above.
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
