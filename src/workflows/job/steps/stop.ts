/**
 * The end of a life: tasks finish or stop, then every transactional id that may still be good is fenced, so that nothing
 * of this life can commit when the job is created again under its name.
 */
import { fencing } from '../activities.ts';
import { allIds, suspects } from '../fencing.ts';
import { cancelIsQueued, settle } from '../requests.ts';
import { type JobRun, phaseOf } from '../run.ts';
import { move } from '../state.ts';
import { cancelTasks, finishTasks } from './halt.ts';

export async function stop(run: JobRun): Promise<void> {
  const { job } = run;
  const { mode } = phaseOf(job, 'draining');
  if (mode === 'drain') await finishTasks(run);
  else await cancelTasks(run);
  // A drain that is to become a cancel begins again as one.
  if (mode === 'drain' && cancelIsQueued(job)) return;
  const ids = allIds(job, suspects(job));
  const { plan } = job.phase.revision;
  if (ids.length > 0) await fencing('fence every task of this job').fenceTasks({ plan, ids });
  const { revision, requestIds } = phaseOf(job, 'draining');
  for (const q of job.queue) if (q.kind === 'stop') settle(job, q.requestId, 'stopped');
  job.queue = [];
  for (const id of requestIds) settle(job, id, 'stopped');
  move(job, 'ended', { state: 'stopped', revision });
}
