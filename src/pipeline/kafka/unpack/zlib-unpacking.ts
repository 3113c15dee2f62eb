/**
 * Gzip and Zstandard: unpacked by Node's zlib off the thread, some pieces ahead of what is read. What is small is unpacked
 * on the thread at once, for that costs less than to ask another.
 */
import { createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { limits } from '../../../contracts/limits.ts';
import { Counted, tooLarge, type Unpacking } from './unpacking.ts';
import { Window } from './window.ts';
import { zstdFrame } from './zstd-frame.ts';

/**
 * Bytes of a piece that zlib makes: each costs a turn of the thread and one of zlib's, so a batch of the usual size is one
 * piece. And of the pieces from which on no further one is asked for.
 */
const CHUNK_BYTES = 1024 * 1024;
const CHUNK_BYTES_MIN = 16 * 1024;
const AHEAD_BYTES = 768 * 1024;
/** Bytes more than the plain ones: where a piece is full to its end, zlib is asked once more whether that was all. */
const CHUNK_SPARE_BYTES = 64;
/** Packed and plain bytes up to which it is done on the thread: a few tenths of a millisecond. */
const SMALL_BYTES = 8 * 1024;
const SMALL_PLAIN_BYTES = 96 * 1024;
/**
 * Bytes of memory that a Zstandard frame may make its decoder take. One that asks for more (levels 20 to 22 do, up to
 * 128 MB) has to wait for its turn: there is one such decoder at a time on a thread.
 */
const ZSTD_WINDOW_BYTES = 8 * 1024 * 1024;
let largeTaken = false;
const largeWaiting: (() => void)[] = [];

/** What the data say of themselves, which is no more than a hint. Source: RFC 1952, ISIZE. */
const gzipPlainBytes = (data: Buffer): number => (data.length < 18 ? 0 : data.readUInt32LE(data.length - 4));

export class ZlibUnpacking implements Unpacking {
  readonly #counted = new Counted();
  readonly #pieces: Buffer[] = [];
  #window: Window | null = null;
  #bytes = 0;
  #stream: ReturnType<typeof createGunzip> | null = null;
  #ended = false;
  #closed = false;
  #large = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;
  moved = 0;

  /** Begins at once. `data` must stay as it is until {@link close}. */
  constructor(codec: 'gzip' | 'zstd', data: Buffer) {
    if (this.#small(codec, data)) return;
    const frame = codec === 'zstd' ? zstdFrame(data) : null;
    if (frame !== null && frame.contentBytes > limits.batchBytesMax) {
      this.#error = new Error(tooLarge);
      return;
    }
    const begin = (): void => {
      if (this.#closed) return;
      const plainBytes = (frame === null ? gzipPlainBytes(data) : frame.contentBytes) || 4 * data.length;
      const chunkSize = Math.max(CHUNK_BYTES_MIN, Math.min(CHUNK_BYTES, plainBytes + CHUNK_SPARE_BYTES));
      this.#begin((codec === 'gzip' ? createGunzip : createZstdDecompress)({ chunkSize }), data);
    };
    if (frame === null || frame.windowBytes <= ZSTD_WINDOW_BYTES) begin();
    else this.#inTurn(begin);
  }

  #small(codec: 'gzip' | 'zstd', data: Buffer): boolean {
    if (data.length > SMALL_BYTES) return false;
    if (codec === 'zstd' && (zstdFrame(data)?.windowBytes ?? 0) > ZSTD_WINDOW_BYTES) return false;
    try {
      const unpack = codec === 'gzip' ? gunzipSync : zstdDecompressSync;
      this.#pieces.push(unpack(data, { maxOutputLength: SMALL_PLAIN_BYTES, chunkSize: 2 * CHUNK_BYTES_MIN }));
      this.#ended = true;
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return false;
      this.#error = e as Error;
    }
    return true;
  }

  #begin(stream: ReturnType<typeof createGunzip>, data: Buffer): void {
    this.#stream = stream;
    stream.on('data', (piece: Buffer) => {
      this.#pieces.push(piece);
      this.#bytes += piece.length;
      if (this.#bytes >= AHEAD_BYTES) stream.pause();
      this.#wake?.();
    });
    stream.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    stream.on('error', (e) => {
      this.#error = e;
      this.#wake?.();
    });
    stream.end(data);
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

  pull(from: number): 'some' | 'later' | 'end' {
    const piece = this.#pieces.shift();
    if (piece === undefined) {
      if (this.#error !== null) throw this.#error;
      return this.#ended ? 'end' : 'later';
    }
    this.#bytes -= piece.length;
    if (this.#stream?.isPaused() && this.#bytes < AHEAD_BYTES) this.#stream.resume();
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
    this.#stream?.destroy();
    this.#pieces.length = 0;
    if (this.#window !== null) Window.give(this.#window);
    this.#wake?.();
    if (!this.#large) return;
    const next = largeWaiting.shift();
    if (next === undefined) largeTaken = false;
    else next();
  }
}
