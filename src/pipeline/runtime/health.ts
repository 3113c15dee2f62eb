/** How long one task has been healthy, from its reports, and who waits for that. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import type { TaskEnd, TaskReport } from '../../contracts/task.ts';

interface Waiter {
  readonly ms: number;
  readonly resolve: (report: TaskReport) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout | null;
}

export class Health {
  last: TaskReport | null = null;
  /** performance.now() since when it is healthy without a break; null while it isn't. */
  #since: number | null = null;
  #end: TaskEnd | null = null;
  readonly #waiters = new Set<Waiter>();

  see(report: TaskReport): void {
    this.last = report;
    if (!report.healthy) this.#since = null;
    else this.#since ??= performance.now();
    for (const w of this.#waiters) this.#arm(w);
  }

  end(end: TaskEnd): void {
    this.#end = end;
    for (const w of this.#waiters) this.#arm(w);
  }

  /** Resolves when it has been healthy for `ms`; rejects when it ends before. */
  lasting(ms: number): Promise<TaskReport> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { ms, resolve, reject, timer: null };
      this.#waiters.add(waiter);
      this.#arm(waiter);
    });
  }

  #arm(w: Waiter): void {
    if (w.timer !== null) clearTimeout(w.timer);
    w.timer = null;
    if (this.#end !== null) {
      this.#waiters.delete(w);
      w.reject(new MillraceError(whyNot(this.#end)));
    } else if (this.#since !== null) {
      const left = this.#since + w.ms - performance.now();
      if (left <= 0) {
        this.#waiters.delete(w);
        w.resolve(this.last!);
      } else w.timer = setTimeout(() => this.#arm(w), left);
    }
  }
}

function whyNot(end: TaskEnd): ReturnType<typeof failure> {
  if (end.kind === 'failed') return end.failure;
  if (end.kind === 'superseded')
    return failure('superseded', 'A later generation has taken over before the task was confirmed.');
  return failure('unhealthy', `The task has ended (${end.kind}) before it was confirmed.`);
}
