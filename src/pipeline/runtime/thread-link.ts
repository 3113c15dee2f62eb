/** The engine's end of one thread: calls with answers, reports, and what happens to calls when the thread dies. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { Positions, ProducerIdentity, TaskEnd, TaskReport } from '../../contracts/task.ts';
import type { RunnerOptions } from './runner-options.ts';
import type { ThreadAnswer, ThreadCall } from './thread-messages.ts';

type Value = ProducerIdentity | TaskEnd | null;
/** A call without its id, kept apart for each kind. */
type Call<C = ThreadCall> = C extends ThreadCall ? Omit<C, 'id'> : never;

/** What a thread tells by itself, by the task's key. */
export interface ThreadEvents {
  readonly onReport: (key: string, report: TaskReport) => void;
  readonly onBegan: (key: string, positions: Positions) => void;
}

export class ThreadLink {
  /** Tasks prepared or running here. */
  load = 0;
  readonly #worker: Worker;
  readonly #calls = new Map<number, { resolve: (v: Value) => void; reject: (e: Error) => void }>();
  #next = 1;
  #alive = true;

  constructor(options: RunnerOptions, events: ThreadEvents) {
    // The same file as this one, as a source or as built.
    const file = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(file, {
      name: 'millrace-engine',
      workerData: options,
      resourceLimits: { maxOldGenerationSizeMb: limits.threadHeapMb },
    });
    this.#worker.on('message', (answer: ThreadAnswer) => {
      if (answer.kind === 'report') return events.onReport(answer.key, answer.report);
      if (answer.kind === 'began') return events.onBegan(answer.key, answer.positions);
      const call = this.#calls.get(answer.id);
      this.#calls.delete(answer.id);
      if (answer.kind === 'done') call?.resolve(answer.value);
      else call?.reject(new MillraceError(answer.failure, answer.problems));
    });
    this.#worker.on('error', (e) => this.#die(e instanceof Error ? (e.stack ?? e.message) : String(e)));
    this.#worker.on('exit', (code) => this.#die(`it ended with code ${code}`));
  }

  get alive(): boolean {
    return this.#alive;
  }

  call(call: Call): Promise<Value> {
    if (!this.#alive) return Promise.reject(new MillraceError(failure('internal', 'The engine thread is gone.')));
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#calls.set(id, { resolve, reject });
      this.#worker.postMessage({ ...call, id });
    });
  }

  async stop(): Promise<void> {
    await this.call({ call: 'close' }).catch(() => {});
    this.#alive = false;
    await this.#worker.terminate();
  }

  #die(why: string): void {
    this.#alive = false;
    const dead = new MillraceError(failure('internal', `An engine thread died: ${why}`, { retry: true }));
    for (const { reject } of this.#calls.values()) reject(dead);
    this.#calls.clear();
  }
}
