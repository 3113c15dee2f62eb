/**
 * Reading from other positions: tasks finish, none can commit any more, then the group's offsets are set. What that does to
 * exactly once is told with the outcome. Positions that can't be set leave the job where it stood.
 */
import type { Failure } from '../../../contracts/failure.ts';
import { homeOf, sourceTopicsOf } from '../../../contracts/plan.ts';
import type { KeptPositions, Positions } from '../../../contracts/positions.ts';
import { rewindEffect } from '../../../policies/rewind-effect.ts';
import { failureOf } from '../../failure.ts';
import { admin } from '../activities.ts';
import { mergePositions, plainPositions, reset, withinRoom } from '../positions.ts';
import { settle, stopIsQueued } from '../requests.ts';
import { type JobRun, keyOf, now, phaseOf } from '../run.ts';
import { type DrainFor, type JobData, move, recordFailure } from '../state.ts';
import { fenceAll, finishTasks } from './halt.ts';

type Rewind = Extract<DrainFor, { kind: 'rewind' }>;

export async function rewind(run: JobRun): Promise<void> {
  const { job } = run;
  const paused = job.phase.state === 'paused';
  const order = rewindOf(job);
  if (!paused) {
    await finishTasks(run);
    if (stopIsQueued(job)) return;
    await fenceAll(job);
    if (stopIsQueued(job)) return;
  }
  const set = await setPositions(job, order);
  if (stopIsQueued(job)) return;
  const note = { now: now(), asker: order.asker };
  if ('code' in set) {
    settle(job, order.asker.requestId, 'failed', { cause: set });
    recordFailure(job, set, note.now);
    if (paused) job.phase = { ...phaseOf(job, 'paused'), rewind: null };
    else move(job, 'refused', deploying(job), { ...note, cause: set });
    return;
  }
  const reads = sourceTopicsOf(job.phase.revision.plan);
  job.positions = withinRoom(job.positions, reset(job.positions, set.to), reads);
  const to = plainPositions(set.to);
  const effect = rewindEffect(set.from, to, job.phase.revision.plan.delivery);
  const moved = { ...note, ended: set.from, began: to };
  if (paused) {
    settle(job, order.asker.requestId, 'paused', { note: effect });
    move(job, 'rewound', { ...phaseOf(job, 'paused'), rewind: null }, moved);
  } else {
    // Told now, settled when the new generation is confirmed.
    job.requests = job.requests.map((r) => (r.requestId === order.asker.requestId ? { ...r, note: effect } : r));
    const next = deploying(job);
    // Of a job that had failed: what it was to be tried again for.
    settle(job, next.revision.asker.requestId, 'replaced');
    move(job, 'rewound', { ...next, revision: { ...next.revision, asker: order.asker } }, moved);
  }
}

function rewindOf({ phase }: JobData): Rewind {
  if (phase.state === 'paused' && phase.rewind !== null) return phase.rewind;
  if (phase.state === 'draining' && phase.purpose.kind === 'rewind') return phase.purpose;
  throw new Error(`a job that is ${phase.state} is told to rewind`);
}

const deploying = (job: JobData) =>
  ({ state: 'deploying', revision: phaseOf(job, 'draining').revision, prepared: null }) as const;

async function setPositions(job: JobData, { to }: Rewind): Promise<{ from: Positions; to: KeptPositions } | Failure> {
  const { plan } = job.phase.revision;
  const { positions } = job;
  const known = Object.fromEntries(Object.entries(positions).map(([topic, { id, begun }]) => [topic, { id, begun }]));
  try {
    const order = { ...keyOf(job), cluster: homeOf(plan), topics: sourceTopicsOf(plan), known, to };
    const set = await admin('set the positions that were asked for').alterOffsets(order);
    return { from: mergePositions(plainPositions(positions), set.from), to: set.to };
  } catch (error) {
    return failureOf(error, 'positions were set');
  }
}
