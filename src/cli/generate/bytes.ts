/** A cursor that writes Avro's binary encoding into a buffer, which the caller keeps large enough. */
export class Bytes {
  readonly buffer: Buffer;
  at = 0;
  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  byte(value: number): void {
    this.buffer[this.at++] = value;
  }

  /** Zigzag varint of a safe integer. */
  long(value: number): void {
    let zigzag = value < 0 ? -2 * value - 1 : 2 * value;
    while (zigzag >= 128) {
      this.buffer[this.at++] = (zigzag % 128) | 128;
      zigzag = Math.floor(zigzag / 128);
    }
    this.buffer[this.at++] = zigzag;
  }

  double(value: number): void {
    this.at = this.buffer.writeDoubleLE(value, this.at);
  }

  word(value: number): void {
    this.at = this.buffer.writeInt32LE(value | 0, this.at);
  }

  /** Bytes that are Avro already. */
  raw(bytes: Buffer): void {
    const buffer = this.buffer;
    // A loop, because these are short and a call of set() costs more than they do.
    for (let i = 0; i < bytes.length; i++) buffer[this.at + i] = bytes[i]!;
    this.at += bytes.length;
  }

  /** The branch of `["null", X]` and its value. */
  optional(bytes: Buffer | undefined): void {
    this.byte(bytes === undefined ? 0 : 2);
    if (bytes !== undefined) this.raw(bytes);
  }

  ascii(text: string): void {
    this.at += this.buffer.write(text, this.at, 'latin1');
  }

  /** Decimal digits, zero-padded to `width`. */
  digits(value: number, width: number): void {
    let rest = value;
    for (let i = this.at + width - 1; i >= this.at; i--) {
      this.buffer[i] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.at += width;
  }
}
