/** Topics have changed under the tasks that run: the same plan takes them up as a new generation, in flight. */

import { type JobRun, now, phaseOf } from '../run.ts';
import { move, ourselves } from '../state.ts';
import { updating } from '../take.ts';
import { changesText, changesToTakeUp } from '../topics.ts';
import { admitted } from './recover.ts';

/** The jobs of one topic go one after another, at the rate of recoveries and behind these. */
export async function follow(run: JobRun): Promise<void> {
  const { job, live } = run;
  const { generation } = phaseOf(job, 'running').generation;
  if (!(await admitted(run, 'topics', () => live.ends(generation).length > 0))) return;
  const phase = phaseOf(job, 'running');
  const note = { now: now(), asker: ourselves(changesText(changesToTakeUp(job))) };
  move(job, 'followed', updating(phase, phase.revision, 'in_flight', true), note);
}
