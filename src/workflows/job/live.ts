/**
 * The tasks that this run of the workflow has begun: their activities' promises and how they ended. It owns what can't
 * travel to the next run, where they are abandoned, fenced, and end as superseded. It decides nothing.
 */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { failure } from '../../contracts/failure.ts';
import { noCounters, type PreparedTask, type RunTask, type TaskEnd, type TaskIdentity } from '../../contracts/task.ts';
import { failureOf } from '../failure.ts';
import { taskOn } from './activities.ts';

export interface LiveTask {
  readonly task: TaskIdentity;
  readonly host: PreparedTask;
  readonly scope: CancellationScope;
  end: TaskEnd | null;
}

export class LiveTasks {
  #tasks: LiveTask[] = [];

  /** Begins a task on its host. */
  run(host: PreparedTask, order: RunTask): void {
    const { task } = order;
    const name = `task ${task.index} of generation ${task.generation}`;
    const summary = `**${name}** (${task.index + 1}/${task.tasks}) on \`${host.hostId}\``;
    const live: LiveTask = { task, host, scope: new CancellationScope(), end: null };
    this.#tasks.push(live);
    live.scope
      .run(() => taskOn(host, summary).runTask(order))
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

  /** Every task that hasn't ended as far as this run knows. */
  living(): LiveTask[] {
    return this.#tasks.filter((t) => t.end === null);
  }

  all(): readonly LiveTask[] {
    return this.#tasks;
  }

  /**
   * Lets go of what a confirmed generation has fenced: an idle task learns only from its cancelled activity that it
   * isn't wanted any more.
   */
  release(before: number): void {
    for (const t of this.#tasks) if (t.task.generation < before && t.end === null) t.scope.cancel();
    this.#tasks = this.#tasks.filter((t) => t.task.generation >= before);
  }
}

function lostEnd(error: unknown, during: string): TaskEnd {
  if (isCancellation(error)) return { kind: 'cancelled', counters: noCounters };
  const cause = failureOf(error, during);
  // On the queue of one host, work that nobody takes up means that the host is gone.
  const lost = cause.code === 'no_host' ? failure('host_lost', `The host was gone before ${during}.`) : cause;
  return { kind: 'failed', failure: lost, counters: noCounters };
}
