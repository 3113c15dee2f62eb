/** What becomes of requests to a rollout, without a workflow around them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import type { RolloutOperation } from '../../../src/contracts/rollout-status.ts';
import { accept, refuse } from '../../../src/workflows/rollout/requests.ts';
import { takeRequests } from '../../../src/workflows/rollout/take.ts';
import { now, rolloutIn } from './rollouts.ts';

const ask = (operation: RolloutOperation, requestId: string = operation) => {
  return { requestId, by: 'ann', why: null, operation };
};

test('a request is judged by the state that those before it lead to', () => {
  const rollout = rolloutIn('rolling');
  accept(rollout, ask('pause'));
  assert.equal(accept(rollout, ask('pause', 'again')).outcome, 'unchanged');
  assert.equal(accept(rollout, ask('resume')).outcome, 'accepted');
  accept(rollout, ask('abort'));
  assert.equal(refuse(rollout, ask('resume', 'late'))?.code, 'forbidden_state');
  takeRequests(rollout, now);
  assert.deepEqual(rollout.phase, { state: 'draining', for: { kind: 'abort' } });
  assert.equal(refuse(rollout, ask('resume', 'later'))?.code, 'forbidden_state');
});

test('the same request id twice gives the same answer, whatever has happened since', () => {
  const rollout = rolloutIn('rolling');
  const answer = accept(rollout, ask('pause'));
  takeRequests(rollout, now);
  accept(rollout, ask('abort'));
  takeRequests(rollout, now);
  assert.equal(refuse(rollout, ask('pause')), null);
  assert.deepEqual(accept(rollout, ask('pause')), answer);
  assert.equal(rollout.queue.length, 0);
});

test('a request that says too little or too much of itself is refused', () => {
  const rollout = rolloutIn('rolling');
  const long = (n: number): string => 'x'.repeat(n + 1);
  for (const mistaken of [
    { requestId: '' },
    { requestId: long(limits.requestIdCharsMax) },
    { by: '' },
    { by: long(limits.actorCharsMax) },
    { why: long(limits.reasonCharsMax) },
  ]) {
    assert.equal(refuse(rollout, { ...ask('pause'), ...mistaken })?.code, 'invalid_spec');
  }
});

test('answers and waiting requests are bounded', () => {
  const rollout = rolloutIn('selecting');
  for (let i = 0; rollout.queue.length < limits.requestsQueuedMax; i++) {
    accept(rollout, ask(i % 2 === 0 ? 'pause' : 'resume', `q${i}`));
  }
  assert.equal(refuse(rollout, ask('pause', 'more'))?.code, 'too_many_requests');
  for (let i = 0; i < 100; i++) accept(rollout, ask('resume', `r${i}`));
  assert.equal(rollout.requests.length, limits.requestsKeptMax);
});

test('a resume puts up with the failures so far', () => {
  const rollout = rolloutIn('halted');
  rollout.counted = { all: 9, wave: 4 };
  accept(rollout, ask('resume'));
  takeRequests(rollout, now);
  assert.deepEqual(rollout.counted, { all: 0, wave: 0 });
});
