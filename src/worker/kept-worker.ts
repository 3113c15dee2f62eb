/**
 * A worker of a host that is made anew where it has given up, which the SDK's does for good once Temporal has refused its polls for a
 * minute: a key that has expired, a namespace that is gone. That tells nothing of the tasks here, which go on until Kafka fences them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import type { RunnableWorker } from './process.ts';

/** Milliseconds between looks at a worker: its `run` may never settle where it has failed, since what it had begun can't be answered. */
const lookMs = 1_000;
/** Milliseconds until another is made in its place. */
const pauseMs = 5_000;

/** `lost` is aborted when the worker has given up: nobody hears any more of what it had begun. */
export type MakeWorker = (lost: AbortSignal) => Promise<RunnableWorker>;

export class KeptWorker implements RunnableWorker {
  readonly #make: MakeWorker;
  readonly #tell: (cause: unknown) => void;
  readonly #stop = new AbortController();
  #worker: RunnableWorker;
  #lost: AbortController;

  /** `tell` hears of each that has given up, or could not be made. */
  static async create(make: MakeWorker, tell: (cause: unknown) => void): Promise<KeptWorker> {
    const lost = new AbortController();
    return new KeptWorker(make, tell, await make(lost.signal), lost);
  }

  private constructor(make: MakeWorker, tell: (cause: unknown) => void, worker: RunnableWorker, lost: AbortController) {
    this.#make = make;
    this.#tell = tell;
    this.#worker = worker;
    this.#lost = lost;
  }

  getState(): ReturnType<Worker['getState']> {
    return this.#stop.signal.aborted ? 'STOPPING' : 'RUNNING';
  }

  shutdown(): void {
    this.#stop.abort();
    if (this.#worker.getState() === 'RUNNING') this.#worker.shutdown();
  }

  /** Ends when it was shut down. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      const cause = await givenUp(this.#worker, signal);
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
      await sleep(pauseMs, null, { signal }).catch(() => {});
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

/** Runs it. Resolves when it has ended, with the cause where it was not told to; rejects where it could not end as it was told. */
async function givenUp(worker: RunnableWorker, stop: AbortSignal): Promise<unknown> {
  const over = new AbortController();
  const failed = async (): Promise<unknown> => {
    while (worker.getState() !== 'FAILED' && !over.signal.aborted) {
      await sleep(lookMs, null, { signal: over.signal }).catch(() => {});
    }
    return null;
  };
  const ran = worker.run().catch((cause: unknown) => {
    if (stop.aborted) throw cause;
    return cause;
  });
  try {
    return await Promise.race([ran, failed()]);
  } finally {
    over.abort();
    ran.catch(() => {});
  }
}
