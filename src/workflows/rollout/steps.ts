/** What a rollout does on each edge that takes some doing. Beside take.ts the only place where its phase changes. */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { JobOutcome } from '../../contracts/rollout-status.ts';
import { failureOf } from '../failure.ts';
import { paging, surveying } from './activities.ts';
import type { Live } from './live.ts';
import type { Scribe } from './scribe.ts';
import { move, ourselves, type Phase, type RolloutData } from './state.ts';
import { isAsked } from './take.ts';
import { noCounts, tally, tooMany } from './tally.ts';
import { addOutcomes } from './trail.ts';

export interface RolloutRun {
  readonly rollout: RolloutData;
  readonly live: Live;
  readonly scribe: Scribe;
}

const now = (): number => Date.now();

export async function select({ rollout }: RolloutRun): Promise<void> {
  const { id, order } = rollout;
  const { selector, strategy } = order;
  const answer = await attempt(rollout, 'its jobs were listed', () =>
    surveying(rollout.deployment, 'list the jobs').selectJobs({ id, selector, canary: strategy.canary }),
  );
  if (answer === null) return;
  if ('failure' in answer) {
    const note = { now: now(), asker: ourselves('its jobs could not be listed'), cause: answer.failure };
    move(rollout, 'refused', { state: 'aborted', cause: answer.failure }, note);
    return;
  }
  const { value: list } = answer;
  rollout.list = list;
  rollout.at = { page: 0, offset: list.offset, begun: 0 };
  rollout.waves = list.waves.map((size) => ({ size, counts: noCounts }));
  move(rollout, 'selected', { state: 'rolling' }, { now: now(), asker: ourselves(`${list.total} jobs are listed`) });
}

export async function readPage({ rollout, live }: RolloutRun): Promise<void> {
  const { id, list, at } = rollout;
  if (list === null) throw new Error('a page of jobs is read before they are listed');
  const order = { id, list: list.list, page: at.page, offset: at.offset };
  const answer = await attempt(rollout, 'the list of its jobs was read', () =>
    paging(rollout.deployment, `page ${at.page + 1} of ${list.pages}`).readJobs(order),
  );
  if (answer === null) return;
  if ('value' in answer) live.page = answer.value;
  else if (rollout.phase.state === 'closing') close(rollout, answer.failure);
  else halt(rollout, answer.failure);
}

/** Begins with the next jobs of the page. */
export function begin({ rollout, live }: RolloutRun, count: number): void {
  const { deployment, id, order, asker, at } = rollout;
  const { action, selector, strategy } = order;
  const why = `rollout ${id}${asker.why === null ? '' : `: ${asker.why}`}`.slice(0, limits.reasonCharsMax);
  for (const job of (live.page?.jobs ?? []).slice(at.begun, at.begun + count)) {
    const select = 'jobs' in selector ? null : selector;
    live.begin(deployment, { rollout: id, job, action, selector: select, by: asker.by, why, msMax: strategy.jobMsMax });
  }
  rollout.at = { ...at, begun: at.begun + count };
}

/** Every job of the page has its outcome: on to the next, with a bake time in between where a wave has ended. */
export function endPage({ rollout, live }: RolloutRun): void {
  const { page } = live;
  if (page === null) throw new Error('a page of jobs ends that was not read');
  rollout.at = { page: rollout.at.page + 1, offset: page.next, begun: 0 };
  live.page = null;
  if (!page.ends || rollout.phase.state !== 'rolling' || rollout.at.page >= (rollout.list?.pages ?? 0)) return;
  const { bakeMs } = rollout.order.strategy;
  if (bakeMs > 0) rollout.bakeUntil = now() + bakeMs;
  else nextWave(rollout);
}

export function bake({ rollout }: RolloutRun): void {
  const until = rollout.bakeUntil ?? now();
  const asker = ourselves(`wave ${rollout.wave + 1} has ended`);
  move(rollout, 'wave_ended', { state: 'baking', until }, { now: now(), asker });
}

