/**
 * The engine of one host: spreads tasks over worker threads and answers for their lives. Owns slots, which thread has
 * which task, and health over time; all Kafka work is in the threads.
 */
import { availableParallelism } from 'node:os';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import {
  type ConfirmedTask,
  noCounters,
  type PrepareTask,
  type ProducerIdentity,
  type RunTask,
  type TaskEnd,
  type TaskIdentity,
  type TaskReport,
  type Vitals,
} from '../../contracts/task.ts';
import { Health } from './health.ts';
import type { EngineOptions, EnginePort } from './port.ts';
import { taskKey } from './runner-options.ts';
import { ThreadLink } from './thread-link.ts';

/** Tasks of one host where nothing else is said. */
const SLOTS_DEFAULT = 64;

interface Slot {
  readonly task: TaskIdentity;
  readonly thread: ThreadLink;
  readonly health: Health;
  /** Drops a prepared task that nobody runs; null while it runs. */
  expiry: NodeJS.Timeout | null;
  onReport: ((report: TaskReport) => void) | null;
  ended: Promise<TaskEnd> | null;
}

export class Engine implements EnginePort {
  readonly #options: EngineOptions;
  readonly #threadsMax: number;
  readonly #slotsMax: number;
  readonly #slots = new Map<string, Slot>();
  #threads: ThreadLink[] = [];
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#threadsMax = options.threads ?? availableParallelism();
    this.#slotsMax = options.slots ?? SLOTS_DEFAULT;
  }

  async warm(): Promise<void> {
    await this.#thread().call({ call: 'ready' });
  }

  async prepare(order: PrepareTask): Promise<ProducerIdentity> {
    const key = taskKey(order.task);
    const slot = this.#slots.get(key) ?? this.#take(order.task);
    if (slot.ended !== null) throw new MillraceError(failure('internal', `The task ${key} already runs here.`));
    try {
      const identity = await slot.thread.call({ call: 'prepare', order });
      if (slot.expiry !== null) clearTimeout(slot.expiry);
      slot.expiry = setTimeout(() => this.#expire(key), limits.preparedMsMax);
      slot.expiry.unref();
      return identity as ProducerIdentity;
    } catch (e) {
      // Another attempt may have succeeded meanwhile, and run.
      if (slot.ended === null) this.#release(key, slot);
      throw e;
    }
  }

  async run(order: RunTask, onReport: (report: TaskReport) => void): Promise<TaskEnd> {
    const key = taskKey(order.task);
    let slot: Slot;
    try {
      slot = this.#slots.get(key) ?? this.#take(order.task);
    } catch (e) {
      return { kind: 'failed', failure: (e as MillraceError).failure, counters: noCounters };
    }
    if (slot.ended !== null) {
      const f = failure('internal', `The task ${key} already runs here.`);
      return { kind: 'failed', failure: f, counters: noCounters };
    }
    if (slot.expiry !== null) clearTimeout(slot.expiry);
    slot.expiry = null;
    slot.onReport = onReport;
    slot.ended = slot.thread.call({ call: 'run', order }).then(
      (end) => end as TaskEnd,
      (e: unknown): TaskEnd => {
        const f = e instanceof MillraceError ? e.failure : failure('internal', String(e));
        return { kind: 'failed', failure: f, counters: slot.health.last?.counters ?? noCounters };
      },
    );
    const end = await slot.ended;
    slot.health.end(end);
    this.#release(key, slot);
    return end;
  }

  confirm(task: TaskIdentity, healthMs: number): Promise<ConfirmedTask> {
    const slot = this.#slots.get(taskKey(task));
    if (slot === undefined) {
      const f = failure(
        'host_lost',
        `The task ${taskKey(task)} doesn't run on the host ${this.#options.hostId} (any more).`,
      );
      return Promise.reject(new MillraceError(f));
    }
    return slot.health.lasting(healthMs);
  }

  async observe(task: TaskIdentity): Promise<Vitals | null> {
    const slot = this.#slots.get(taskKey(task));
    if (!slot?.ended) return null;
    // Its report is here before the answer.
    await slot.thread.call({ call: 'report', task }).catch(() => {});
    return slot.health.recent();
  }

  async drain(task: TaskIdentity, by: 'order' | 'host_shutdown'): Promise<void> {
    const slot = this.#slots.get(taskKey(task));
    if (slot?.ended) await slot.thread.call({ call: 'drain', task, by }).catch(() => {});
    else this.#expire(taskKey(task));
  }

  async cancel(task: TaskIdentity, as: 'cancelled' | 'superseded'): Promise<void> {
    const slot = this.#slots.get(taskKey(task));
    if (slot?.ended) await slot.thread.call({ call: 'cancel', task, as }).catch(() => {});
    else this.#expire(taskKey(task));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ends: Promise<unknown>[] = [];
    for (const slot of [...this.#slots.values()]) {
      void this.drain(slot.task, 'host_shutdown');
      if (slot.ended !== null) ends.push(slot.ended);
    }
    await Promise.all(ends);
    await Promise.all(this.#threads.map((t) => t.stop()));
  }

  #take(task: TaskIdentity): Slot {
    const { hostId } = this.#options;
    if (this.#closed) throw new MillraceError(failure('host_full', `The host ${hostId} is shutting down.`));
    if (this.#slots.size >= this.#slotsMax) {
      throw new MillraceError(failure('host_full', `All ${this.#slotsMax} slots of the host ${hostId} are taken.`));
    }
    const thread = this.#thread();
    thread.load++;
    const health = new Health(() => void thread.call({ call: 'report', task }).catch(() => {}));
    const slot: Slot = { task, thread, health, expiry: null, onReport: null, ended: null };
    this.#slots.set(taskKey(task), slot);
    return slot;
  }

  /** The thread with the fewest tasks; a new one while there may be more and none is idle. */
  #thread(): ThreadLink {
    this.#threads = this.#threads.filter((t) => t.alive);
    let best = this.#threads[0];
    for (const t of this.#threads) if (t.load < best!.load) best = t;
    if (best !== undefined && (best.load === 0 || this.#threads.length >= this.#threadsMax)) return best;
    const { hostId, clusters } = this.#options;
    const thread = new ThreadLink(
      { hostId, clusters },
      {
        onReport: (key, report) => {
          const slot = this.#slots.get(key);
          slot?.health.see(report);
          slot?.onReport?.(report);
        },
        onBegan: (key, positions) => {
          const slot = this.#slots.get(key);
          if (slot !== undefined) slot.health.began = positions;
        },
      },
    );
    this.#threads.push(thread);
    return thread;
  }

  #expire(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined || slot.ended !== null) return;
    void slot.thread.call({ call: 'forget', task: slot.task }).catch(() => {});
    slot.health.end({ kind: 'cancelled', counters: noCounters });
    this.#release(key, slot);
  }

  #release(key: string, slot: Slot): void {
    if (this.#slots.get(key) !== slot) return;
    if (slot.expiry !== null) clearTimeout(slot.expiry);
    this.#slots.delete(key);
    slot.thread.load--;
  }
}

/** The engine of a host. Threads start with the first tasks, one of them with warm(). */
export const createEngine = (options: EngineOptions): EnginePort => new Engine(options);
