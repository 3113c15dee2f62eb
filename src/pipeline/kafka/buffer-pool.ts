/** Buffers for output batches and large responses, used again and again by one thread: fresh ones would cost page faults and memory. */
const SMALLEST = 16 * 1024;
/** What one busy task has in use at most: two or three responses, and output that waits for its acknowledgement. */
const KEPT_BYTES_MAX = 28 * 1024 * 1024;

export class BufferPool {
  readonly #free = new Map<number, Buffer[]>();
  #kept = 0;

  /** A buffer of at least `bytes`, with whatever content. */
  take(bytes: number): Buffer {
    let size = SMALLEST;
    while (size < bytes) size *= 2;
    const buf = this.#free.get(size)?.pop();
    if (buf === undefined) return Buffer.allocUnsafeSlow(size);
    this.#kept -= size;
    return buf;
  }

  /** Gives a buffer of {@link take} back; nothing may use it any more. */
  give(buf: Buffer): void {
    if (this.#kept + buf.length > KEPT_BYTES_MAX) return;
    const list = this.#free.get(buf.length);
    if (list === undefined) this.#free.set(buf.length, [buf]);
    else list.push(buf);
    this.#kept += buf.length;
  }
}
