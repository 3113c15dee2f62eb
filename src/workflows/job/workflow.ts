/**
 * The whole life of one job. Handlers only record what is desired; this loop takes it up, decides, writes down what it
 * is about to do, and takes one edge; then again. Nothing else changes the job's state.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { cancellationRequestId } from '../../contracts/asking.ts';
import { limits } from '../../contracts/limits.ts';
import type { Refusal } from '../../contracts/task-bounds.ts';
import { refusal } from '../failure.ts';
import { upgraded } from '../upgrade.ts';
import { decide, type Next, type Observed } from './decide.ts';
import { statusOf } from './describe.ts';
import { LiveTasks } from './live.ts';
import {
  applyUpdate,
  type JobStart,
  operateUpdate,
  revisionQuery,
  statusQuery,
  topicsChangedSignal,
  type WorkflowJobStatus,
} from './messages.ts';
import { Publisher } from './publish.ts';
import { acceptApply, acceptOperation, refuseApply, refuseOperation, remember, revisionBefore } from './requests.ts';
import { type JobRun, now, phaseOf } from './run.ts';
import { Scribe } from './scribe.ts';
import { createJob, type JobData, move, ourselves } from './state.ts';
import { drainPrevious } from './steps/drain-previous.ts';
import { fail } from './steps/fail.ts';
import { follow } from './steps/follow.ts';
import { finishTasks } from './steps/halt.ts';
import { keepPositionsOfFailed } from './steps/keep-positions.ts';
import { pause } from './steps/pause.ts';
import { prepare } from './steps/prepare.ts';
import { admitted, moveOn, recover } from './steps/recover.ts';
import { rewind } from './steps/rewind.ts';
import { stop } from './steps/stop.ts';
import { takeOver } from './steps/take-over.ts';
import { takeRequests, updating } from './take.ts';
import { hear } from './topics.ts';
import { jobSteps } from './upgrade-steps.ts';

/** Returns the job's last status; null where no request was accepted, so that there never was a job. */
export async function jobWorkflow(argument: JobStart | JobData): Promise<WorkflowJobStatus | null> {
  const name = `${argument.tenant}/${argument.name}`;
  let job: JobData | null = 'phase' in argument ? upgraded(`job ${name}`, argument, jobSteps) : null;
  let next: Next = { do: 'wait', until: null };
  let run: JobRun | null = null;

  setHandler(
    applyUpdate,
    (request) => {
      if (job !== null) return acceptApply(job, request, now());
      job = createJob(argument, request, workflowInfo().firstExecutionRunId, now());
      const { requestId, digest, paused, note } = request;
      const outcome = paused ? 'paused' : 'pending';
      return remember(job, {
        requestId,
        digest,
        asked: 'apply',
        revision: 1,
        outcome,
        ...(note === undefined ? {} : { note }),
      });
    },
    { validator: (request) => throwIf(refuseApply(job, name, request)), description: 'Accepts a desired spec.' },
  );
  setHandler(operateUpdate, (request) => acceptOperation(job as JobData, request, now()), {
    validator: (request) => throwIf(refuseOperation(job, name, request)),
    description: 'Accepts an operation: pause, resume, restart, rescale, rewind, upgrade, stop.',
  });
  setHandler(topicsChangedSignal, (told) => {
    if (job !== null) hear(job, told);
  });
  setHandler(statusQuery, () => (job === null ? null : statusOf(job, next, run?.progress ?? null)));
  setHandler(revisionQuery, (number) => {
    if (job === null) return null;
    return number === null ? revisionBefore(job) : (job.past.find((r) => r.number === number) ?? null);
  });

  await condition(() => job !== null, limits.firstApplyMs, { summary: 'longest wait for the first accepted spec' });
  const created = job as JobData | null;
  if (created === null) return null;
  const begun: JobRun = { job: created, live: new LiveTasks(), progress: null };
  run = begun;
  stopOnCancellation(created);
  await CancellationScope.nonCancellable(() =>
    live(begun, (n) => {
      next = n;
    }),
  );
  return statusOf(created, next, null);
}

/** The loop. Ends when the job is stopped; leaves by continue-as-new otherwise. */
async function live(run: JobRun, announce: (next: Next) => void): Promise<void> {
  const { job } = run;
  const publisher = new Publisher();
  const scribe = new Scribe(job);
  for (let acted = false; ; acted = true) {
    takeRequests(job, now());
    const next = decide(job, observe(run, acted));
    announce(next);
    publisher.publish(job, next);
    scribe.write();
    if (next.do === 'finish') break;
    await act(run, next);
    run.progress = null;
  }
  await scribe.written();
  await condition(allHandlersFinished);
}

async function act(run: JobRun, next: Exclude<Next, { do: 'finish' }>): Promise<void> {
  const { job } = run;
  switch (next.do) {
    case 'prepare':
      return prepare(run);
    case 'drain_previous':
      return drainPrevious(run);
    case 'take_over':
      return takeOver(run);
    case 'continue_as_new':
      await condition(allHandlersFinished);
      return continueAsNew<typeof jobWorkflow>(job);
    case 'renew': {
      const phase = phaseOf(job, 'running');
      const note = { now: now(), asker: ourselves('its history is long') };
      return move(job, 'renewed', updating(phase, phase.revision, 'in_flight', true), note);
    }
    case 'follow':
      return follow(run);
    case 'recover':
      return recover(run, next.failure);
    case 'move_on':
      return moveOn(run);
    case 'give_up':
      return fail(job, next.failure);
    case 'halt':
      return finishTasks(run);
    case 'keep_positions':
      return keepPositionsOfFailed(job);
    case 'retry': {
      if (!(await admitted(run))) return;
      const { revision } = phaseOf(job, 'failed');
      const note = { now: now(), asker: ourselves('the time of the next attempt has come') };
      return move(job, 'retried', { state: 'deploying', revision, prepared: null }, note);
    }
    case 'pause':
      return pause(run);
    case 'rewind':
      return rewind(run);
    case 'stop':
      return stop(run);
    case 'wait':
      return wait(run, next.until);
    default:
      return next satisfies never;
  }
}

/** Sleeps until a request comes, a running task ends, the history has grown too long, or the time has come. */
async function wait(run: JobRun, until: number | null): Promise<void> {
  const { job } = run;
  const woken = (): boolean => {
    if (job.queue.length > 0) return true;
    const next = decide(job, observe(run, true));
    return next.do !== 'wait' || next.until !== until;
  };
  if (until === null) return condition(woken);
  await condition(woken, Math.max(1, until - now()), { summary: `next attempt of ${job.tenant}/${job.name}` });
}

function observe({ job, live }: JobRun, acted: boolean): Observed {
  const info = workflowInfo();
  return {
    now: now(),
    ends: job.phase.state === 'running' ? live.ends(job.phase.generation.generation) : [],
    living: live.living().length,
    acted,
    historyEvents: info.historyLength,
    historyBytes: info.historySize,
    continueSuggested: info.continueAsNewSuggested,
  };
}

/** A cancellation from the Temporal UI is the owner's wish to stop at once. */
function stopOnCancellation(job: JobData): void {
  CancellationScope.current().cancelRequested.catch(() => {
    const asker = { requestId: cancellationRequestId, by: 'temporal', why: 'its workflow was cancelled' };
    acceptOperation(job, { ...asker, digest: '', operation: { kind: 'stop', mode: 'cancel' } }, now());
  });
}

function throwIf(refused: Refusal | null): void {
  if (refused !== null) throw refusal(refused.cause, refused.problems);
}
