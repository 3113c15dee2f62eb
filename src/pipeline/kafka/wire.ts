/**
 * Requests and responses of the Kafka protocol in their flexible versions (KIP-482: compact strings and arrays, tagged
 * fields), over one contiguous buffer. Owns bytes ↔ fields; which fields stand where is in api/.
 */

/** Writes one request. Large parts (record batches) are kept as they are, and are never copied. */
export class RequestWriter {
  readonly #parts: Buffer[] = [];
  #buf = Buffer.allocUnsafe(512);
  #at = 0;

  #room(n: number): void {
    if (this.#at + n <= this.#buf.length) return;
    const next = Buffer.allocUnsafe(Math.max(this.#buf.length * 2, this.#at + n));
    this.#buf.copy(next, 0, 0, this.#at);
    this.#buf = next;
  }
  i8(v: number): this {
    this.#room(1);
    this.#at = this.#buf.writeInt8(v, this.#at);
    return this;
  }
  i16(v: number): this {
    this.#room(2);
    this.#at = this.#buf.writeInt16BE(v, this.#at);
    return this;
  }
  i32(v: number): this {
    this.#room(4);
    this.#at = this.#buf.writeInt32BE(v, this.#at);
    return this;
  }
  i64(v: bigint | number): this {
    this.#room(8);
    this.#at = this.#buf.writeBigInt64BE(BigInt(v), this.#at);
    return this;
  }
  bool(v: boolean): this {
    return this.i8(v ? 1 : 0);
  }
  uvarint(v: number): this {
    this.#room(5);
    let z = v >>> 0;
    while (z >= 0x80) {
      this.#buf[this.#at++] = (z & 0x7f) | 0x80;
      z >>>= 7;
    }
    this.#buf[this.#at++] = z;
    return this;
  }
  string(v: string | null): this {
    if (v === null) return this.uvarint(0);
    const n = Buffer.byteLength(v);
    this.uvarint(n + 1).#room(n);
    this.#at += this.#buf.write(v, this.#at);
    return this;
  }
  array<T>(items: readonly T[], each: (item: T) => void): this {
    this.uvarint(items.length + 1);
    for (const item of items) each(item);
    return this;
  }
  /** The empty tag section that ends every structure. */
  tags(): this {
    return this.uvarint(0);
  }
  /** Compact bytes, by reference: `data` must not change until the request is sent. */
  bytes(data: Buffer): this {
    this.uvarint(data.length + 1);
    this.#parts.push(this.#buf.subarray(0, this.#at), data);
    this.#buf = Buffer.allocUnsafe(512);
    this.#at = 0;
    return this;
  }
  /** Of a topic id as Kafka prints it: base64url. */
  uuid(id: string): this {
    this.#room(16);
    if (this.#buf.write(id, this.#at, 16, 'base64url') !== 16) throw new RangeError(`"${id}" is no id of 16 bytes.`);
    this.#at += 16;
    return this;
  }
  /** A string of the request header, which kept the old form in its flexible version. */
  oldString(v: string): this {
    const n = Buffer.byteLength(v);
    this.i16(n).#room(n);
    this.#at += this.#buf.write(v, this.#at);
    return this;
  }
  /** What was written, in order. */
  parts(): Buffer[] {
    return this.#at === 0 ? [...this.#parts] : [...this.#parts, this.#buf.subarray(0, this.#at)];
  }
}

/** Reads one response. Reading beyond its end throws a RangeError, which fails the request. */
export class ResponseReader {
  readonly buf: Buffer;
  at = 0;
  /** Gives the buffer back; whoever keeps parts of it calls this when they are used up. Nothing to do for small ones. */
  release: () => void = () => {};

  constructor(buf: Buffer) {
    this.buf = buf;
  }
  i8(): number {
    const v = this.buf.readInt8(this.at);
    this.at += 1;
    return v;
  }
  i16(): number {
    const v = this.buf.readInt16BE(this.at);
    this.at += 2;
    return v;
  }
  i32(): number {
    const v = this.buf.readInt32BE(this.at);
    this.at += 4;
    return v;
  }
  i64(): bigint {
    const v = this.buf.readBigInt64BE(this.at);
    this.at += 8;
    return v;
  }
  /** An offset: exact up to 2^53, which a partition at 1M records/s reaches after 285 years. */
  offset(): number {
    const v = this.buf.readInt32BE(this.at) * 0x1_0000_0000 + this.buf.readUInt32BE(this.at + 4);
    this.at += 8;
    return v;
  }
  bool(): boolean {
    return this.i8() !== 0;
  }
  /** A topic id as Kafka prints it: base64url; '' for none (all zeros). */
  uuid(): string {
    const end = this.at + 16;
    if (end > this.buf.length) throw new RangeError('An id in the response ends behind it.');
    const text = this.buf.toString('base64url', this.at, end);
    this.at = end;
    return text === 'AAAAAAAAAAAAAAAAAAAAAA' ? '' : text;
  }
  uvarint(): number {
    let v = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const b = this.buf.readUInt8(this.at++);
      v += (b & 0x7f) * 2 ** shift;
      if (b < 0x80) return v;
    }
    throw new RangeError('A length in the response is longer than 5 bytes.');
  }
  nullableString(): string | null {
    const n = this.uvarint();
    if (n === 0) return null;
    const end = this.at + n - 1;
    if (end > this.buf.length) throw new RangeError('A string in the response ends behind it.');
    const v = this.buf.toString('utf8', this.at, end);
    this.at = end;
    return v;
  }
  string(): string {
    return this.nullableString() ?? '';
  }
  array<T>(each: () => T): T[] {
    const n = this.uvarint() - 1;
    const items: T[] = [];
    for (let i = 0; i < n; i++) items.push(each());
    return items;
  }
  /** Calls `known` for each tagged field; what it doesn't read is skipped. */
  tags(known?: (tag: number) => void): void {
    const n = this.uvarint();
    for (let i = 0; i < n; i++) {
      const tag = this.uvarint();
      const size = this.uvarint();
      const end = this.at + size;
      known?.(tag);
      this.at = end;
    }
  }
}

/** One request of the protocol: which API, in which versions we write and read it, and how. */
export interface Api<T> {
  readonly key: number;
  readonly name: string;
  /** Lowest and highest version that write and read know; all of them flexible. */
  readonly versions: readonly [number, number];
  write(w: RequestWriter, version: number): void;
  read(r: ResponseReader, version: number): T;
}
