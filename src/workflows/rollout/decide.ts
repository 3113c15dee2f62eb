/**
 * What a rollout does next: a pure function of what it is and what is observed. workflow.ts writes the answer down and then
 * acts on it. A new run begins only while no job is under way and the log is written: no activity survives it.
 */
import type { Failure } from '../../contracts/failure.ts';
import type { RolloutData } from './state.ts';
import { tooMany } from './tally.ts';
import { trailIsFull } from './trail.ts';

/** A page of the list, as far as it decides. */
export interface SeenPage {
  readonly jobs: number;
  /** Whether its wave ends with it. */
  readonly ends: boolean;
}

/** What the workflow sees of the world at one moment. */
export interface Observed {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Null: not read in this run. */
  readonly page: SeenPage | null;
  /** Jobs that were begun and have no outcome yet. */
  readonly underWay: number;
  /** Whether some of the log is not acknowledged yet. */
  readonly writing: boolean;
  /** Whether this run has acted yet: one that hasn't doesn't hand over to another. */
  readonly acted: boolean;
  readonly historyEvents: number;
  readonly continueSuggested: boolean;
}

type Plain =
  | 'select'
  | 'read_page'
  | 'end_page'
  | 'bake'
  | 'look_again'
  | 'drained'
  | 'write_off'
  | 'close'
  | 'all_done'
  | 'continue_as_new'
  | 'finish';

export type Next =
  | { readonly [D in Plain]: { readonly do: D } }[Plain]
  /** So many of the page's jobs, beside those under way. */
  | { readonly do: 'begin'; readonly jobs: number }
  | { readonly do: 'halt'; readonly cause: Failure }
  /** Epoch milliseconds, or null: until something happens. */
  | { readonly do: 'wait'; readonly until: number | null };

const wait: Next = { do: 'wait', until: null };

export function decide(rollout: RolloutData, seen: Observed): Next {
  const { phase } = rollout;
  switch (phase.state) {
    case 'selecting':
      return { do: 'select' };
    case 'rolling':
      return decideRolling(rollout, seen);
    case 'baking':
      if (seen.now >= phase.until) return { do: 'look_again' };
      return handOver(rollout, seen, { do: 'wait', until: phase.until });
    case 'draining':
      return seen.underWay > 0 ? wait : { do: 'drained' };
    case 'paused':
    case 'halted':
      return handOver(rollout, seen, wait);
    case 'closing':
      if (isThrough(rollout)) return { do: 'close' };
      if (trailIsFull(rollout)) return wait;
      if (seen.page !== null) return { do: 'write_off' };
      return handOver(rollout, seen, { do: 'read_page' });
    case 'aborted':
    case 'finished':
      return { do: 'finish' };
    default:
      return phase satisfies never;
  }
}

function decideRolling(rollout: RolloutData, seen: Observed): Next {
  const cause = tooMany(rollout);
  if (cause !== null) return { do: 'halt', cause };
  if (rollout.bakeUntil !== null) return { do: 'bake' };
  if (isThrough(rollout)) return { do: 'all_done' };
  if (seen.page === null) return handOver(rollout, seen, { do: 'read_page' });
  const left = seen.page.jobs - rollout.at.begun;
  const room = trailIsFull(rollout) ? 0 : rollout.order.strategy.concurrency - seen.underWay;
  if (left > 0 && room > 0) return { do: 'begin', jobs: Math.min(left, room) };
  return left > 0 || seen.underWay > 0 ? wait : { do: 'end_page' };
}

/** Whether every page of the list has been dealt with. */
const isThrough = ({ list, at }: RolloutData): boolean => list === null || at.page >= list.pages;

/** A new run where the history of this one is long, as soon as nothing is under way; else what is to be done. */
function handOver(rollout: RolloutData, seen: Observed, otherwise: Next): Next {
  const isLong = seen.acted && (seen.continueSuggested || seen.historyEvents >= rollout.handOver);
  if (!isLong || seen.underWay > 0) return otherwise;
  return seen.writing
    ? { do: 'wait', until: otherwise.do === 'wait' ? otherwise.until : null }
    : { do: 'continue_as_new' };
}
