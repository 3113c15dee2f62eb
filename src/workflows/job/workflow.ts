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
import { limits } from '../../contracts/limits.ts';
import { refusal } from '../failure.ts';
import { decide, type Next, type Observed } from './decide.ts';
import { statusOf } from './describe.ts';
import { LiveTasks } from './live.ts';
import { applyUpdate, type JobStart, statusQuery, stopUpdate, type WorkflowJobStatus } from './messages.ts';
import { Publisher } from './publish.ts';
import { acceptApply, acceptStop, refuseApply, refuseStop, remember, takeRequests } from './requests.ts';
import { isoNow, type JobRun, now, phaseOf } from './run.ts';
import { createJob, type JobData, move } from './state.ts';
import { fail } from './steps/fail.ts';
import { finishTasks } from './steps/halt.ts';
import { keepPositionsOfFailed } from './steps/keep-positions.ts';
import { prepare } from './steps/prepare.ts';
import { recover } from './steps/recover.ts';
import { stop } from './steps/stop.ts';
import { takeOver } from './steps/take-over.ts';

/** Returns the job's last status; null where no request was accepted, so that there never was a job. */
export async function jobWorkflow(argument: JobStart | JobData): Promise<WorkflowJobStatus | null> {
  let job: JobData | null = 'phase' in argument ? argument : null;
  let next: Next = { do: 'wait', until: null };
  const name = `${argument.tenant}/${argument.name}`;

  setHandler(
    applyUpdate,
    (request) => {
      if (job !== null) return acceptApply(job, request);
      job = createJob(argument, request, isoNow());
      return remember(job, { requestId: request.requestId, revision: 1, outcome: 'pending' });
    },
    { validator: (request) => throwIf(refuseApply(job, name, request)), description: 'Accepts a desired spec.' },
  );
  setHandler(stopUpdate, (request) => acceptStop(job as JobData, request), {
    validator: (request) => throwIf(refuseStop(job, name, request)),
    description: 'Ends the job: drain or cancel.',
  });
  setHandler(statusQuery, () => (job === null ? null : statusOf(job, next)));

  await condition(() => job !== null, limits.firstApplyMs, { summary: 'longest wait for the first accepted spec' });
  const created = job as JobData | null;
  if (created === null) return null;
  const run: JobRun = { job: created, live: new LiveTasks() };
  stopOnCancellation(created);
  await CancellationScope.nonCancellable(() =>
    live(run, (n) => {
      next = n;
    }),
  );
  return statusOf(created, next);
}

/** The loop. Ends when the job is stopped; leaves by continue-as-new otherwise. */
async function live(run: JobRun, announce: (next: Next) => void): Promise<void> {
  const { job } = run;
  const publisher = new Publisher();
  for (let acted = false; ; acted = true) {
    takeRequests(job);
    const next = decide(job, observe(run, acted));
    announce(next);
    publisher.publish(job, next);
    if (next.do === 'finish') break;
    await act(run, next);
  }
  await condition(allHandlersFinished);
}

async function act(run: JobRun, next: Exclude<Next, { do: 'finish' }>): Promise<void> {
  const { job } = run;
  switch (next.do) {
    case 'prepare':
      return prepare(run);
    case 'take_over':
      return takeOver(run);
    case 'continue_as_new':
      await condition(allHandlersFinished);
      return continueAsNew<typeof jobWorkflow>(job);
    case 'renew': {
      const { revision, generation } = phaseOf(job, 'running');
      return move(job, 'renewed', { state: 'updating', revision, prepared: null, previous: { revision, generation } });
    }
    case 'recover':
      return recover(job, next.failure);
    case 'give_up':
      return fail(job, next.failure);
    case 'halt':
      return finishTasks(run);
    case 'keep_positions':
      return keepPositionsOfFailed(job);
    case 'retry':
      return move(job, 'retried', { state: 'deploying', revision: phaseOf(job, 'failed').revision, prepared: null });
    case 'drain':
    case 'cancel':
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
    continueSuggested: info.continueAsNewSuggested,
  };
}

/** A cancellation from the Temporal UI is the owner's wish to stop at once. */
function stopOnCancellation(job: JobData): void {
  CancellationScope.current().cancelRequested.catch(() => {
    acceptStop(job, { requestId: 'temporal-cancel', mode: 'cancel' });
  });
}

function throwIf(cause: ReturnType<typeof refuseApply>): void {
  if (cause !== null) throw refusal(cause);
}
