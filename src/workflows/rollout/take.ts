/**
 * How the loop takes requests up: in their order, as far as the present state can. Pure functions of the rollout's data.
 * While the jobs are being listed only an abort is taken: the rest waits until there is something to pause.
 */
import { move, type QueuedOperation, type RolloutData } from './state.ts';

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
      if (state === 'rolling') move(rollout, 'pause_asked', { state: 'draining', then: { kind: 'pause' } }, note);
      if (state === 'baking') move(rollout, 'pause_asked', { state: 'paused' }, note);
      return;
    case 'resume':
      if (state !== 'draining' && state !== 'paused' && state !== 'halted') return;
      rollout.counted = { all: 0, wave: 0 };
      return move(rollout, 'resumed', { state: 'rolling' }, note);
    case 'abort':
      if (state === 'selecting') return move(rollout, 'abort_asked', { state: 'aborted', cause: null }, note);
      if (state === 'rolling' || state === 'draining') {
        return move(rollout, 'abort_asked', { state: 'draining', then: { kind: 'abort' } }, note);
      }
      if (state === 'baking' || state === 'paused' || state === 'halted') {
        return move(rollout, 'abort_asked', { state: 'closing' }, note);
      }
      return;
    default:
      return kind satisfies never;
  }
}
