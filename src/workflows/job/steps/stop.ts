/**
 * The end of a life: tasks finish or stop, then every transactional id that may still be good is fenced, so that nothing
 * of this life can commit when the job is created again under its name.
 */
import { cancelIsQueued, settle } from '../requests.ts';
import { type JobRun, now, phaseOf } from '../run.ts';
import { type Asker, move } from '../state.ts';
import { cancelTasks, fenceAll, finishTasks } from './halt.ts';

export async function stop(run: JobRun): Promise<void> {
  const { job, live } = run;
  const { mode } = draining(run);
  if (mode === 'drain') await finishTasks(run);
  else await cancelTasks(run);
  // A drain that is to become a cancel begins again as one.
  if (mode === 'drain' && cancelIsQueued(job)) return;
  await fenceAll(job);
  const { revision, askers } = draining(run);
  for (const q of job.queue) if (q.kind === 'stop') settle(job, q.asker.requestId, 'stopped');
  job.queue = [];
  for (const { requestId } of askers) settle(job, requestId, 'stopped');
  const ended = live.ended(job.generation);
  move(job, 'ended', { state: 'stopped', revision }, { now: now(), asker: askers[0] as Asker, ended });
}

function draining({ job }: JobRun) {
  const { revision, purpose } = phaseOf(job, 'draining');
  if (purpose.kind !== 'stop') throw new Error(`a job that drains to ${purpose.kind} is told to stop`);
  return { revision, ...purpose };
}
