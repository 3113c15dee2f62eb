/**
 * Runs a prepared generation and waits until it has shown health. Each task fences those that owned its partitions
 * before: that is the handover. What it leaves behind is let go of once the new one is confirmed.
 */

import { condition } from '@temporalio/workflow';
import type { Failure } from '../../../contracts/failure.ts';
import { limits } from '../../../contracts/limits.ts';
import { sourceTopicsOf, taskPlan } from '../../../contracts/plan.ts';
import type { Positions } from '../../../contracts/positions.ts';
import type { Vitals } from '../../../contracts/task.ts';
import { judgeHealth } from '../../../policies/health.ts';
import { failureOf } from '../../failure.ts';
import { confirmOn } from '../activities.ts';
import { isHostShutdown, worst } from '../decide.ts';
import { formerOf } from '../fencing.ts';
import { keptOf, mergePositions } from '../positions.ts';
import { settle } from '../requests.ts';
import { counted, type JobRun, keyOf, now, phaseOf, unlessHalted } from '../run.ts';
import {
  type Boundary,
  confirm,
  type Generation,
  isChange,
  type JobData,
  move,
  ourselves,
  type PhaseOf,
} from '../state.ts';
import { fail, undo } from './fail.ts';
import { orderCancel } from './halt.ts';
import { moveOn } from './recover.ts';

type Starting = PhaseOf<'deploying' | 'updating' | 'rolling_back'>;

export async function takeOver(run: JobRun): Promise<void> {
  const { job } = run;
  const phase = phaseOf(job, 'deploying', 'updating', 'rolling_back');
  if (phase.prepared === null) throw new Error('a generation takes over before it is prepared');
  const generation = phase.prepared;
  begin(run, phase, generation);
  const outcome = await unlessHalted(job, () => healthOf(run, generation));
  if (outcome === null) return;
  const answer = outcome.value;
  if (answer === 'left') {
    moveOn(run);
    return;
  }
  if ('code' in answer) return phase.state === 'updating' ? undo(job, answer, met(phase, null)) : fail(job, answer);
  const cause = judge(job, phase, answer.vitals);
  if (cause === null) return confirmed(run, phase, generation, answer);
  // Judged anew, a change would be found the same: it isn't worth another attempt.
  return isChange(job, phase.revision) || phase.state === 'updating'
    ? undo(job, cause, met(phase, answer.began))
    : fail(job, cause);
}

/**
 * A change is measured by the generation that it takes the place of, also where that doesn't run any more; a first deploy by
 * itself. What goes on as it was, after a loss or on the way back, isn't judged anew: a job most of whose records fail by
 * right must come back too.
 */
function judge(job: JobData, phase: Starting, vitals: readonly Vitals[]): Failure | null {
  if (phase.state === 'updating') return phase.asItWas ? null : judgeHealth(phase.baseline, vitals);
  if (job.confirmed === null) return judgeHealth(null, vitals);
  return isChange(job, phase.revision) ? judgeHealth(job.confirmed.vitals, vitals) : null;
}

/** A generation that every task has confirmed. */
interface Healthy {
  readonly began: Positions;
  readonly vitals: readonly Vitals[];
}

function begin({ job, live }: JobRun, phase: Starting, generation: Generation): void {
  const plan = taskPlan(phase.revision.plan);
  const former = formerOf(job, generation);
  const topics = sourceTopicsOf(phase.revision.plan);
  const unknownTopics = topics.filter((topic) => !Object.hasOwn(job.positions, topic));
  generation.hosts.forEach((host, index) => {
    const task = { ...keyOf(job), generation: generation.generation, index, tasks: generation.tasks };
    const keptPositions = keptOf(job.positions, topics, index, generation.tasks);
    live.run(host, { task, plan, producer: host.producer, former, keptPositions, unknownTopics });
  });
}

/** What the tasks were like over their windows; or why one isn't healthy; or that their hosts go, which tells nothing of them. */
async function healthOf(run: JobRun, generation: Generation): Promise<Healthy | Failure | 'left'> {
  const { job, live } = run;
  const g = generation.generation;
  let answer: Healthy | Failure | null = null;
  const asked = generation.hosts.map((host, index) => {
    const task = { ...keyOf(job), generation: g, index, tasks: generation.tasks };
    const { healthMs } = host.tuning;
    return confirmOn(host, generation.tasks, `health of task ${index} of generation ${g}`).confirmTask({
      task,
      healthMs,
    });
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
  const ended = (): boolean => live.ends(g).length > 0;
  await condition(() => answer !== null || ended());
  // The task's own end tells more than the activity that watched it, which may be the first to tell that it ended.
  if (!ended() && tellsOfAnEnd(answer)) {
    await condition(ended, limits.taskEndMsMax, { summary: 'longest wait for how a task ended' });
  }
  if (ended() && live.ends(g).every(isHostShutdown) && job.attempts < limits.leavingsMax) return 'left';
  const known = worst(live.ends(g)) ?? (answer as Healthy | Failure | null);
  if (known === null) throw new Error('nothing is known of a generation that was waited for');
  return known;
}

const tellsOfAnEnd = (answer: Healthy | Failure | null): boolean =>
  answer !== null && 'code' in answer && (answer.code === 'unhealthy' || answer.code === 'host_lost');

function confirmed({ job, live }: JobRun, phase: Starting, ran: Generation, { began, vitals }: Healthy): void {
  const { generation, tasks } = ran;
  confirm(job, { generation, tasks, revision: phase.revision, vitals });
  job.unconfirmed = [];
  job.attempts = 0;
  // They can't commit any more, but an idle one doesn't notice by itself: told so, it gives its slot back.
  orderCancel(live.release(generation));
  const { asker } = phase.revision;
  settle(job, asker.requestId, 'deployed');
  const note = { now: now(), asker, ...met(phase, began) };
  const byItself = phase.state === 'updating' && phase.asItWas;
  const renewAfter = byItself ? note.now + limits.jobRetryMaxMs : 0;
  const running = { state: 'running', revision: phase.revision, generation: ran, renewAfter } as const;
  if (phase.state === 'rolling_back') {
    const { cause } = phase.undone;
    settle(job, phase.undone.asker.requestId, 'rolled_back', { cause });
    move(job, 'confirmed', running, { ...note, asker: ourselves('back on the previous plan'), cause });
  } else move(job, 'confirmed', running, note);
}

/**
 * Where the old tasks ended and the new ones began, whether these came to stay or not. In flight, where the old ones ended
 * is told by the beginning of the new ones alone.
 */
function met(phase: Starting, began: Positions | null): Boundary {
  // What is gone back from was fenced, not drained.
  const whenUndone = phase.state === 'rolling_back' ? {} : null;
  const drained = phase.state === 'updating' ? phase.ended : whenUndone;
  if (drained === null) return began === null ? {} : { began };
  // A task that was not drained has ended where its successor, which fenced it, began; one that was drained, where that begins.
  return { ended: mergePositions(began ?? {}, drained), began: began ?? drained };
}
