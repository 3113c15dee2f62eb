/**
 * The tasks of one thread: prepares, runs, drains and cancels them, over connections, fetchers and buffers that they
 * share. Owns these and the life of a prepared task. Knows nothing of threads: thread.ts puts it behind messages.
 */
import { at } from '../../contracts/by-name.ts';
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits, productionTuning } from '../../contracts/limits.ts';
import { transactionalId } from '../../contracts/names.ts';
import { homeOf } from '../../contracts/plan.ts';
import type { Positions } from '../../contracts/positions.ts';
import {
  noCounters,
  type PrepareTask,
  type ProducerIdentity,
  type RunTask,
  type TaskEnd,
  type TaskIdentity,
  type TaskReport,
} from '../../contracts/task.ts';
import { kafkaError } from '../kafka/broker-error.ts';
import { BufferPool } from '../kafka/buffer-pool.ts';
import { Cluster } from '../kafka/cluster.ts';
import { Fetcher } from '../kafka/fetcher.ts';
import { takeTransactionalId } from '../kafka/transaction.ts';
import type { CompileQuery } from '../ports.ts';
import { Kernels } from './kernels.ts';
import { type PreparedPlan, preparePlan } from './prepare.ts';
import { ProducerMark } from './producer-mark.ts';
import { type RunnerOptions, taskKey } from './runner-options.ts';
import { StepMark } from './step-mark.ts';
import { Task } from './task.ts';
import type { Resumption } from './thread-messages.ts';
import { TopicWatch } from './topic-watch.ts';
import { Turns } from './turns.ts';

interface Shared {
  readonly cluster: Cluster;
  readonly fetcher: Fetcher;
  readonly watch: TopicWatch;
}

export class TaskRunner {
  readonly #options: RunnerOptions;
  readonly #kernels: Kernels;
  readonly #mark: StepMark;
  readonly #pool = new BufferPool();
  readonly #turns = new Turns();
  readonly #clusters = new Map<string, Shared>();
  readonly #prepared = new Map<string, PreparedPlan>();
  /** Transactional ids that are being taken. */
  readonly #taking = new Map<string, Promise<ProducerIdentity>>();
  readonly #running = new Map<string, Task>();
  /** Orders for tasks that were told to run and are still being prepared. */
  readonly #starting = new Map<string, ((task: Task) => void)[]>();

  constructor(options: RunnerOptions, compile: CompileQuery) {
    this.#options = options;
    this.#kernels = new Kernels(compile);
    this.#mark = new StepMark(options.mark);
  }

  /**
   * Throws MillraceError. The id is taken first, and everything that may take long comes after: an attempt that was given up
   * and goes on all the same must not take the id from the attempt after it. `cold`: kernels are not warmed up.
   */
  async prepare({ task, plan }: PrepareTask, cold = false): Promise<ProducerIdentity> {
    const { cluster } = this.#shared(homeOf(plan));
    const id = transactionalId(task);
    let identity: ProducerIdentity;
    try {
      identity = await this.#takeInTurn(cluster, id);
    } catch (e) {
      throw kafkaError(e, cluster.bootstrap);
    }
    this.#prepared.set(taskKey(task), await this.#preparePlan(plan, cold));
    return identity;
  }

  /** Attempts to prepare one task take its id in the order in which they came: the last one holds it. */
  async #takeInTurn(cluster: Cluster, id: string): Promise<ProducerIdentity> {
    const earlier = this.#taking.get(id)?.catch(() => {});
    const taking = Promise.resolve(earlier).then(() =>
      takeTransactionalId(cluster, id, undefined, limits.prepareMsMax / 2),
    );
    this.#taking.set(id, taking);
    try {
      return await taking;
    } finally {
      if (this.#taking.get(id) === taking) this.#taking.delete(id);
    }
  }

  /** Never rejects. */
  async run(
    order: RunTask,
    onReport: (report: TaskReport) => void,
    onBegan: (positions: Positions) => void = () => {},
    identity: ProducerMark = new ProducerMark(),
    resumed: Resumption | null = null,
  ): Promise<TaskEnd> {
    const key = taskKey(order.task);
    if (this.#running.has(key) || this.#starting.has(key)) {
      const f = failure('internal', `The task ${key} already runs here.`);
      return { kind: 'failed', failure: f, counters: noCounters };
    }
    let prepared: PreparedPlan;
    const orders: ((task: Task) => void)[] = [];
    this.#starting.set(key, orders);
    try {
      prepared = this.#prepared.get(key) ?? (await this.#preparePlan(order.plan, resumed !== null));
    } catch (e) {
      const f = e instanceof MillraceError ? e.failure : failure('internal', String(e));
      return { kind: 'failed', failure: f, counters: noCounters };
    } finally {
      this.#starting.delete(key);
    }
    this.#prepared.delete(key);
    const { fetcher, watch } = this.#shared(homeOf(order.plan));
    const { hostId } = this.#options;
    const task = new Task(order, {
      hostId,
      prepared,
      fetcher,
      pool: this.#pool,
      turns: this.#turns,
      mark: this.#mark,
      watches: { source: watch, sink: this.#shared(order.plan.sink.kafka.cluster).watch },
      identity,
      resumed,
      onReport,
      onBegan,
    });
    this.#running.set(key, task);
    for (const early of orders) early(task);
    try {
      return await task.run();
    } finally {
      this.#running.delete(key);
    }
  }

  /** Makes a running task report at once. */
  report(task: TaskIdentity): void {
    this.#running.get(taskKey(task))?.report();
  }

  /** Makes a running task commit, which is refused where it was fenced. */
  prove(task: TaskIdentity): void {
    this.#running.get(taskKey(task))?.prove();
  }

  /** A prepared task that nobody runs. */
  forget(task: TaskIdentity): void {
    this.#prepared.delete(taskKey(task));
  }
  drain(task: TaskIdentity, by: 'order' | 'host_shutdown'): void {
    this.#tell(task, (t) => t.drain(by));
  }
  cancel(task: TaskIdentity, as: 'cancelled' | 'superseded'): void {
    this.#tell(task, (t) => t.cancel(as));
  }

  #tell(task: TaskIdentity, order: (task: Task) => void): void {
    const key = taskKey(task);
    const running = this.#running.get(key);
    if (running === undefined) this.#starting.get(key)?.push(order);
    else order(running);
  }

  async close(): Promise<void> {
    for (const { cluster, fetcher } of this.#clusters.values()) {
      fetcher.close();
      await cluster.close();
    }
  }

  /** `cold`: a kernel is not warmed up, where that has ended a thread. */
  async #preparePlan(plan: PrepareTask['plan'], cold: boolean): Promise<PreparedPlan> {
    const mark = cold ? null : this.#mark;
    return await preparePlan(plan, (name) => this.#shared(name).cluster, this.#kernels, mark);
  }

  #shared(name: string): Shared {
    let shared = this.#clusters.get(name);
    if (shared === undefined) {
      const { clusters } = this.#options;
      const access = at(clusters, name);
      if (access === undefined) {
        const known = Object.keys(clusters).join(', ');
        throw new MillraceError(
          failure('invalid_spec', `The host ${this.#options.hostId} knows no cluster "${name}"; it knows: ${known}.`),
        );
      }
      const cluster = new Cluster(access, `millrace-${this.#options.hostId}`);
      const { rack, topicsMs = productionTuning.topicsMs } = this.#options;
      shared = { cluster, fetcher: new Fetcher(cluster, rack), watch: new TopicWatch(cluster, topicsMs) };
      this.#clusters.set(name, shared);
    }
    return shared;
  }
}
