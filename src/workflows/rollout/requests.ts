/**
 * What becomes of requests: refused at once, or queued for the loop. Pure functions of the rollout's data; the workflow's
 * handlers call them. A request id that is known gets its known answer, before anything else is looked at.
 */
import { mistakeOfAsker, refuseReuse } from '../../contracts/asking.ts';
import { type Failure, failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { admissions } from '../../contracts/rollout-operations.ts';
import type { RolloutRequest, RolloutState } from '../../contracts/rollout-status.ts';
import type { OperateRollout } from './messages.ts';
import type { RolloutData } from './state.ts';

const known = (rollout: RolloutData, requestId: string): RolloutRequest | null =>
  rollout.requests.find((r) => r.requestId === requestId) ?? null;

/** Why an operation can't be accepted now, or null. */
export function refuse(rollout: RolloutData, request: OperateRollout): Failure | null {
  const before = known(rollout, request.requestId);
  if (before !== null) return refuseReuse({ requestId: before.requestId, digest: before.asked }, request.operation);
  const mistake = mistakeOfAsker(request);
  if (mistake !== null) return failure('invalid_spec', mistake);
  return refuseNow(rollout, request);
}

/** The same of what the rollout asks of itself. */
export function refuseNow(rollout: RolloutData, request: OperateRollout): Failure | null {
  const admission = admissions[request.operation][standing(rollout)];
  if (typeof admission === 'object') {
    return failure('forbidden_state', `Rollout ${rollout.id} can't ${request.operation}: ${admission.refused}`);
  }
  if (rollout.queue.length >= limits.requestsQueuedMax) {
    const message = `Rollout ${rollout.id} has ${rollout.queue.length} requests waiting: try again when they are done.`;
    return failure('too_many_requests', message);
  }
  return null;
}

export function accept(rollout: RolloutData, request: OperateRollout): RolloutRequest {
  const { requestId, by, why, operation } = request;
  const before = known(rollout, requestId);
  if (before !== null) return before;
  const idle = admissions[operation][standing(rollout)] === 'already';
  if (!idle) rollout.queue.push({ kind: operation, asker: { requestId, by, why } });
  const answer = { requestId, asked: operation, outcome: idle ? 'unchanged' : 'accepted' } as const;
  rollout.requests = [...rollout.requests, answer].slice(-limits.requestsKeptMax);
  return answer;
}

/** The state that it will be in once what it was asked before has been done: by it a new request is judged. */
export function standing({ phase, queue }: RolloutData): RolloutState {
  let state: RolloutState = phase.state === 'draining' && phase.for.kind === 'abort' ? 'closing' : phase.state;
  for (const { kind } of queue) {
    if (kind === 'abort') return 'closing';
    state = kind === 'pause' ? 'paused' : 'rolling';
  }
  return state;
}
