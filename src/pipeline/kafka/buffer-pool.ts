/** Buffers for output batches and large responses, used again and again by one thread: fresh ones would cost page faults and memory. */
const SMALLEST = 16 * 1024;
/** What one busy task has in use at most: two or three responses, and output that waits for its acknowledgement. */
const KEPT_BYTES_MAX = 28 * 1024 * 1024;
/** Milliseconds after which buffers are let go of that nobody has needed meanwhile. */
const IDLE_MS = 10_000;

export class BufferPool {
  readonly #free = new Map<number, Buffer[]>();
  /** The fewest buffers of a size that were free since the last look: so many weren't needed. */
  readonly #unused = new Map<number, number>();
  readonly #idleMs: number;
  #kept = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(idleMs = IDLE_MS) {
    this.#idleMs = idleMs;
  }

  /** Bytes of the buffers that are free. */
  get kept(): number {
    return this.#kept;
  }

  /** A buffer of at least `bytes`, with whatever content. */
  take(bytes: number): Buffer {
    let size = SMALLEST;
    while (size < bytes) size *= 2;
    const list = this.#free.get(size);
    const buf = list?.pop();
    if (list === undefined || buf === undefined) return Buffer.allocUnsafeSlow(size);
    this.#kept -= size;
    if (list.length < this.#unused.get(size)!) this.#unused.set(size, list.length);
    return buf;
  }

  /** Gives a buffer of {@link take} back; nothing may use it any more. */
  give(buf: Buffer): void {
    if (this.#kept + buf.length > KEPT_BYTES_MAX) return;
    const list = this.#free.get(buf.length);
    if (list === undefined) {
      this.#free.set(buf.length, [buf]);
      this.#unused.set(buf.length, 0);
    } else list.push(buf);
    this.#kept += buf.length;
    this.#watch();
  }

  #watch(): void {
    this.#timer ??= setTimeout(() => this.#letGo(), this.#idleMs).unref();
  }

  #letGo(): void {
    this.#timer = null;
    for (const [size, list] of this.#free) {
      const unused = this.#unused.get(size)!;
      list.length -= unused;
      this.#kept -= unused * size;
      this.#unused.set(size, list.length);
    }
    if (this.#kept > 0) this.#watch();
  }
}
