/**
 * Runs a prepared generation and waits until it has shown health. Each task fences those that owned its partitions
 * before: that is the handover. What it leaves behind is let go of once the new one is confirmed.
 */

import { condition } from '@temporalio/workflow';
import type { Failure } from '../../../contracts/failure.ts';
import { taskPlan } from '../../../contracts/plan.ts';
import type { Positions, Vitals } from '../../../contracts/task.ts';
import { judgeHealth } from '../../../policies/health.ts';
import { failureOf } from '../../failure.ts';
import { confirmOn } from '../activities.ts';
import { isOwners, worst } from '../decide.ts';
import { formerOf } from '../fencing.ts';
import { mergePositions, positionsOf } from '../positions.ts';
import { settle } from '../requests.ts';
import { counted, type JobRun, now, phaseOf, unlessHalted } from '../run.ts';
import { type Generation, type JobData, move, ourselves, type PhaseOf, recordFailure } from '../state.ts';
import { fail } from './fail.ts';
import { orderCancel } from './halt.ts';

type Starting = PhaseOf<'deploying' | 'updating' | 'rolling_back'>;

export async function takeOver(run: JobRun): Promise<void> {
  const { job } = run;
  const phase = phaseOf(job, 'deploying', 'updating', 'rolling_back');
  if (phase.prepared === null) throw new Error('a generation takes over before it is prepared');
  const generation = phase.prepared;
  begin(run, phase, generation);
  const outcome = await unlessHalted(job, () => confirm(run, generation));
  if (outcome === null) return;
  const answer = outcome.value;
  const cause = 'code' in answer ? answer : judge(job, phase, answer.vitals);
  if (cause === null && 'began' in answer) return confirmed(run, phase, generation, answer.began);
  if (cause === null) throw new Error('a generation is neither healthy nor unhealthy');
  if (phase.state !== 'updating') return fail(job, cause);
  const note = { now: now(), asker: ourselves('the new generation was not healthy'), cause };
  recordFailure(job, cause, note.now);
  const { revision } = phase.previous;
  const undone = { asker: phase.revision.asker, cause };
  move(job, isOwners(cause) ? 'broken' : 'lost', { state: 'rolling_back', revision, prepared: null, undone }, note);
}

/**
 * A change is measured by the generation that it takes the place of, a first deploy by itself. What goes on as it was, after
 * a loss or on the way back, isn't judged anew: a job most of whose records fail by right must come back too.
 */
function judge(job: JobData, phase: Starting, vitals: readonly Vitals[]): Failure | null {
  if (phase.state === 'updating') return judgeHealth(phase.baseline, vitals);
  return job.confirmed === null ? judgeHealth(null, vitals) : null;
}

/** A generation that every task has confirmed. */
interface Confirmed {
  readonly began: Positions;
  readonly vitals: readonly Vitals[];
}

function begin({ job, live }: JobRun, phase: Starting, generation: Generation): void {
  const plan = taskPlan(phase.revision.plan);
  const former = formerOf(job, generation);
  generation.hosts.forEach((host, index) => {
    const task = {
      tenant: job.tenant,
      job: job.name,
      generation: generation.generation,
      index,
      tasks: generation.tasks,
    };
    const keptPositions = positionsOf(job.positions, index, generation.tasks);
    live.run(host, { task, plan, producer: host.producer, former, keptPositions });
  });
}

/** What the tasks were like over their windows; or why one isn't healthy. */
async function confirm(run: JobRun, generation: Generation): Promise<Confirmed | Failure> {
  const { job, live } = run;
  const g = generation.generation;
  let answer: Confirmed | Failure | null = null;
  const asked = generation.hosts.map((host, index) => {
    const task = { tenant: job.tenant, job: job.name, generation: g, index, tasks: generation.tasks };
    const { healthMs } = host.tuning;
    return confirmOn(host, `health of task ${index} of generation ${g}`).confirmTask({ task, healthMs });
  });
  Promise.all(counted(run, 'tasks healthy', asked)).then(
    (tasks) => {
      answer = {
        began: tasks.reduce<Positions>((all, t) => mergePositions(all, t.began), {}),
        vitals: tasks.map((t) => t.vitals),
      };
    },
    (error: unknown) => {
      answer = failureOf(error, `generation ${g} was to show its health`);
    },
  );
  await condition(() => answer !== null || live.ends(g).length > 0);
  // The task's own end tells more than the activity that watched it.
  const known = worst(live.ends(g)) ?? (answer as Confirmed | Failure | null);
  if (known === null) throw new Error('nothing is known of a generation that was waited for');
  return known;
}

function confirmed({ job, live }: JobRun, phase: Starting, generation: Generation, began: Positions): void {
  job.confirmed = { generation: generation.generation, tasks: generation.tasks };
  job.unconfirmed = [];
  job.attempts = 0;
  // They can't commit any more, but an idle one doesn't notice by itself: told so, it gives its slot back.
  orderCancel(live.release(generation.generation));
  const { asker } = phase.revision;
  settle(job, asker.requestId, 'deployed');
  const note = { now: now(), asker, began };
  const running = { state: 'running', revision: phase.revision, generation, renewAfter: 0 } as const;
  if (phase.state === 'rolling_back') {
    const { cause } = phase.undone;
    settle(job, phase.undone.asker.requestId, 'rolled_back', { cause });
    move(job, 'confirmed', running, { ...note, asker: ourselves('back on the previous plan'), cause });
  } else {
    const drained = phase.state === 'updating' ? phase.ended : null;
    // A task that was not drained has ended where its successor, which fenced it, began.
    move(job, 'confirmed', running, drained === null ? note : { ...note, ended: mergePositions(began, drained) });
  }
}
