/** LZ4 and Snappy: decoded on the thread, a piece at a time, as its records are needed. */
import type { Block, Blocks } from './blocks-of.ts';
import { Counted, PIECE_BYTES, type Unpacking } from './unpacking.ts';
import { Window } from './window.ts';

export class BlockUnpacking implements Unpacking {
  readonly window: Window;
  moved = 0;
  readonly #data: Buffer;
  readonly #blocks: Blocks;
  readonly #counted = new Counted();
  #block: Block | null = null;
  /** How far a stored block has come. */
  #stored = 0;
  /** The first byte that a copy may come from, and what the block has made. */
  #base = 0;
  #made = 0;

  constructor(data: Buffer, blocks: Blocks) {
    this.#data = data;
    this.#blocks = blocks;
    this.window = Window.take();
    this.window.open(blocks.bytesMax, blocks.plainBytes);
    this.#base = this.window.floor;
  }

  pull(from: number): 'some' | 'end' {
    this.moved = 0;
    for (;;) {
      const block = this.#block ?? this.#next();
      if (block === null) return 'end';
      const { window } = this;
      const history = block.stored && !this.#blocks.linked ? window.end : window.end - this.#blocks.history;
      const moved = window.room(PIECE_BYTES, Math.min(from - this.moved, Math.max(this.#base, history)));
      this.moved += moved;
      this.#base = Math.max(window.floor, this.#base - moved);
      const before = window.end;
      if (this.#piece(block)) this.#finish(block);
      if (window.end > before) return 'some';
    }
  }

  #next(): Block | null {
    const next = this.#blocks.each.next();
    if (next.done) return null;
    const block = next.value;
    const { window } = this;
    if (block.stored) this.#stored = block.from;
    else window.stage(this.#data, block.from, block.to);
    if (!this.#blocks.linked) this.#base = window.end;
    this.#made = 0;
    this.#block = block;
    return block;
  }

  /** Answers whether that was the block's last. */
  #piece(block: Block): boolean {
    const { window } = this;
    const before = window.end;
    let status = 0;
    if (block.stored) {
      const to = Math.min(block.to, this.#stored + PIECE_BYTES);
      window.add(this.#data, this.#stored, to);
      this.#stored = to;
      if (to < block.to) status = 1;
    } else {
      const { decoders } = window;
      // What is there may have moved since the piece before.
      decoders.at.value = before;
      status = decoders[this.#blocks.decoder](block.to - block.from, before + PIECE_BYTES, this.#base);
      window.end = decoders.at.value;
    }
    const made = window.end - before;
    this.#made += made;
    this.#counted.add(made);
    if (status === 2 || (block.plainBytes !== null && this.#made > block.plainBytes)) throw new Error(damaged);
    return status === 0;
  }

  #finish(block: Block): void {
    if (block.plainBytes !== null && this.#made !== block.plainBytes) throw new Error(damaged);
    this.#block = null;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    Window.give(this.window);
  }
}

const damaged = 'a block of them is damaged';
