/**
 * The engine's end of one thread: calls with answers, reports, and what calls learn of the thread's end. It ends one
 * that is stuck in a step, as with a regular expression that backtracks without end: nothing else can stop that, and every
 * other task of the thread stands still meanwhile.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { Positions } from '../../contracts/positions.ts';
import type { ProducerIdentity, TaskEnd, TaskReport } from '../../contracts/task.ts';
import { ThreadEnded } from './blame.ts';
import type { RunnerOptions } from './runner-options.ts';
import { StepMark } from './step-mark.ts';
import type { ThreadAnswer, ThreadCall } from './thread-messages.ts';

type Value = ProducerIdentity | TaskEnd | null;
/** A call without its id, kept apart for each kind. */
type Call<C = ThreadCall> = C extends ThreadCall ? Omit<C, 'id'> : never;

/** A call that has no answer yet. */
interface Open {
  readonly resolve: (v: Value) => void;
  readonly reject: (e: Error) => void;
}

/** What a thread tells by itself, by the task's key. */
export interface ThreadEvents {
  readonly onReport: (key: string, report: TaskReport) => void;
  readonly onBegan: (key: string, positions: Positions) => void;
}

export class ThreadLink {
  /** Tasks prepared or running here. */
  load = 0;
  readonly #worker: Worker;
  readonly #calls = new Map<number, Open>();
  readonly #mark = new StepMark();
  readonly #watch: NodeJS.Timeout;
  /** The step that was seen last, and how often in a row. */
  #seen: number | null = null;
  #looks = 0;
  #next = 1;
  #alive = true;

  constructor(options: RunnerOptions, events: ThreadEvents) {
    // The same file as this one, as a source or as built.
    const file = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(file, {
      name: 'millrace-engine',
      workerData: { ...options, mark: this.#mark.memory } satisfies RunnerOptions,
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
    this.#worker.on('error', (e) => this.#end(e instanceof Error ? (e.stack ?? e.message) : String(e)));
    this.#worker.on('exit', (code) => this.#end(`it ended with code ${code}`));
    this.#watch = setInterval(() => this.#look(), limits.stepLookMs);
    this.#watch.unref();
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Rejects with {@link ThreadEnded} where the thread ends, or has ended, without an answer. */
  call(call: Call): Promise<Value> {
    if (!this.#alive) return Promise.reject(new ThreadEnded('it has been gone for a while', null, false));
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#calls.set(id, { resolve, reject });
      this.#worker.postMessage({ ...call, id });
    });
  }

  async stop(): Promise<void> {
    await this.call({ call: 'close' }).catch(() => {});
    this.#alive = false;
    clearInterval(this.#watch);
    await this.#worker.terminate();
  }

  #look(): void {
    const { current } = this.#mark;
    this.#looks = current !== null && current === this.#seen ? this.#looks + 1 : 0;
    this.#seen = current;
    if (this.#looks < limits.stepLooksMax) return;
    this.#end('it was stuck in a step', true);
    void this.#worker.terminate();
  }

  #end(why: string, stuck = false): void {
    this.#alive = false;
    clearInterval(this.#watch);
    const ended = new ThreadEnded(why, this.#mark.current === null ? null : this.#mark.read(), stuck);
    for (const { reject } of this.#calls.values()) reject(ended);
    this.#calls.clear();
  }
}
