/**
 * Node's decoders of gzip and Zstandard, of which a thread keeps some with their buffers: V8 collects the whole heap whenever
 * some ten megabytes outside of it are new, so a new buffer for each batch would cost more than the decoding. Owns those that
 * are kept, and that nothing of one batch gets into the next.
 */
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { isWholeZstdFrame } from './zstd-frame.ts';

export type ZlibCodec = 'gzip' | 'zstd';

/** Whom a decoder works for. */
export interface ZlibUser {
  readonly onPiece: (piece: Buffer) => void;
  /** Everything is decoded, and told unless it is paused, or nothing more will come of it. */
  readonly onDone: () => void;
  readonly onError: (error: Error) => void;
}

/** Bytes of a piece at most: each costs a turn of the thread and one of zlib's, so a batch of the usual size is one or two. */
const CHUNK_BYTES = 1024 * 1024;
/** Decoders that a thread keeps of a codec: what one task is in, and what it comes to next. */
const KEPT_MAX = 4;
/** Milliseconds after which those are let go of that nobody has used meanwhile. */
const IDLE_MS = 10_000;

const kept: Record<ZlibCodec, ZlibDecoder[]> = { gzip: [], zstd: [] };
let idle: NodeJS.Timeout | null = null;

export class ZlibDecoder {
  readonly #codec: ZlibCodec;
  readonly #stream: ReturnType<typeof createGunzip>;
  #user: ZlibUser | null = null;
  #data: Buffer | null = null;
  /** What the stream had decoded before. */
  #before = 0;
  #done = false;

  /** One of this thread's, or a new one. */
  static take(codec: ZlibCodec): ZlibDecoder {
    return kept[codec].pop() ?? new ZlibDecoder(codec);
  }

  private constructor(codec: ZlibCodec) {
    this.#codec = codec;
    this.#stream = (codec === 'gzip' ? createGunzip : createZstdDecompress)({ chunkSize: CHUNK_BYTES });
    this.#stream.on('data', (piece: Buffer) => this.#user?.onPiece(piece));
    this.#stream.on('error', (error) => this.#user?.onError(error));
    // It ends by itself where something lies behind what it decodes.
    this.#stream.on('end', () => this.#end());
  }

  /** Begins. `data` must stay as it is until the decoder is let go of. */
  start(data: Buffer, user: ZlibUser): void {
    this.#user = user;
    this.#data = data;
    this.#before = this.#stream.bytesWritten;
    this.#done = false;
    // Nobody has a piece of the last batch any more. Without this field Node would only take a new buffer.
    this.#inside._outOffset = 0;
    if (this.#codec === 'gzip') this.#inside.reset();
    this.#stream.write(data, () => this.#end());
  }

  #end(): void {
    this.#done = true;
    this.#user?.onDone();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    if (this.#stream.isPaused()) this.#stream.resume();
  }

  /** Whether everything is decoded and told. */
  get ended(): boolean {
    return this.#done && this.#stream.readableLength === 0;
  }

  /** Nobody uses it any more. `large`: it has taken more memory than is kept. */
  letGo(large: boolean): void {
    const list = kept[this.#codec];
    const keeps = !large && list.length < KEPT_MAX && this.#isAtRest();
    this.#user = null;
    this.#data = null;
    if (!keeps) {
      this.destroy();
      return;
    }
    this.resume();
    list.push(this);
    idle ??= setTimeout(forget, IDLE_MS).unref();
    idle.refresh();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  /** What the types leave out: https://nodejs.org/api/zlib.html#zlibreset, and where in its buffer the next piece begins. */
  get #inside(): { readonly reset: () => void; _outOffset: number } {
    return this.#stream as unknown as { readonly reset: () => void; _outOffset: number };
  }

  /**
   * Whether it can begin another batch. Zstandard data that were cut off leave it in their midst, and it would take the next ones for
   * their rest; gzip's is reset at each start, which of Zstandard's would make a new one.
   */
  #isAtRest(): boolean {
    const stream = this.#stream;
    const data = this.#data;
    if (data === null || !this.ended || !stream.readable || stream.bytesWritten - this.#before !== data.length)
      return false;
    return this.#codec === 'gzip' || isWholeZstdFrame(data);
  }
}

function forget(): void {
  for (const list of Object.values(kept)) for (const decoder of list.splice(0)) decoder.destroy();
}
