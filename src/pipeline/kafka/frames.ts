/**
 * Cuts a socket's bytes into the protocol's frames (int32 length, then the response). Owns the buffers that responses are
 * gathered in: each byte is copied once, straight to its place, and large buffers come from a pool and are given back
 * when their records are processed. Without that, megabytes of garbage per fetch would keep the collector busy.
 */
import type { BufferPool } from './buffer-pool.ts';

/** Responses below this are allocated: they live briefly, and nobody gives them back. */
const POOLED_FROM = 64 * 1024;
/** Longer ones are no responses of a broker (its own bound is 100 MB by default). */
const FRAME_MAX = 256 * 1024 * 1024;

export class Frames {
  readonly #pool: BufferPool;
  readonly #onFrame: (frame: Buffer, pooled: Buffer | null) => void;
  readonly #length = Buffer.alloc(4);
  #lengthAt = 0;
  #frame: Buffer | null = null;
  #pooled: Buffer | null = null;
  #at = 0;

  /** `pooled` is the buffer to give back once the frame isn't used any more; null where there is none to give back. */
  constructor(pool: BufferPool, onFrame: (frame: Buffer, pooled: Buffer | null) => void) {
    this.#pool = pool;
    this.#onFrame = onFrame;
  }

  /** Takes what the socket has read. Throws for a length that can't be one. */
  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#frame === null) {
        this.#length[this.#lengthAt++] = chunk[from++]!;
        if (this.#lengthAt === 4) this.#begin(this.#length.readUInt32BE(0));
        continue;
      }
      const copied = chunk.copy(this.#frame, this.#at, from);
      this.#at += copied;
      from += copied;
      if (this.#at === this.#frame.length) this.#finish(this.#frame);
    }
  }

  #begin(size: number): void {
    if (size < 4 || size > FRAME_MAX) throw new RangeError(`a response of ${size} bytes`);
    this.#lengthAt = 0;
    this.#at = 0;
    this.#pooled = size >= POOLED_FROM ? this.#pool.take(size) : null;
    this.#frame = this.#pooled === null ? Buffer.allocUnsafe(size) : this.#pooled.subarray(0, size);
  }

  #finish(frame: Buffer): void {
    const pooled = this.#pooled;
    this.#frame = null;
    this.#pooled = null;
    this.#onFrame(frame, pooled);
  }
}
