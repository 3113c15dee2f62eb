/**
 * Gzip and Zstandard: unpacked by Node's zlib off the thread, some pieces ahead of what is read. What is small is unpacked
 * on the thread at once, for that costs less than to ask another.
 */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { limits } from '../../../contracts/limits.ts';
import { Counted, tooLarge, type Unpacking } from './unpacking.ts';
import { Window } from './window.ts';
import { type ZlibCodec, ZlibDecoder } from './zlib-decoder.ts';
import { zstdFrame } from './zstd-frame.ts';

/** Bytes of the pieces from which on no further one is asked for. */
const AHEAD_BYTES = 768 * 1024;
/** Packed and plain bytes up to which it is done on the thread: a few tenths of a millisecond. And those of its pieces. */
const SMALL_BYTES = 8 * 1024;
const SMALL_PLAIN_BYTES = 96 * 1024;
const SMALL_CHUNK_BYTES = 32 * 1024;
/**
 * Bytes of memory that a Zstandard frame may make its decoder take. One that asks for more (levels 20 to 22 do, up to
 * 128 MB) has to wait for its turn: there is one such decoder at a time on a thread.
 */
const ZSTD_WINDOW_BYTES = 8 * 1024 * 1024;
let largeTaken = false;
const largeWaiting: (() => void)[] = [];

/** Whether it is one of those: who only looks ahead leaves its turn to others. */
export const hasToWait = (codec: ZlibCodec, data: Buffer): boolean =>
  codec === 'zstd' && (zstdFrame(data)?.windowBytes ?? 0) > ZSTD_WINDOW_BYTES;

export class ZlibUnpacking implements Unpacking {
  readonly #counted = new Counted();
  readonly #pieces: Buffer[] = [];
  #window: Window | null = null;
  #bytes = 0;
  #decoder: ZlibDecoder | null = null;
  /** All was done on the thread. */
  #small = false;
  #closed = false;
  #large = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;
  moved = 0;

  /** Begins at once. `data` must stay as it is until {@link close}. */
  constructor(codec: ZlibCodec, data: Buffer) {
    if (this.#atOnce(codec, data)) return;
    const frame = codec === 'zstd' ? zstdFrame(data) : null;
    if (frame !== null && frame.contentBytes > limits.batchBytesMax) {
      this.#error = new Error(tooLarge);
      return;
    }
    const begin = (): void => {
      if (!this.#closed) this.#begin(codec, data);
    };
    if (hasToWait(codec, data)) this.#inTurn(begin);
    else begin();
  }

  #atOnce(codec: ZlibCodec, data: Buffer): boolean {
    if (data.length > SMALL_BYTES) return false;
    if (hasToWait(codec, data)) return false;
    try {
      const unpack = codec === 'gzip' ? gunzipSync : zstdDecompressSync;
      this.#pieces.push(unpack(data, { maxOutputLength: SMALL_PLAIN_BYTES, chunkSize: SMALL_CHUNK_BYTES }));
      this.#small = true;
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return false;
      this.#error = e as Error;
    }
    return true;
  }

  #begin(codec: ZlibCodec, data: Buffer): void {
    const decoder = ZlibDecoder.take(codec);
    this.#decoder = decoder;
    decoder.start(data, {
      onPiece: (piece) => {
        this.#pieces.push(piece);
        this.#bytes += piece.length;
        if (this.#bytes >= AHEAD_BYTES) decoder.pause();
        this.#wake?.();
      },
      onDone: () => this.#wake?.(),
      onError: (e) => {
        this.#error = e;
        this.#wake?.();
      },
    });
  }

  #inTurn(begin: () => void): void {
    const go = (): void => {
      this.#large = true;
      begin();
    };
    if (largeTaken) largeWaiting.push(go);
    else {
      largeTaken = true;
      go();
    }
  }

  /** Taken when the first piece is read: one that is unpacked ahead needs none yet. */
  get window(): Window {
    if (this.#window === null) {
      this.#window = Window.take();
      this.#window.open(0);
    }
    return this.#window;
  }

  get #ended(): boolean {
    return this.#small || (this.#decoder?.ended ?? false);
  }

  pull(from: number): 'some' | 'later' | 'end' {
    const piece = this.#pieces.shift();
    if (piece === undefined) {
      if (this.#error !== null) throw this.#error;
      return this.#ended ? 'end' : 'later';
    }
    this.#bytes -= piece.length;
    if (this.#bytes < AHEAD_BYTES) this.#decoder?.resume();
    this.#counted.add(piece.length);
    this.moved = this.window.room(piece.length, from);
    this.window.add(piece, 0, piece.length);
    return 'some';
  }

  async ready(): Promise<void> {
    while (this.#pieces.length === 0 && this.#error === null && !this.#ended && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#decoder?.letGo(this.#large);
    this.#pieces.length = 0;
    if (this.#window !== null) Window.give(this.#window);
    this.#wake?.();
    if (!this.#large) return;
    const next = largeWaiting.shift();
    if (next === undefined) largeTaken = false;
    else next();
  }
}
