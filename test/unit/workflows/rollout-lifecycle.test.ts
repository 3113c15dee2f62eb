/** A rollout's tables: every pair of state and event, every pair of state and operation, the forbidden ones too, and their page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolloutsPage, withTables } from '../../../scripts/rollouts.ts';
import {
  type RolloutOperation,
  type RolloutState,
  rolloutOperations,
  rolloutStates,
} from '../../../src/contracts/rollout-status.ts';
import { type RolloutEvent, rolloutEvents, target, transitions } from '../../../src/workflows/rollout/lifecycle.ts';
import { accept, refuse } from '../../../src/workflows/rollout/requests.ts';
import { takeRequests } from '../../../src/workflows/rollout/take.ts';
import { now, rolloutIn } from './rollouts.ts';

/** Written by hand, apart from the table: state → event → where it leads. What isn't here is forbidden. */
const legal: Readonly<Record<RolloutState, Partial<Record<RolloutEvent, RolloutState>>>> = {
  selecting: { selected: 'rolling', refused: 'aborted', abort_asked: 'aborted' },
  rolling: {
    wave_ended: 'baking',
    halt_needed: 'draining',
    pause_asked: 'draining',
    abort_asked: 'draining',
    all_done: 'finished',
  },
  baking: { baked: 'rolling', halt_needed: 'halted', pause_asked: 'paused', abort_asked: 'closing' },
  draining: { paused: 'paused', halted: 'halted', drained: 'closing', resumed: 'rolling', abort_asked: 'draining' },
  paused: { resumed: 'rolling', abort_asked: 'closing' },
  halted: { resumed: 'rolling', abort_asked: 'closing' },
  closing: { closed: 'aborted' },
  aborted: {},
  finished: {},
};

for (const state of rolloutStates) {
  for (const event of rolloutEvents) {
    const to = legal[state][event] ?? null;
    test(`${state} × ${event}: ${to ?? 'forbidden'}`, () => assert.equal(target(state, event), to));
  }
}

/** Likewise: state → operation → the state that it leads to at once, or that it is so already, or that it is refused. */
const asked: Readonly<Record<RolloutState, Readonly<Record<RolloutOperation, RolloutState | 'already' | 'refused'>>>> =
  {
    selecting: { pause: 'selecting', resume: 'already', abort: 'aborted' },
    rolling: { pause: 'draining', resume: 'already', abort: 'draining' },
    baking: { pause: 'paused', resume: 'already', abort: 'closing' },
    draining: { pause: 'already', resume: 'rolling', abort: 'draining' },
    paused: { pause: 'already', resume: 'rolling', abort: 'closing' },
    halted: { pause: 'already', resume: 'rolling', abort: 'closing' },
    closing: { pause: 'refused', resume: 'refused', abort: 'already' },
    aborted: { pause: 'refused', resume: 'refused', abort: 'already' },
    finished: { pause: 'refused', resume: 'refused', abort: 'refused' },
  };

for (const state of rolloutStates) {
  for (const operation of rolloutOperations) {
    const wanted = asked[state][operation];
    test(`${operation} of a rollout that is ${state}: ${wanted}`, () => {
      const rollout = rolloutIn(state);
      const request = { requestId: 'x', by: 'ann', why: null, operation };
      const refused = refuse(rollout, request);
      assert.equal(refused?.code ?? null, wanted === 'refused' ? 'forbidden_state' : null);
      if (wanted === 'refused') return;
      assert.equal(accept(rollout, request).outcome, wanted === 'already' ? 'unchanged' : 'accepted');
      takeRequests(rollout, now);
      assert.equal(rollout.phase.state, wanted === 'already' ? state : wanted);
    });
  }
}

test('no pair of state and event stands twice in the table', () => {
  const pairs = transitions.flatMap((t) => t.from.map((from) => `${from} ${t.event}`));
  assert.equal(new Set(pairs).size, pairs.length);
});

test('docs/rollouts.md holds what the tables print', () => {
  const page = rolloutsPage();
  assert.equal(page, withTables(page), 'run `node scripts/rollouts.ts` and commit docs/rollouts.md');
});
