/**
 * One action over many jobs, wave by wave. Handlers only queue what is asked; this loop takes it up, takes what became of
 * the jobs, decides, writes down what it is about to do, and does it; then again. Nothing else changes the rollout's state.
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
import type { RolloutStatus } from '../../contracts/rollout-status.ts';
import { refusal } from '../failure.ts';
import { upgraded } from '../upgrade.ts';
import { decide, type Next, type Observed } from './decide.ts';
import { statusOf } from './describe.ts';
import { Live } from './live.ts';
import { operateRolloutUpdate, type RolloutStart, rolloutQuery } from './messages.ts';
import { Publisher } from './publish.ts';
import { accept, refuse, refuseNow } from './requests.ts';
import { Scribe } from './scribe.ts';
import { createRollout, type RolloutData } from './state.ts';
import {
  bake,
  begin,
  close,
  drained,
  endPage,
  finish,
  halt,
  lookAgain,
  type RolloutRun,
  readPage,
  select,
  takeOutcomes,
  writeOff,
} from './steps.ts';
import { isAsked, takeRequests } from './take.ts';
import { rolloutSteps } from './upgrade-steps.ts';

/** Returns the rollout's last status. */
export async function rolloutWorkflow(argument: RolloutStart | RolloutData): Promise<RolloutStatus> {
  const rollout =
    'phase' in argument
      ? upgraded(`rollout ${argument.id}`, argument, rolloutSteps)
      : createRollout(argument, Date.now());
  const live = new Live();
  let next: Next = { do: 'wait', until: null };

  setHandler(operateRolloutUpdate, (request) => accept(rollout, request), {
    validator: (request) => {
      const refused = refuse(rollout, request);
      if (refused !== null) throw refusal(refused);
    },
    description: 'Accepts an operation: pause, resume, abort.',
  });
  setHandler(rolloutQuery, () => statusOf(rollout, next, live.underWay));

  abortOnCancellation(rollout);
  await CancellationScope.nonCancellable(() =>
    roll(rollout, live, (n) => {
      next = n;
    }),
  );
  return statusOf(rollout, next, 0);
}

/** The loop. Ends when every job has its outcome; leaves by continue-as-new otherwise. */
async function roll(rollout: RolloutData, live: Live, announce: (next: Next) => void): Promise<void> {
  const publisher = new Publisher();
  const scribe = new Scribe(rollout);
  const run: RolloutRun = { rollout, live, scribe };
  for (let acted = false; ; ) {
    takeOutcomes(run);
    takeRequests(rollout, Date.now());
    const next = decide(rollout, observe(run, acted));
    announce(next);
    publisher.publish(rollout, next, live.underWay);
    scribe.write();
    if (next.do === 'finish') break;
    if (next.do === 'wait') await wait(run, next.until, acted);
    else {
      await act(run, next);
      acted = true;
    }
  }
  await scribe.written();
  await condition(allHandlersFinished);
}

async function act(run: RolloutRun, next: Exclude<Next, { do: 'finish' | 'wait' }>): Promise<void> {
  const { rollout } = run;
  switch (next.do) {
    case 'select':
      return select(run);
    case 'read_page':
      return readPage(run);
    case 'begin':
      return begin(run, next.jobs);
    case 'end_page':
      return endPage(run);
    case 'bake':
      return bake(run);
    case 'look_again':
      return lookAgain(run);
    case 'halt':
      return halt(rollout, next.cause);
    case 'drained':
      return drained(run);
    case 'write_off':
      return writeOff(run);
    case 'close':
      return close(rollout);
    case 'all_done':
      return finish(rollout);
    case 'continue_as_new':
      await condition(allHandlersFinished);
      return continueAsNew<typeof rolloutWorkflow>(rollout);
    default:
      return next satisfies never;
  }
}

/** Sleeps until a request or an outcome comes, something can be done, or the time has come. */
async function wait(run: RolloutRun, until: number | null, acted: boolean): Promise<void> {
  const { rollout, live } = run;
  const woken = (): boolean => {
    if (live.hasSettled || isAsked(rollout)) return true;
    const next = decide(rollout, observe(run, acted));
    return next.do !== 'wait' || next.until !== until;
  };
  if (until === null) return condition(woken);
  await condition(woken, Math.max(1, until - Date.now()), { summary: `bake time of rollout ${rollout.id}` });
}

function observe({ live, scribe }: RolloutRun, acted: boolean): Observed {
  const info = workflowInfo();
  const { page, underWay } = live;
  return {
    now: Date.now(),
    page: page === null ? null : { jobs: page.jobs.length, ends: page.ends },
    underWay,
    writing: scribe.writing,
    acted,
    historyEvents: info.historyLength,
    continueSuggested: info.continueAsNewSuggested,
  };
}

/** A cancellation from the Temporal UI is the owner's wish to abort. */
function abortOnCancellation(rollout: RolloutData): void {
  CancellationScope.current().cancelRequested.catch(() => {
    const request = { requestId: cancellationRequestId, by: 'temporal', why: 'its workflow was cancelled' };
    const abort = { ...request, operation: 'abort' } as const;
    if (refuseNow(rollout, abort) === null) accept(rollout, abort);
  });
}
