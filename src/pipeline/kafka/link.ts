/**
 * One connection to one broker, with the versions that it speaks. Requests and responses
 * are framed here, because the library's reader copies and allocates too much for megabytes of records. Ours have negative
 * correlation ids, the library's own (it authenticates, and again in time) positive ones. Owns picking a request's version, and turning every way of not getting an answer into {@link NoAnswer}. A connection
 * on which no answer comes for limits.requestMs, though one is due, is closed.
 */
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { limits } from '../../contracts/limits.ts';
import { apiVersions, type BrokerVersions } from './api/api-versions.ts';
import { BrokerError, NoAnswer } from './broker-error.ts';
import type { BufferPool } from './buffer-pool.ts';
import { connect, type Intake, type Opened } from './connect.ts';
import { Frames } from './frames.ts';
import { refusal } from './refusal.ts';
import { type Api, RequestWriter, ResponseReader } from './wire.ts';

/** Milliseconds of another look at a socket, and how many there are of one from which something comes that is no answer. */
const LOOK_MS = 100;
const LOOKS_MAX = 50;

const none: BrokerVersions = {
  lowest: new Map(),
  highest: new Map(),
  features: { epoch: -1, transactionVersion: 0 },
};

interface Waiting {
  readonly name: string;
  readonly headerTags: boolean;
  readonly read: (r: ResponseReader) => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Link {
  readonly #clientId: string;
  readonly #address: string;
  readonly #pool: BufferPool;
  readonly #onClose: () => void;
  readonly #waiting = new Map<number, Waiting>();
  #opened: Opened | null = null;
  #next = -1;
  #closed = false;
  #versions: BrokerVersions = none;
  /** Milliseconds that the answer which is due may take: fewer while the connection is being opened. */
  #patienceMs: number = limits.connectMs;
  /** Since when (performance.now()) the next answer is due: the broker answers one request after another. */
  #dueSince = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(clientId: string, address: string, pool: BufferPool, onClose: () => void) {
    this.#clientId = clientId;
    this.#address = address;
    this.#pool = pool;
    this.#onClose = onClose;
  }

  static async open(
    clientId: string,
    host: string,
    port: number,
    access: KafkaAccess,
    pool: BufferPool,
    onClose: () => void,
  ): Promise<Link> {
    const address = `${host}:${port}`;
    const link = new Link(clientId, address, pool, onClose);
    const frames = new Frames(pool, (frame, pooled) => link.#accept(frame, pooled));
    const guarded = (take: () => void): void => {
      try {
        take();
      } catch (e) {
        link.#lose(reason(e));
      }
    };
    const intake: Intake = {
      space: () => frames.space(),
      filled: (bytes) => guarded(() => frames.filled(bytes)),
      push: (chunk) => guarded(() => frames.push(chunk)),
    };
    try {
      const opened = await connect(clientId, host, port, access, intake);
      link.#opened = opened;
      opened.socket.on('error', (e) => link.#lose(refusal(e, access)));
      opened.socket.on('close', () => link.#lose('the connection was closed'));
    } catch (e) {
      throw new NoAnswer(`no connection to ${address} (${refusal(e, access)})`, { cause: e });
    }
    const versions = (await link.#send(apiVersions(4), 4, false)) ?? (await link.#send(apiVersions(3), 3, false));
    if (versions === null) throw new BrokerError(35, 'ApiVersions', `of ${address}`);
    link.#versions = versions;
    link.#patienceMs = limits.requestMs;
    return link;
  }

  get versions(): BrokerVersions {
    return this.#versions;
  }

  /** Milliseconds that the answer which is due has been waited for; 0 where nothing was asked. */
  get waitsMs(): number {
    return this.#waiting.size === 0 ? 0 : performance.now() - this.#dueSince;
  }

  /** Sends in the newest version that both sides know. Throws {@link BrokerError} or {@link NoAnswer}. */
  async request<T>(api: Api<T>): Promise<T> {
    const [low, high] = api.versions;
    const version = Math.min(high, this.#versions.highest.get(api.key) ?? -1);
    if (version < low || version < (this.#versions.lowest.get(api.key) ?? 0)) {
      throw new BrokerError(35, api.name, `at ${this.#address}: Millrace speaks versions ${low} to ${high} of it`);
    }
    return await this.#send(api, version, true);
  }

  #send<T>(api: Api<T>, version: number, headerTags: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new NoAnswer(`the connection to ${this.#address} is closed`));
        return;
      }
      const id = this.#next;
      this.#next = id === -(2 ** 31) ? -1 : id - 1;
      const w = new RequestWriter().i32(0).i16(api.key).i16(version).i32(id);
      w.oldString(this.#clientId).tags();
      api.write(w, version);
      const parts = w.parts();
      let size = -4;
      for (const p of parts) size += p.length;
      parts[0]!.writeInt32BE(size, 0);
      if (this.#waiting.size === 0) this.#watch();
      this.#waiting.set(id, {
        name: api.name,
        headerTags,
        read: (r) => api.read(r, version),
        resolve: resolve as (answer: unknown) => void,
        reject,
      });
      this.#opened!.write(parts);
    });
  }

  #accept(frame: Buffer, pooled: Buffer | null): void {
    const id = frame.readInt32BE(0);
    if (id >= 0) {
      const whole = Buffer.alloc(4 + frame.length);
      whole.writeInt32BE(frame.length, 0);
      frame.copy(whole, 4);
      this.#opened?.toLibrary(whole);
      return;
    }
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      this.#lose(`it answered request ${id}, which nobody made`);
      return;
    }
    this.#waiting.delete(id);
    if (this.#waiting.size > 0) this.#watch();
    else clearTimeout(this.#timer);
    const reader = new ResponseReader(frame);
    if (pooled !== null) reader.release = () => this.#pool.give(pooled);
    reader.at = 4;
    try {
      if (waiting.headerTags) reader.tags();
      waiting.resolve(waiting.read(reader));
    } catch (e) {
      if (e instanceof BrokerError) waiting.reject(e);
      else
        waiting.reject(new NoAnswer(`${waiting.name} at ${this.#address} can't be read (${reason(e)})`, { cause: e }));
    }
  }

  /** From now on the next answer is due. */
  #watch(): void {
    this.#dueSince = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lookAgain(0), this.#patienceMs);
  }

  /**
   * Before it gives up it looks at its socket once more, and goes on while something comes of that: in a process that was
   * frozen (SIGSTOP, a machine that was suspended) all timers are due before anything is read of what came meanwhile.
   */
  #lookAgain(looks: number): void {
    const read = this.#opened?.socket.bytesRead;
    this.#timer = setTimeout(() => {
      const [due] = this.#waiting.values();
      if (due === undefined) return;
      if (this.#opened?.socket.bytesRead !== read && looks < LOOKS_MAX) this.#lookAgain(looks + 1);
      else this.#lose(`${due.name} took longer than ${this.#patienceMs} ms`);
    }, LOOK_MS);
  }

  #lose(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#onClose();
    for (const w of this.#waiting.values()) {
      w.reject(new NoAnswer(`${w.name} at ${this.#address} got no answer (${why})`));
    }
    this.#waiting.clear();
    this.#opened?.socket.destroy();
  }

  async close(): Promise<void> {
    this.#lose('closed by Millrace');
    await this.#opened?.close();
  }
}

function reason(e: unknown): string {
  if (!(e instanceof Error)) return String(e);
  return e.cause instanceof Error && e.cause.message !== '' ? e.cause.message : e.message;
}
