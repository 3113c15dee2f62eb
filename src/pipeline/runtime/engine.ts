/**
 * The engine of one host: spreads tasks over worker threads and answers for their lives. Owns slots, which thread has
 * which task, and health over time; all Kafka work is in the threads.
 */
import { availableParallelism } from 'node:os';
import { type Failure, failure, MillraceError } from '../../contracts/failure.ts';
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
import { Blame, Suspects, stuckFailure, ThreadEnded } from './blame.ts';
import { Health } from './health.ts';
import type { EngineOptions, EnginePort } from './port.ts';
import { ProducerMark } from './producer-mark.ts';
import { nobody, taskKey } from './runner-options.ts';
import type { Step } from './step-mark.ts';
import { ThreadLink } from './thread-link.ts';
import type { Resumption } from './thread-messages.ts';
import { Unheard } from './unheard.ts';

/** Tasks of one host where nothing else is said. */
const SLOTS_DEFAULT = 64;

interface Slot {
  readonly task: TaskIdentity;
  /** Another one once that has ended. */
  thread: ThreadLink;
  readonly health: Health;
  readonly blame: Blame;
  /** How it was told to end: told again where it goes on in another thread. */
  told: EndingOrder | null;
  /** Drops a prepared task that nobody runs; null while it runs. */
  expiry: NodeJS.Timeout | null;
  onReport: ((report: TaskReport) => void) | null;
  ended: Promise<TaskEnd> | null;
}

type EndingOrder =
  | { readonly call: 'drain'; readonly task: TaskIdentity; readonly by: 'order' | 'host_shutdown' }
  | { readonly call: 'cancel'; readonly task: TaskIdentity; readonly as: 'cancelled' | 'superseded' };

