/**
 * The tasks that this run of the workflow has begun: their activities' promises and how they ended. It owns what can't
 * travel to the next run, where they are abandoned, fenced, and end as superseded. It decides nothing.
 */
import { isCancellation } from '@temporalio/workflow';
import { failure } from '../../contracts/failure.ts';
import type { Positions } from '../../contracts/positions.ts';
import {
  type BeginTask,
  noCounters,
  type PreparedTask,
  type TaskEnd,
  type TaskIdentity,
} from '../../contracts/task.ts';
import { failureOf } from '../failure.ts';
import { taskOn } from './activities.ts';
import { mergePositions } from './positions.ts';

export interface LiveTask {
  readonly task: TaskIdentity;
  readonly host: PreparedTask;
  end: TaskEnd | null;
}

export class LiveTasks {
  #tasks: LiveTask[] = [];

  /** Begins a task on its host. */
  run(host: PreparedTask, order: BeginTask): void {
    const { task } = order;
    const name = `task ${task.index} of generation ${task.generation}`;
    const summary = `${name} (${task.index + 1} of ${task.tasks}) on ${host.hostId}`;
    const live: LiveTask = { task, host, end: null };
    this.#tasks.push(live);
    taskOn(host, task.tasks, summary)
      .runTask(order)
      .then(
        (end) => {
          live.end = end;
        },
        (error: unknown) => {
          live.end = lostEnd(error, `${name} ran on ${host.hostId}`);
        },
      );
  }

  /** How tasks of a generation have ended so far. */
  ends(generation: number): TaskEnd[] {
    return this.#tasks.flatMap((t) => (t.task.generation === generation && t.end !== null ? [t.end] : []));
  }

  /** Where the tasks of a generation ended that were drained: the next offset of each of their partitions. */
  ended(generation: number): Positions {
    return this.ends(generation).reduce<Positions>(
      (all, end) => (end.kind === 'drained' ? mergePositions(all, end.positions) : all),
      {},
    );
  }

  /** Every task that hasn't ended as far as this run knows. */
  living(): LiveTask[] {
    return this.#tasks.filter((t) => t.end === null);
  }

  all(): readonly LiveTask[] {
    return this.#tasks;
  }

  /** Forgets the generations before this one, and answers which of their tasks haven't ended. */
  release(generation: number): LiveTask[] {
    const left = this.living().filter((t) => t.task.generation < generation);
    this.#tasks = this.#tasks.filter((t) => t.task.generation >= generation);
    return left;
  }
}

function lostEnd(error: unknown, during: string): TaskEnd {
  if (isCancellation(error)) return { kind: 'cancelled', counters: noCounters };
  const cause = failureOf(error, during);
  // On the queue of one host, work that nobody takes up means that the host is gone.
  const gone = `The host did not take it up, or stopped answering while ${during}: it has crashed, hangs, or lost the network.`;
  const lost = cause.code === 'no_host' ? failure('host_lost', gone) : cause;
  return { kind: 'failed', failure: lost, counters: noCounters };
}
