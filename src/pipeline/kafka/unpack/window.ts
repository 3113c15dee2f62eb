/**
 * Memory in which one compressed batch is unpacked: the block that is being read in front, behind it a window on the
 * plain bytes. What the window holds moves to the front as it is used up, so it stays small however large the batch is;
 * only a record that is larger than it makes it grow. Owns that memory, and the few windows that a thread keeps.
 */
import { blocks } from './blocks.ts';

/** Bytes that the decoders may write behind the end, and read behind a block. */
const SLACK = 64;
/** Bytes of a new window: what LZ4 may copy from (64 KB), pieces of 64 KB, and the record that is cut between two. */
const WINDOW_BYTES = 256 * 1024;
const PAGE = 64 * 1024;
/** Windows that a thread keeps, and the size from which one isn't kept. */
const KEPT_MAX = 4;
const KEPT_BYTES_MAX = 2 * 1024 * 1024;

/** What is used here of WebAssembly, which the types of Node leave to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Decoders {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  /** Behind the last plain byte. */
  readonly at: { value: number };
  readonly begin: (p: number, at: number) => void;
  readonly lz4: Decode;
  readonly snappy: Decode;
}

/** Answers 0: the block is done; 1: the limit is reached; 2: the block is damaged. See blocks.wat. */
type Decode = (end: number, limit: number, base: number) => number;

let compiled: object | null = null;
const kept: Window[] = [];

export class Window {
  /** The whole memory; another one after each {@link room}. */
  buf: Buffer;
  readonly decoders: Decoders;
  /** Where the plain bytes begin, and behind the last one. */
  floor = 0;
  end = 0;

  private constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(blocks, 'base64'));
    this.decoders = new WebAssembly.Instance(compiled).exports as Decoders;
    this.buf = Buffer.from(this.decoders.memory.buffer);
  }

  /** A window of this thread. */
  static take(): Window {
    return kept.pop() ?? new Window();
  }

  /** Gives a window back; nothing may use it any more. */
  static give(window: Window): void {
    if (kept.length < KEPT_MAX && window.buf.length <= KEPT_BYTES_MAX) kept.push(window);
  }

  /** Empties it, with room for blocks of so many bytes, and so many plain ones. */
  open(blockBytes: number, plainBytes = 0): void {
    this.floor = (blockBytes + SLACK + 15) & ~15;
    this.end = this.floor;
    this.#reach(this.floor + Math.max(WINDOW_BYTES, plainBytes) + SLACK);
  }

  /** Puts a block in front, to be decoded behind what is there. */
  stage(data: Buffer, from: number, to: number): void {
    data.copy(this.buf, 0, from, to);
    this.decoders.begin(0, this.end);
  }

  /** Adds plain bytes; {@link room} was made for them. */
  add(data: Buffer, from: number, to: number): void {
    this.end += data.copy(this.buf, this.end, from, to);
  }

  /**
   * Makes room for so many bytes more. What lies in front of `keep` isn't needed any more. Answers by how much the rest
   * has moved to the front.
   */
  room(bytes: number, keep: number): number {
    const lacks = this.end + bytes + SLACK - this.buf.length;
    if (lacks <= 0) return 0;
    const moved = keep - this.floor;
    if (moved > 0) {
      this.buf.copyWithin(this.floor, keep, this.end);
      this.end -= moved;
    }
    // Twice the size: a record of a megabyte is not to be gathered by moving it sixteen times.
    if (moved < lacks) this.#reach(Math.max(this.end + bytes + SLACK, this.floor + 2 * (this.buf.length - this.floor)));
    return moved;
  }

  #reach(bytes: number): void {
    if (bytes <= this.buf.length) return;
    this.decoders.memory.grow(Math.ceil((bytes - this.buf.length) / PAGE));
    this.buf = Buffer.from(this.decoders.memory.buffer);
  }
}
