/**
 * A worker of a host that is made anew where it has given up: for a key that has expired, a namespace that is gone. That tells nothing
 * of the tasks here, which go on until Kafka fences them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { GivenUp, type RunnableWorker, runOrFail } from './process.ts';

export interface Pauses {
  /** Milliseconds between looks at a worker. */
  readonly lookMs: number;
  /** Milliseconds until another is made in its place. */
  readonly againMs: number;
}

const production: Pauses = { lookMs: 1_000, againMs: 5_000 };

/** `lost` is aborted when the worker has given up: nobody hears any more of what it had begun. */
export type MakeWorker = (lost: AbortSignal) => Promise<RunnableWorker>;

export class KeptWorker implements RunnableWorker {
  readonly #make: MakeWorker;
  readonly #tell: (cause: unknown) => void;
  readonly #pauses: Pauses;
  readonly #stop = new AbortController();
  #worker: RunnableWorker;
  #lost: AbortController;

  /** `tell` hears of each that has given up, or could not be made. */
  static async create(make: MakeWorker, tell: (cause: unknown) => void, pauses = production): Promise<KeptWorker> {
    const lost = new AbortController();
    return new KeptWorker({ make, tell, pauses, worker: await make(lost.signal), lost });
  }

  private constructor(of: {
    readonly make: MakeWorker;
    readonly tell: (cause: unknown) => void;
    readonly pauses: Pauses;
    readonly worker: RunnableWorker;
    readonly lost: AbortController;
  }) {
    this.#make = of.make;
    this.#tell = of.tell;
    this.#pauses = of.pauses;
    this.#worker = of.worker;
    this.#lost = of.lost;
  }

  getState(): ReturnType<Worker['getState']> {
    return this.#stop.signal.aborted ? 'STOPPING' : 'RUNNING';
  }

  get connection(): NativeConnection | undefined {
    return this.#worker.connection;
  }

  set connection(to: NativeConnection | undefined) {
    this.#worker.connection = to;
  }

  shutdown(): void {
    this.#stop.abort();
    if (this.#worker.getState() === 'RUNNING') this.#worker.shutdown();
  }

  /** Ends when it was shut down. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      const cause = await runOrFail(this.#worker, this.#pauses.lookMs).catch((error: unknown) => error);
      // Told to end, it may find that it can't do so in time, which is said; that it had given up before is nothing to say then.
      if (signal.aborted && cause !== undefined && !(cause instanceof GivenUp)) throw cause;
      if (signal.aborted) return;
      this.#lost.abort();
      this.#tell(cause);
      await this.#another();
      if (signal.aborted) return;
    }
  }

  async #another(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await sleep(this.#pauses.againMs, null, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        const lost = new AbortController();
        this.#worker = await this.#make(lost.signal);
        this.#lost = lost;
        return;
      } catch (cause) {
        this.#tell(cause);
      }
    }
  }
}
