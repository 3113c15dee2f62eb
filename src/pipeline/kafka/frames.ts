/**
 * Cuts a socket's bytes into the protocol's frames (int32 length, then the response). Owns the buffers that responses are
 * gathered in: a large response is read by the socket straight to its place, and large buffers come from a pool and are
 * given back when their records are processed. Without that, megabytes of garbage per fetch would keep the collector busy.
 */
import type { BufferPool } from './buffer-pool.ts';

/** Responses below this are allocated: they live briefly, and nobody gives them back. */
const POOLED_FROM = 64 * 1024;
/** Longer ones are no responses of a broker (its own bound is 100 MB by default). */
const FRAME_MAX = 256 * 1024 * 1024;
/** Bytes that are read where no frame has begun: a small response as a whole, of a large one the beginning. */
const SCRATCH_BYTES = 16 * 1024;

export class Frames {
  readonly #pool: BufferPool;
  readonly #onFrame: (frame: Buffer, pooled: Buffer | null) => void;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
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

  /** Where the socket is to read to next. */
  space(): Buffer {
    return this.#frame === null ? this.#scratch : this.#frame.subarray(this.#at);
  }

  /** Says that so many bytes were read into {@link space}. Throws for a length that can't be one. */
  filled(bytes: number): void {
    const frame = this.#frame;
    if (frame === null) this.push(this.#scratch.subarray(0, bytes));
    else {
      this.#at += bytes;
      if (this.#at === frame.length) this.#finish(frame);
    }
  }

  /** Takes bytes that were read elsewhere, likewise. */
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
