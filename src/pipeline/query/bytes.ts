/** Chunks of a file or of stdin, read as one flow of bytes. */
export class ByteFlow {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  #at = 0;
  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `count` bytes without taking them; fewer where the flow ends. */
  async peek(count: number): Promise<Buffer> {
    if (this.#held.length - this.#at < count) {
      const parts = [this.#held.subarray(this.#at)];
      let have = parts[0]!.length;
      while (have < count) {
        const { value, done } = await this.#chunks.next();
        if (done === true) break;
        parts.push(value);
        have += value.length;
      }
      this.#held = Buffer.concat(parts);
      this.#at = 0;
    }
    return this.#held.subarray(this.#at, this.#at + count);
  }

  /** The next `count` bytes, or undefined where the flow ends before them. */
  async take(count: number): Promise<Buffer | undefined> {
    const bytes = await this.peek(count);
    if (bytes.length < count) return undefined;
    this.#at += count;
    return bytes;
  }

  /** A zigzag varint, or undefined at the flow's end or where it isn't one. */
  async long(): Promise<number | undefined> {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = (await this.take(1))?.[0];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number((value >> 1n) ^ -(value & 1n));
    }
    return undefined;
  }

  /** Lets go of the file or the pipe. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
