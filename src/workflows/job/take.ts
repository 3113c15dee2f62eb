/**
 * How the loop takes requests up: in their order, as far as the present state can. Pure functions of the job's data; with
 * the steps they are the only place where the phase changes.
 * A stop is taken in every state, a pause wherever tasks run or begin; everything else waits while a change is under way.
 */
import { updateVerdict } from '../../policies/update-verdict.ts';
import { dropQueued, refusedBy, settle, stopIsQueued } from './requests.ts';
import {
  type Asker,
  confirm,
  confirmedOf,
  type DrainFor,
  type JobData,
  move,
  type PhaseOf,
  type QueuedRequest,
  type Revision,
} from './state.ts';

export function takeRequests(job: JobData, now: number): void {
  if (stopIsQueued(job)) takeStops(job, now);
  for (let q = takeable(job); q !== undefined; q = takeable(job)) {
    const taken = q;
    job.queue = job.queue.filter((other) => other !== taken);
    take(job, taken, now);
  }
}

/** Whether something is asked for that cuts short what is under way. */
export const haltIsQueued = (job: JobData): boolean => job.queue.some((q) => q.kind === 'stop' || q.kind === 'pause');

function takeable({ phase, queue }: JobData): QueuedRequest | undefined {
  switch (phase.state) {
    case 'running':
    case 'failed':
      return queue[0];
    case 'paused':
      return phase.rewind === null ? queue[0] : undefined;
    case 'deploying':
    case 'updating':
    case 'rolling_back':
      return queue.find((q) => q.kind === 'pause');
    default:
      return undefined;
  }
}

function take(job: JobData, q: QueuedRequest, now: number): void {
  switch (q.kind) {
    case 'apply':
      // An upgrade may have come to pass, or been refused, since it was accepted.
      takeSpec(job, { ...q.revision, release: job.phase.revision.release }, q.inFlightOnly, now);
      break;
    case 'pause':
      drain(job, 'pause_asked', { kind: 'pause', asker: q.asker }, now);
      break;
    case 'resume':
      resume(job, { ...job.phase.revision, asker: q.asker }, now);
      break;
    case 'restart':
      restart(job, { ...job.phase.revision, asker: q.asker }, now);
      break;
    case 'upgrade':
      upgrade(job, { ...job.phase.revision, asker: q.asker, release: q.release }, now);
      break;
    case 'rewind': {
      const purpose = { kind: 'rewind', to: q.to, asker: q.asker } as const;
      if (job.phase.state === 'paused') job.phase = { ...job.phase, rewind: purpose };
      else drain(job, 'rewind_asked', purpose, now);
      break;
    }
    case 'stop':
      // Taken by takeStops, before anything else.
      break;
    default:
      q satisfies never;
  }
}

function resume(job: JobData, revision: Revision, now: number): void {
  const { asker } = revision;
  if (job.phase.state !== 'paused') settle(job, asker.requestId, 'unchanged');
  else move(job, 'resumed', { state: 'deploying', revision, prepared: null }, { now, asker });
}

function takeSpec(job: JobData, revision: Revision, inFlightOnly: boolean, now: number): void {
  const { phase } = job;
  const { asker } = revision;
  const note = { now, asker };
  if (phase.state === 'failed') {
    settle(job, phase.revision.asker.requestId, 'replaced');
    job.attempts = 0;
    move(job, 'applied', { state: 'deploying', revision, prepared: null }, note);
  } else if (phase.state === 'paused') {
    settle(job, asker.requestId, 'paused');
    move(job, 'applied', { ...phase, revision }, note);
  } else if (phase.state === 'running' && runsTheSame(phase.revision, revision)) {
    // Only labels, or the bounds of scaling, differ: what runs is what is wanted.
    runsAlready(job, phase, revision);
  } else if (phase.state === 'running') {
    const verdict = updateVerdict(phase.revision, revision);
    const how = verdict.kind === 'drain_replace' ? 'drain_replace' : 'in_flight';
    if (verdict.kind === 'refused' || (how === 'drain_replace' && inFlightOnly)) {
      // What it was accepted against has not come to run.
      const { cause } = refusedBy(verdict, 'The change does not fit what runs now');
      settle(job, asker.requestId, 'failed', { cause });
    } else move(job, 'applied', updating(phase, revision, how), note);
  }
}

