/**
 * The end of a life: tasks finish or stop, then every transactional id that may still be good is fenced, so that nothing
 * of this life can commit when the job is created again under its name.
 */
import { plainPositions } from '../positions.ts';
import { cancelIsQueued, settle } from '../requests.ts';
import { type JobRun, now, phaseOf } from '../run.ts';
import { type Asker, move } from '../state.ts';
import { cancelTasks, fenceAll, finishTasks } from './halt.ts';
import { keepPositions } from './keep-positions.ts';

export async function stop(run: JobRun): Promise<void> {
  const { job } = run;
  const { mode } = draining(run);
  if (mode === 'drain') await finishTasks(run);
  else await cancelTasks(run);
  // A drain that is to become a cancel begins again as one.
  if (mode === 'drain' && cancelIsQueued(job)) return;
  await fenceAll(job);
  // A task that was cut short says nothing of where it ended, and the history tells it for ever: bounded, and good enough without.
  await keepPositions(job);
  const { revision, askers } = draining(run);
  for (const q of job.queue) if (q.kind === 'stop') settle(job, q.asker.requestId, 'stopped');
  job.queue = [];
  for (const { requestId } of askers) settle(job, requestId, 'stopped');
  const note = { now: now(), asker: askers[0] as Asker, ended: plainPositions(job.positions) };
  move(job, 'ended', { state: 'stopped', revision }, note);
}

function draining({ job }: JobRun) {
  const { revision, purpose } = phaseOf(job, 'draining');
  if (purpose.kind !== 'stop') throw new Error(`a job that drains to ${purpose.kind} is told to stop`);
  return { revision, ...purpose };
}
