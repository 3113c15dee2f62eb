/** Ends tasks that run: by finishing what they have read, or at once. Bounded, whatever the hosts do. */
import { condition } from '@temporalio/workflow';
import { limits } from '../../../contracts/limits.ts';
import { fencing, orderOn } from '../activities.ts';
import { allIds, suspects } from '../fencing.ts';
import type { LiveTask } from '../live.ts';
import { keep } from '../positions.ts';
import { cancelIsQueued } from '../requests.ts';
import type { JobRun } from '../run.ts';
import type { JobData } from '../state.ts';

/** Lets every task finish and commit what it has read, and keeps where they stand; what doesn't end in time is cancelled. */
export async function finishTasks(run: JobRun): Promise<void> {
  const { job } = run;
  await drainTasks(run, () => cancelIsQueued(job));
  if (!cancelIsQueued(job)) await cancelTasks(run);
}

/** Lets every task finish; ends when they have, when it takes too long, or when `enough` holds. */
export async function drainTasks(run: JobRun, enough: () => boolean): Promise<void> {
  const { job, live } = run;
  const draining = live.living();
  const left = (): number => draining.filter((t) => t.end === null).length;
  order(draining, (t) => orderOn(t.host, `drain task ${t.task.index}`).drainTask({ task: t.task }));
  await condition(
    () => {
      run.progress = { doing: 'tasks drained', done: draining.length - left(), of: draining.length };
      return left() === 0 || enough();
    },
    limits.drainMsMax,
    { summary: 'longest wait for tasks to drain' },
  );
  for (const { end } of live.all()) {
    if (end?.kind === 'drained') job.positions = keep(job.positions, end.positions);
  }
}

/** Stops every task at once; what isn't committed is aborted. A host that doesn't answer is left to be fenced. */
export async function cancelTasks({ live }: JobRun): Promise<void> {
  if (live.living().length === 0) return;
  orderCancel(live.living());
  await condition(() => live.living().length === 0, limits.cancelMsMax, { summary: 'longest wait for tasks to stop' });
}

/** Fences every transactional id that may still be good: from then on no task of this job can commit. */
export async function fenceAll(job: JobData): Promise<void> {
  const ids = allIds(job, suspects(job));
  const { plan } = job.phase.revision;
  if (ids.length > 0) await fencing('fence every task of this job').fenceTasks({ plan, ids });
}

/** Tells tasks to stop at once, and doesn't wait for it. */
export function orderCancel(tasks: readonly LiveTask[]): void {
  order(tasks, ({ task, host }) => {
    const summary = `cancel task ${task.index} of generation ${task.generation}`;
    return orderOn(host, summary).cancelTask({ task });
  });
}

/** An order that doesn't arrive is no failure of its own: the host is gone, and the wait above is bounded. */
function order(tasks: readonly LiveTask[], send: (task: LiveTask) => Promise<void>): void {
  for (const t of tasks) send(t).catch(() => {});
}
