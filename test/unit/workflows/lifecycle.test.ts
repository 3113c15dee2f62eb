/** The transition table: every pair of state and event, the forbidden ones too, and the page that is printed from it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { statesPage } from '../../../scripts/states.ts';
import { type JobState, jobStates } from '../../../src/contracts/status.ts';
import { type JobEvent, jobEvents, target, transitions } from '../../../src/workflows/job/lifecycle.ts';

/** Written by hand, apart from the table: state → event → where it leads. What isn't here is forbidden. */
const legal: Readonly<Record<JobState, Partial<Record<JobEvent, JobState>>>> = {
  deploying: {
    confirmed: 'running',
    left: 'deploying',
    lost: 'failed',
    broken: 'failed',
    undone: 'rolling_back',
    pause_asked: 'draining',
    stop_asked: 'draining',
  },
  running: {
    applied: 'updating',
    restart_asked: 'updating',
    renewed: 'updating',
    followed: 'updating',
    left: 'deploying',
    lost: 'deploying',
    broken: 'failed',
    pause_asked: 'draining',
    rewind_asked: 'draining',
    stop_asked: 'draining',
  },
  updating: {
    confirmed: 'running',
    left: 'deploying',
    refused: 'running',
    lost: 'rolling_back',
    broken: 'rolling_back',
    pause_asked: 'draining',
    stop_asked: 'draining',
  },
  rolling_back: {
    confirmed: 'running',
    left: 'rolling_back',
    lost: 'failed',
    broken: 'failed',
    pause_asked: 'draining',
    stop_asked: 'draining',
  },
  failed: {
    applied: 'deploying',
    retried: 'deploying',
    restart_asked: 'deploying',
    pause_asked: 'draining',
    rewind_asked: 'draining',
    stop_asked: 'draining',
  },
  draining: { stop_asked: 'draining', ended: 'stopped', paused: 'paused', rewound: 'deploying', refused: 'deploying' },
  paused: { applied: 'paused', resumed: 'deploying', rewound: 'paused', stop_asked: 'draining' },
  stopped: {},
};

for (const state of jobStates) {
  for (const event of jobEvents) {
    const to = legal[state][event] ?? null;
    test(`${state} × ${event}: ${to ?? 'forbidden'}`, () => assert.equal(target(state, event), to));
  }
}

test('no pair of state and event stands twice in the table', () => {
  const pairs = transitions.flatMap((t) => t.from.map((from) => `${from} ${t.event}`));
  assert.equal(new Set(pairs).size, pairs.length);
});

test('docs/states.md is what the table prints', () => {
  const page = readFileSync(new URL('../../../docs/states.md', import.meta.url), 'utf8');
  assert.equal(page, statesPage(), 'run `node scripts/states.ts` and commit docs/states.md');
});
