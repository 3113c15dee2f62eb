/**
 * How the loop takes requests up: in their order, as far as the present state can. Pure functions of the rollout's data.
 * While the jobs are being listed only an abort is taken: the rest waits until there is something to pause.
 */
import type { RolloutState } from '../../contracts/rollout-status.ts';
import { move, type Phase, type QueuedOperation, type RolloutData } from './state.ts';

export function takeRequests(rollout: RolloutData, now: number): void {
  for (let q = takeable(rollout); q !== undefined; q = takeable(rollout)) {
    const taken = q;
    rollout.queue = rollout.queue.filter((other) => other !== taken);
    take(rollout, taken, now);
  }
}

/** Whether something is asked for that can be taken up now. */
export const isAsked = (rollout: RolloutData): boolean => takeable(rollout) !== undefined;

function takeable({ phase, queue }: RolloutData): QueuedOperation | undefined {
  return phase.state === 'selecting' ? queue.find((q) => q.kind === 'abort') : queue[0];
}

function take(rollout: RolloutData, { kind, asker }: QueuedOperation, now: number): void {
  const note = { now, asker };
  const { state } = rollout.phase;
  switch (kind) {
    case 'pause':
      if (state === 'rolling') move(rollout, 'pause_asked', { state: 'draining', for: { kind: 'pause' } }, note);
      if (state === 'baking') move(rollout, 'pause_asked', { state: 'paused' }, note);
      break;
    case 'resume':
      if (state !== 'draining' && state !== 'paused' && state !== 'halted') break;
      rollout.counted = { all: 0, wave: 0 };
      move(rollout, 'resumed', { state: 'rolling' }, note);
      break;
    case 'abort': {
      const to = aborting[state];
      if (to !== undefined) move(rollout, 'abort_asked', to, note);
      break;
    }
    default:
      kind satisfies never;
  }
}

/** Where an abort leads. From the other states it leads nowhere: they are its end. */
const aborting: Partial<Record<RolloutState, Phase>> = {
  selecting: { state: 'aborted', cause: null },
  rolling: { state: 'draining', for: { kind: 'abort' } },
  draining: { state: 'draining', for: { kind: 'abort' } },
  baking: { state: 'closing' },
  paused: { state: 'closing' },
  halted: { state: 'closing' },
};
