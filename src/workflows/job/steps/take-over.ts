/**
 * Runs a prepared generation and waits until it has shown health. Each task fences those that owned its partitions
 * before: that is the handover. What it leaves behind is let go of once the new one is confirmed.
 */

import { condition } from '@temporalio/workflow';
import type { Failure } from '../../../contracts/failure.ts';
import { failureOf } from '../../failure.ts';
import { confirmOn } from '../activities.ts';
import { isOwners, worst } from '../decide.ts';
import { fenceList } from '../fencing.ts';
import { positionsOf } from '../positions.ts';
import { settle } from '../requests.ts';
import { isoNow, type JobRun, phaseOf, unlessStopped } from '../run.ts';
import { type Generation, move, type PhaseOf, recordFailure } from '../state.ts';
import { fail } from './fail.ts';
import { orderCancel } from './halt.ts';

type Starting = PhaseOf<'deploying' | 'updating' | 'rolling_back'>;

export async function takeOver(run: JobRun): Promise<void> {
  const { job } = run;
  const phase = phaseOf(job, 'deploying', 'updating', 'rolling_back');
  if (phase.prepared === null) throw new Error('a generation takes over before it is prepared');
  const generation = phase.prepared;
  begin(run, phase, generation);
  const outcome = await unlessStopped(job, () => confirm(run, generation));
  if (outcome === null) return;
  if (outcome.value === null) return confirmed(run, phase, generation);
  const cause = outcome.value;
  if (phase.state !== 'updating') return fail(job, cause);
  recordFailure(job, cause, isoNow());
  const { revision } = phase.previous;
  const undone = { requestId: phase.revision.requestId, cause };
  move(job, isOwners(cause) ? 'broken' : 'lost', { state: 'rolling_back', revision, prepared: null, undone });
}

function begin({ job, live }: JobRun, phase: Starting, generation: Generation): void {
  const { plan } = phase.revision;
  generation.hosts.forEach((host, index) => {
    const task = {
      tenant: job.tenant,
      job: job.name,
      generation: generation.generation,
      index,
      tasks: generation.tasks,
    };
    const fence = fenceList(job, generation, index);
    const keptPositions = positionsOf(job.positions, index, generation.tasks);
    live.run(host, { task, plan, producer: host.producer, fence, keptPositions });
  });
}

/** Null when every task is healthy; else why one isn't. */
async function confirm({ job, live }: JobRun, generation: Generation): Promise<Failure | null> {
  const g = generation.generation;
  let answer: { failure: Failure | null } | null = null;
  const healthy = Promise.all(
    generation.hosts.map((host, index) => {
      const task = { tenant: job.tenant, job: job.name, generation: g, index, tasks: generation.tasks };
      return confirmOn(host, `health of task ${index} of generation ${g}`).confirmTask({
        task,
        healthMs: host.tuning.healthMs,
      });
    }),
  );
  healthy.then(
    () => {
      answer = { failure: null };
    },
    (error: unknown) => {
      answer = { failure: failureOf(error, `generation ${g} was to show its health`) };
    },
  );
  await condition(() => answer !== null || live.ends(g).length > 0);
  // The task's own end tells more than the activity that watched it.
  return worst(live.ends(g)) ?? (answer as { failure: Failure | null } | null)?.failure ?? null;
}

function confirmed({ job, live }: JobRun, phase: Starting, generation: Generation): void {
  job.confirmed = { generation: generation.generation, tasks: generation.tasks };
  job.unconfirmed = [];
  job.attempts = 0;
  // They can't commit any more, but an idle one doesn't notice by itself: told so, it gives its slot back.
  orderCancel(live.release(generation.generation));
  settle(job, phase.revision.requestId, 'deployed');
  if (phase.state === 'rolling_back') settle(job, phase.undone.requestId, 'rolled_back', phase.undone.cause);
  move(job, 'confirmed', { state: 'running', revision: phase.revision, generation, renewAfter: 0 });
}