function restart(job: JobData, revision: Revision, now: number): void {
  const { phase } = job;
  const note = { now, asker: revision.asker };
  if (phase.state === 'running') move(job, 'restart_asked', updating(phase, revision, 'in_flight'), note);
  else if (phase.state === 'failed') {
    // What it was to be tried again for.
    settle(job, phase.revision.asker.requestId, 'replaced');
    job.attempts = 0;
    move(job, 'restart_asked', { state: 'deploying', revision, prepared: null }, note);
  } else settle(job, revision.asker.requestId, 'unchanged');
}

function upgrade(job: JobData, revision: Revision, now: number): void {
  const { phase } = job;
  const there = phase.state === 'running' && phase.generation.hosts.every((h) => h.release === revision.release);
  if (there) runsAlready(job, phase, revision);
  else if (phase.state === 'paused') {
    // The pause was asked for later and went first.
    job.phase = { ...phase, revision };
    settle(job, revision.asker.requestId, 'paused');
  } else restart(job, revision, now);
}

function runsAlready(job: JobData, phase: PhaseOf<'running'>, revision: Revision): void {
  job.phase = { ...phase, revision };
  confirm(job, { ...confirmedOf(job), revision });
  settle(job, revision.asker.requestId, 'deployed');
}

/** What runs is to be replaced by the next. */
export const updating = (
  { generation }: PhaseOf<'running'>,
  next: Revision,
  how: PhaseOf<'updating'>['how'],
  asItWas = false,
): PhaseOf<'updating'> => ({
  state: 'updating',
  revision: next,
  how,
  asItWas,
  prepared: null,
  previous: generation,
  baseline: null,
  ended: null,
});

function drain(
  job: JobData,
  event: 'pause_asked' | 'rewind_asked',
  purpose: Exclude<DrainFor, { kind: 'stop' }>,
  now: number,
): void {
  const { phase } = job;
  if (phase.state === 'rolling_back') {
    settle(job, phase.undone.asker.requestId, 'failed', { cause: phase.undone.cause });
  }
  move(job, event, { state: 'draining', revision: phase.revision, purpose }, { now, asker: purpose.asker });
}

function takeStops(job: JobData, now: number): void {
  dropQueued(job, (q) => q.kind !== 'stop');
  const stops = job.queue.filter((q) => q.kind === 'stop');
  job.queue = [];
  const { phase } = job;
  const before =
    phase.state === 'draining' && phase.purpose.kind === 'stop'
      ? phase.purpose
      : { mode: 'drain' as const, askers: [] };
  if (before.askers.length === 0) settle(job, phase.revision.asker.requestId, 'replaced');
  if (phase.state === 'draining' && phase.purpose.kind !== 'stop') {
    settle(job, phase.purpose.asker.requestId, 'replaced');
  }
  if (phase.state === 'paused' && phase.rewind !== null) settle(job, phase.rewind.asker.requestId, 'replaced');
  if (phase.state === 'rolling_back') {
    settle(job, phase.undone.asker.requestId, 'failed', { cause: phase.undone.cause });
  }
  const mode = before.mode === 'cancel' || stops.some((s) => s.mode === 'cancel') ? 'cancel' : 'drain';
  const askers = [...before.askers, ...stops.map((s) => s.asker)];
  const asker = stops[0]?.asker ?? (askers[0] as Asker);
  const purpose = { kind: 'stop', mode, askers } as const;
  move(job, 'stop_asked', { state: 'draining', revision: phase.revision, purpose }, { now, asker });
}

const runsTheSame = (a: Revision, b: Revision): boolean =>
  a.plan.hash === b.plan.hash && a.spec.tasks.min === b.spec.tasks.min && a.release === b.release;