export class Engine implements EnginePort {
  readonly #options: EngineOptions;
  readonly #threadsMax: number;
  readonly #slotsMax: number;
  readonly #slots = new Map<string, Slot>();
  readonly #unheard = new Unheard();
  readonly #suspects = new Suspects();
  #threads: ThreadLink[] = [];
  /** For tasks under which a thread has ended: none of the others. */
  #apart: ThreadLink | null = null;
  readonly #onFree = new Set<() => void>();
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#threadsMax = options.threads ?? availableParallelism();
    this.#slotsMax = options.slots ?? SLOTS_DEFAULT;
  }

  async warm(): Promise<void> {
    await this.#thread().call({ call: 'ready' });
  }

  free(): number {
    return this.#closed ? 0 : Math.max(0, this.#slotsMax - this.#taken);
  }

  onFree(listener: () => void, until?: AbortSignal): void {
    this.#onFree.add(listener);
    until?.addEventListener('abort', () => this.#onFree.delete(listener), { once: true });
  }

  /** Slots that are taken; a task that nobody hears of lends its own. */
  get #taken(): number {
    return this.#slots.size - this.#unheard.size;
  }

  #tellFree(): void {
    for (const tell of this.#onFree) tell();
  }

  async prepare(order: PrepareTask): Promise<ProducerIdentity> {
    const key = taskKey(order.task);
    const slot = this.#slots.get(key) ?? this.#take(order);
    if (slot.ended !== null) throw new MillraceError(failure('internal', `The task ${key} already runs here.`));
    try {
      const identity = await this.#prepareIn(slot, order);
      if (slot.expiry !== null) clearTimeout(slot.expiry);
      slot.expiry = setTimeout(() => this.#expire(key), limits.preparedMsMax);
      slot.expiry.unref();
      return identity;
    } catch (e) {
      // Another attempt may have succeeded meanwhile, and run.
      if (slot.ended === null) this.#release(key, slot);
      throw e;
    }
  }

  isPrepared(task: TaskIdentity): boolean {
    return this.#slots.get(taskKey(task))?.ended === null;
  }

  async run(order: RunTask, onReport: (report: TaskReport) => void): Promise<TaskEnd> {
    const key = taskKey(order.task);
    let slot: Slot;
    try {
      slot = this.#slots.get(key) ?? this.#take(order);
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
    slot.ended = this.#runIn(slot, order);
    const end = await slot.ended;
    slot.health.end(end);
    this.#unheard.ended(key, end);
    this.#release(key, slot);
    return end;
  }

  adopt(task: TaskIdentity, onReport: (report: TaskReport) => void): Promise<TaskEnd> | null {
    const key = taskKey(task);
    const slot = this.#slots.get(key);
    if (!slot?.ended) return this.#unheard.takeEnd(key);
    this.#unheard.heard(key);
    slot.onReport = onReport;
    return slot.ended;
  }

  leave(task: TaskIdentity, onReport: (report: TaskReport) => void): void {
    const key = taskKey(task);
    const slot = this.#slots.get(key);
    if (!slot?.ended || slot.onReport !== onReport) return;
    slot.onReport = null;
    this.#unheard.add(key, () => void slot.thread.call({ call: 'prove', task }).catch(() => {}));
    this.#tellFree();
  }

  /** Prepares in one thread after the other, until one lives that long. */
  async #prepareIn(slot: Slot, order: PrepareTask): Promise<ProducerIdentity> {
    for (let cold = false; ; ) {
      try {
        return (await slot.thread.call({ call: 'prepare', order, cold })) as ProducerIdentity;
      } catch (e) {
        if (!(e instanceof ThreadEnded)) throw e;
        const { policy } = order.plan.errors;
        const { step } = e;
        if (step !== null && isWarmUpOf(step, order)) {
          this.#suspects.add(order.plan.hash);
          if (e.stuck && policy === 'fail') throw new MillraceError(stuckFailure(step));
          cold = true;
          slot.blame.apart = true;
        }
        const failed = slot.blame.judge(e, false, policy) ?? this.#move(slot);
        if (failed !== null) throw new MillraceError(failed);
      }
    }
  }

  /** Runs in one thread after the other: what ended one is dealt with before the task goes on. */
  async #runIn(slot: Slot, order: RunTask): Promise<TaskEnd> {
    const mark = new ProducerMark();
    for (let resumed: Resumption | null = null; ; ) {
      try {
        const running = slot.thread.call({ call: 'run', order, mark: mark.memory, resumed });
        if (slot.told !== null) void slot.thread.call(slot.told).catch(() => {});
        return (await running) as TaskEnd;
      } catch (e) {
        const counters = slot.health.last?.counters ?? noCounters;
        if (e instanceof ThreadEnded && isOwn(e.step, order)) this.#suspects.add(order.plan.hash);
        const failed =
          e instanceof ThreadEnded
            ? (slot.blame.judge(e, isOwn(e.step, order), order.plan.errors.policy) ?? this.#move(slot))
            : e instanceof MillraceError
              ? e.failure
              : failure('internal', String(e));
        if (failed !== null) return { kind: 'failed', failure: failed, counters };
        const { began } = slot.health;
        resumed = { producer: mark.read(), counters, began, refused: slot.blame.refused };
      }
    }
  }

  /** Gives a task whose thread has ended another one; answers why not. */
  #move(slot: Slot): Failure | null {
    if (this.#closed) return failure('host_full', `The host ${this.#options.hostId} is shutting down.`);
    slot.thread = slot.blame.apart ? this.#threadApart() : this.#thread();
    slot.thread.load++;
    return null;
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
    if (slot?.ended) await this.#tell(slot, { call: 'drain', task, by });
    else this.#expire(taskKey(task));
  }

  async cancel(task: TaskIdentity, as: 'cancelled' | 'superseded'): Promise<void> {
    const slot = this.#slots.get(taskKey(task));
    if (slot?.ended) await this.#tell(slot, { call: 'cancel', task, as });
    else this.#expire(taskKey(task));
  }

  async #tell(slot: Slot, order: EndingOrder): Promise<void> {
    slot.told = order;
    await slot.thread.call(order).catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ends: Promise<unknown>[] = [];
    for (const slot of [...this.#slots.values()]) {
      void this.drain(slot.task, 'host_shutdown');
      if (slot.ended !== null) ends.push(slot.ended);
    }
    await Promise.all(ends);
    await Promise.all([...this.#threads, ...(this.#apart === null ? [] : [this.#apart])].map((t) => t.stop()));
  }

  #take({ task, plan }: PrepareTask | RunTask): Slot {
    const { hostId } = this.#options;
    if (this.#closed) throw new MillraceError(failure('host_full', `The host ${hostId} is shutting down.`));
    if (this.#taken >= this.#slotsMax) {
      throw new MillraceError(failure('host_full', `All ${this.#slotsMax} slots of the host ${hostId} are taken.`));
    }
    const blame = new Blame(this.#suspects.has(plan.hash));
    const thread = blame.apart ? this.#threadApart() : this.#thread();
    thread.load++;
    const health = new Health(() => void slot.thread.call({ call: 'report', task }).catch(() => {}));
    const rest = { expiry: null, onReport: null, ended: null, told: null };
    const slot: Slot = { task, thread, health, blame, ...rest };
    this.#slots.set(taskKey(task), slot);
    return slot;
  }

  /** The thread with the fewest tasks; a new one while there may be more and none is idle. */
  #thread(): ThreadLink {
    this.#threads = this.#threads.filter((t) => t.alive);
    let best = this.#threads[0];
    for (const t of this.#threads) if (t.load < best!.load) best = t;
    if (best !== undefined && (best.load === 0 || this.#threads.length >= this.#threadsMax)) return best;
    const thread = this.#start();
    this.#threads.push(thread);
    return thread;
  }

  #threadApart(): ThreadLink {
    if (this.#apart === null || !this.#apart.alive) this.#apart = this.#start();
    return this.#apart;
  }

  #start(): ThreadLink {
    const { threads: _, slots: __, ...options } = this.#options;
    return new ThreadLink(options, {
      onReport: (key, report) => {
        const slot = this.#slots.get(key);
        slot?.health.see(report);
        slot?.onReport?.(report);
      },
      onBegan: (key, positions) => {
        const slot = this.#slots.get(key);
        if (slot !== undefined) slot.health.began = positions;
      },
    });
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
    this.#tellFree();
  }
}

/** Whether the step is this task's own. */
const isOwn = (step: Step | null, { task }: RunTask): boolean => step !== null && step.task === taskKey(task);

/** Kernels are warmed up for every task of their plan. */
const isWarmUpOf = (step: Step, { plan }: PrepareTask): boolean =>
  step.plan === plan.hash && step.task === taskKey(nobody);

/** The engine of a host. Threads start with the first tasks, one of them with warm(). */
export const createEngine = (options: EngineOptions): EnginePort => new Engine(options);
