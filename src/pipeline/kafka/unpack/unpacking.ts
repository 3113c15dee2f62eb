/** What the four codecs have in common: the plain bytes of one batch come piece by piece, bounded whatever the batch says. */
import { limits } from '../../../contracts/limits.ts';
import type { Window } from './window.ts';

/** Plain bytes of one piece: some fifty microseconds' work, and it stays in the processor's caches. */
export const PIECE_BYTES = 64 * 1024;

export interface Unpacking {
  /** Where the plain bytes are. */
  readonly window: Window;
  /** By how much the last {@link pull} moved them to the window's front. */
  readonly moved: number;
  /**
   * Adds the next piece to the window; what lies in front of `from` isn't needed any more. Answers 'later' where the piece
   * is still being made off the thread: see {@link ready}. Throws where the data is damaged, or its plain bytes are more
   * than limits.batchBytesMax.
   */
  pull(from: number): 'some' | 'later' | 'end';
  /** Resolves when {@link pull} has something to say. */
  ready(): Promise<void>;
  /** Gives everything back. */
  close(): void;
}

/** Counts the plain bytes of a batch. Throws beyond the bound. */
export class Counted {
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > limits.batchBytesMax) throw new Error(tooLarge);
  }
}

export const tooLarge = `they are more than ${limits.batchBytesMax} bytes once unpacked`;