/** Looks whether the wave's jobs are still well; those that aren't count as failed. */
export async function lookAgain({ rollout, scribe }: RolloutRun): Promise<void> {
  const { id, list, order, wave } = rollout;
  if (list === null) throw new Error('a wave bakes before its jobs are listed');
  const answer = await attempt(rollout, 'the jobs of a wave were looked at again', () =>
    surveying(rollout.deployment, `look at wave ${wave + 1} again`).findRegressed({
      id,
      list,
      wave,
      action: order.action.kind,
    }),
  );
  if (answer === null) return;
  if ('failure' in answer) return halt(rollout, answer.failure);
  for (const outcome of answer.value) tally(rollout, wave, outcome, 'done');
  addOutcomes(rollout, answer.value, scribe.sealed);
  const cause = tooMany(rollout);
  rollout.bakeUntil = null;
  if (cause === null) {
    move(rollout, 'baked', { state: 'rolling' }, { now: now(), asker: ourselves(`wave ${wave + 1} is well`) });
  } else halt(rollout, cause);
  nextWave(rollout);
}

function nextWave(rollout: RolloutData): void {
  rollout.wave += 1;
  rollout.counted = { ...rollout.counted, wave: 0 };
}

/** No further job is begun until the owner has decided. */
export function halt(rollout: RolloutData, cause: Failure): void {
  const note = { now: now(), asker: ourselves('something is wrong'), cause };
  const to: Phase =
    rollout.phase.state === 'baking' ? { state: 'halted', cause } : { state: 'draining', for: { kind: 'halt', cause } };
  move(rollout, 'halt_needed', to, note);
}

/** No job is under way any more. Failures that came meanwhile halt what was to be paused. */
export function drained({ rollout }: RolloutRun): void {
  const { phase } = rollout;
  if (phase.state !== 'draining') throw new Error(`a rollout has drained that is ${phase.state}`);
  const note = { now: now(), asker: ourselves('no job is under way any more') };
  const cause = phase.for.kind === 'halt' ? phase.for.cause : tooMany(rollout);
  if (phase.for.kind === 'abort') move(rollout, 'drained', { state: 'closing' }, note);
  else if (cause === null) move(rollout, 'paused', { state: 'paused' }, note);
  else move(rollout, 'halted', { state: 'halted', cause }, { ...note, cause });
}

/** The rest of the page has as its outcome that it was not begun. */
export function writeOff(run: RolloutRun): void {
  const { rollout, live } = run;
  const at = new Date(now()).toISOString();
  const rest = (live.page?.jobs ?? []).slice(rollout.at.begun).map((job): JobOutcome => {
    return { ...job, outcome: 'not_begun', revision: 0, cause: null, at };
  });
  for (const outcome of rest) tally(rollout, live.page?.wave ?? 0, outcome);
  addOutcomes(rollout, rest, run.scribe.sealed);
  endPage(run);
}

export function close(rollout: RolloutData, cause: Failure | null = null): void {
  const note = { now: now(), asker: ourselves('every job has its outcome'), cause };
  move(rollout, 'closed', { state: 'aborted', cause }, note);
}

export function finish(rollout: RolloutData): void {
  move(rollout, 'all_done', { state: 'finished' }, { now: now(), asker: ourselves('every job has its outcome') });
}

/** Takes what has come of the jobs under way. */
export function takeOutcomes({ rollout, live, scribe }: RolloutRun): void {
  const outcomes = live.take();
  for (const outcome of outcomes) tally(rollout, rollout.wave, outcome);
  addOutcomes(rollout, outcomes, scribe.sealed);
}

/** Works until it is done, has failed for good, or a request comes; null for the last, and the work is cancelled. */
async function attempt<T>(
  rollout: RolloutData,
  during: string,
  work: () => Promise<T>,
): Promise<{ value: T } | { failure: Failure } | null> {
  const scope = new CancellationScope();
  let answer: { value: T } | { failure: Failure } | null = null;
  const done = scope.run(work).then(
    (value) => {
      answer = { value };
    },
    (error: unknown) => {
      if (!isCancellation(error)) answer = { failure: failureOf(error, during) };
    },
  );
  await condition(() => answer !== null || isAsked(rollout));
  if (answer === null) scope.cancel();
  await done;
  return answer;
}
