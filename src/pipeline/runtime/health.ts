/**
 * How one task is over time, from its reports: how long it has been healthy, who waits for that, and its vitals over a
 * stretch. Only healthy reports are measured: in others the lag isn't known.
 */
import { type Failure, failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { Positions } from '../../contracts/positions.ts';
import {
  type ConfirmedTask,
  noCounters,
  type TaskCounters,
  type TaskEnd,
  type TaskReport,
  type Vitals,
} from '../../contracts/task.ts';

/** A report, and performance.now() when it came. */
interface Seen {
  readonly report: TaskReport;
  readonly at: number;
}

interface Waiter {
  readonly ms: number;
  readonly resolve: (task: ConfirmedTask) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout | null;
}

export class Health {
  last: TaskReport | null = null;
  /** Where the task began to read. */
  began: Positions = {};
  readonly #ask: () => void;
  /** The first of the healthy reports that no other has interrupted; null while it isn't healthy. */
  #since: Seen | null = null;
  /** What it had counted before these: what made it healthy belongs to them. */
  #countedBefore: TaskCounters = noCounters;
  #recent: Seen[] = [];
  #end: TaskEnd | null = null;
  readonly #waiters = new Set<Waiter>();

  /** `ask` makes the task report at once: health is seen at the end of a window, not supposed. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  see(report: TaskReport): void {
    this.last = report;
    if (report.healthy) {
      const seen = { report, at: performance.now() };
      this.#since ??= seen;
      this.#recent.push(seen);
      this.#forget(seen.at);
    } else {
      this.#since = null;
      this.#countedBefore = report.counters;
    }
    for (const w of this.#waiters) this.#settle(w, report);
  }

  end(end: TaskEnd): void {
    this.#end = end;
    for (const w of this.#waiters) this.#arm(w);
  }

  /** Resolves when it has been healthy for `ms`; rejects when it ends before. */
  lasting(ms: number): Promise<ConfirmedTask> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { ms, resolve, reject, timer: null };
      this.#waiters.add(waiter);
      this.#arm(waiter);
    });
  }

  /** Its vitals of late; null where it hasn't been healthy long enough to tell. */
  recent(): Vitals | null {
    this.#forget(performance.now());
    const [first, last] = [this.#recent[0], this.#recent.at(-1)];
    if (first === undefined || last === undefined || first === last) return null;
    return vitals(first, first.report.counters, last);
  }

  #forget(now: number): void {
    this.#recent = this.#recent.filter((s) => now - s.at <= limits.vitalsMs);
  }

  #settle(w: Waiter, report: TaskReport): void {
    const last = { report, at: performance.now() };
    if (this.#since === null || last.at - this.#since.at < w.ms) {
      this.#arm(w);
      return;
    }
    if (w.timer !== null) clearTimeout(w.timer);
    this.#waiters.delete(w);
    w.resolve({ began: this.began, vitals: vitals(this.#since, this.#countedBefore, last) });
  }

  #arm(w: Waiter): void {
    if (w.timer !== null) clearTimeout(w.timer);
    w.timer = null;
    if (this.#end !== null) {
      this.#waiters.delete(w);
      w.reject(new MillraceError(whyNot(this.#end)));
    } else if (this.#since !== null) {
      w.timer = setTimeout(this.#ask, Math.max(0, this.#since.at + w.ms - performance.now()));
    }
  }
}

function vitals(first: Seen, counted: TaskCounters, last: Seen): Vitals {
  return {
    ms: Math.round(last.at - first.at),
    recordsIn: last.report.counters.recordsIn - counted.recordsIn,
    recordsFailed: last.report.counters.recordsFailed - counted.recordsFailed,
    lagFirst: lagOf(first.report),
    lagLast: lagOf(last.report),
  };
}

/** What nobody reads yet is found at any moment, and no fault of who doesn't read it. */
const lagOf = ({ lag, unread = 0 }: TaskReport): number => lag - unread;

function whyNot(end: TaskEnd): Failure {
  if (end.kind === 'failed') return end.failure;
  if (end.kind === 'superseded')
    return failure('superseded', 'A later generation has taken over before the task was confirmed.');
  return failure('unhealthy', `The task has ended (${end.kind}) before it was confirmed.`);
}
