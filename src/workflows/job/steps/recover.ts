/** A running generation lost a task: the same plan goes on as a new generation. The other tasks work on until it fences them. */
import { ActivityFailure, isCancellation, patched } from '@temporalio/workflow';
import type { Failure } from '../../../contracts/failure.ts';
import { admission, type Recovery } from '../activities.ts';
import { counted, type JobRun, now, phaseOf, unlessHalted } from '../run.ts';
import { move, ourselves, recordFailure } from '../state.ts';

/**
 * Whether it may begin now: many jobs that lose their tasks together go one after another, while those of their tasks that
 * still run work on. False where its owner asks for something meanwhile, or it is `overtaken`, which goes first.
 */
export async function admitted(
  run: JobRun,
  why: Recovery = 'tasks',
  overtaken = (): boolean => false,
): Promise<boolean> {
  const { job } = run;
  // A history of before begins a recovery at once, and is replayed so (docs/upgrade.md).
  if (!patched('admitted-recoveries')) return true;
  const wait = async (): Promise<void> => {
    try {
      await Promise.all(counted(run, 'recoveries admitted', [admission(job.deployment, why).admitRecovery()]));
    } catch (error) {
      // Nobody gave it in time: the rate is a courtesy.
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    }
  };
  return (await unlessHalted(job, wait, () => job.queue.length > 0 || overtaken())) !== null;
}

export async function recover(run: JobRun, cause: Failure): Promise<void> {
  const { job } = run;
  if (!(await admitted(run))) return;
  const { revision } = phaseOf(job, 'running');
  const note = { now: now(), asker: ourselves('a task was lost'), cause };
  recordFailure(job, cause, note.now);
  move(job, 'lost', { state: 'deploying', revision, prepared: null }, note);
}

/**
 * Its hosts were shut down, which is no failure: every task that was there has said where it ended. A change whose tasks were
 * not confirmed yet goes on as a deploy, since nothing runs any more that it could be refused for; a way back stays one.
 */
export function moveOn({ job, live }: JobRun): void {
  const phase = phaseOf(job, 'running', 'deploying', 'updating', 'rolling_back');
  const left = phase.state === 'running' ? phase.generation : phase.prepared;
  if (left === null) throw new Error('a generation that was not begun has left its hosts');
  const asker = ourselves('a host was shut down, its tasks finished and go on elsewhere');
  // Of a drain and replace: where the old tasks ended. Where these did, the next ones begin.
  const drained = phase.state === 'updating' ? phase.ended : null;
  const bounds = drained === null ? { ended: live.ended(left.generation) } : { ended: drained, began: drained };
  const note = { now: now(), asker, ...bounds };
  if (phase.state !== 'running') job.attempts += 1;
  if (phase.state === 'rolling_back') move(job, 'left', { ...phase, prepared: null }, note);
  else move(job, 'left', { state: 'deploying', revision: phase.revision, prepared: null }, note);
}
