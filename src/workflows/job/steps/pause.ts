/** Stands still: tasks finish, none can commit any more, and the workflow keeps where the job stands for as long as it lasts. */
import { plainPositions } from '../positions.ts';
import { settle, stopIsQueued } from '../requests.ts';
import { type JobRun, now, phaseOf } from '../run.ts';
import { move } from '../state.ts';
import { fenceAll, finishTasks } from './halt.ts';
import { keepPositions } from './keep-positions.ts';

export async function pause(run: JobRun): Promise<void> {
  const { job } = run;
  await finishTasks(run);
  if (stopIsQueued(job)) return;
  await fenceAll(job);
  await keepPositions(job);
  // A stop takes over what the pause has done so far.
  if (stopIsQueued(job)) return;
  const { revision, purpose } = phaseOf(job, 'draining');
  if (purpose.kind !== 'pause') throw new Error(`a job that drains to ${purpose.kind} is told to pause`);
  settle(job, purpose.asker.requestId, 'paused');
  settle(job, revision.asker.requestId, 'paused');
  job.attempts = 0;
  const note = { now: now(), asker: purpose.asker, ended: plainPositions(job.positions) };
  move(job, 'paused', { state: 'paused', revision, rewind: null }, note);
}
