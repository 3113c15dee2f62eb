/** What a rollout does next, for everything that it can be and see: a table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import type { RolloutStrategy } from '../../../src/contracts/rollout.ts';
import { type RolloutState, rolloutStates } from '../../../src/contracts/rollout-status.ts';
import { decide, type Observed } from '../../../src/workflows/rollout/decide.ts';
import type { RolloutData } from '../../../src/workflows/rollout/state.ts';
import { addOutcomes } from '../../../src/workflows/rollout/trail.ts';
import { now, outcome, rolloutIn } from './rollouts.ts';

const page = { jobs: 200, ends: false };
const quiet: Observed = {
  now,
  page,
  underWay: 0,
  writing: false,
  acted: true,
  historyEvents: 10,
  continueSuggested: false,
};
const long = { historyEvents: limits.historyEventsMax };
const over = { page: 6, offset: 99, begun: 0 };
const begun = (n: number) => ({ at: { page: 1, offset: 8, begun: n } });

function as(state: RolloutState, change: Partial<RolloutData> = {}, strategy: Partial<RolloutStrategy> = {}) {
  return { ...rolloutIn(state, strategy), ...change };
}

function withFullTrail(state: RolloutState): RolloutData {
  const rollout = rolloutIn(state);
  const waiting = Array.from({ length: limits.rolloutOutcomesWaitingMax }, (_, i) => outcome('done', `j${i}`));
  addOutcomes(rollout, waiting, 0);
  return rollout;
}

const rows: readonly [name: string, rollout: RolloutData, seen: Partial<Observed>, wanted: string][] = [
  ['it begins by listing', as('selecting'), { page: null }, 'select'],
  ['a page that was not read in this run is read', as('rolling'), { page: null }, 'read_page'],
  ['as many jobs are begun as may be under way', as('rolling'), {}, 'begin 10'],
  ['beside those that are', as('rolling', begun(4)), { underWay: 4 }, 'begin 6'],
  ['no more than the page has', as('rolling', begun(197)), { underWay: 5 }, 'begin 3'],
  ['none while as many are under way', as('rolling', begun(10)), { underWay: 10 }, 'wait null'],
  ['a page ends when its last job has settled', as('rolling', begun(200)), {}, 'end_page'],
  ['not before', as('rolling', begun(200)), { underWay: 1 }, 'wait null'],
  [
    'the next page is read in a new run where the history is long',
    as('rolling'),
    { ...long, page: null },
    'continue_as_new',
  ],
  ['the server may suggest it', as('rolling'), { page: null, continueSuggested: true }, 'continue_as_new'],
  ['a run that has done nothing does not hand over', as('rolling'), { ...long, page: null, acted: false }, 'read_page'],
  ['not before the log is written', as('rolling'), { ...long, page: null, writing: true }, 'wait null'],
  ['within a page the history may be long', as('rolling'), long, 'begin 10'],
  ['the list is through', as('rolling', { at: over }), { page: null }, 'all_done'],
  ['three failures are put up with', as('rolling', { counted: { all: 3, wave: 3 } }), {}, 'begin 10'],
  ['a fourth is too many', as('rolling', { counted: { all: 4, wave: 0 } }), {}, 'halt'],
  ['at the end of the list as well', as('rolling', { at: over, counted: { all: 4, wave: 0 } }), {}, 'halt'],
  ['the first wave puts up with none', as('rolling', { wave: 0, counted: { all: 1, wave: 1 } }), {}, 'halt'],
  [
    'an only wave is no canary',
    as('rolling', { wave: 0, waves: [rolloutIn('rolling').waves[1]!], counted: { all: 3, wave: 3 } }),
    {},
    'begin 10',
  ],
  [
    'a percentage is of the wave',
    as('rolling', { counted: { all: 100, wave: 18 } }, { maxFailures: '2%' }),
    {},
    'begin 10',
  ],
  ['and one more is too many', as('rolling', { counted: { all: 100, wave: 19 } }, { maxFailures: '2%' }), {}, 'halt'],
  ['a wave that has ended bakes', as('rolling', { bakeUntil: now + 5_000 }), { page: null }, 'bake'],
  ['nothing is begun while too much waits for the log', withFullTrail('rolling'), {}, 'wait null'],
  ['baking waits for its time', as('baking'), {}, `wait ${now + 5_000}`],
  ['and looks again then', as('baking'), { now: now + 5_000 }, 'look_again'],
  ['in a new run where the history is long', as('baking'), { ...long, page: null }, 'continue_as_new'],
  ['not before the log is written', as('baking'), { ...long, page: null, writing: true }, `wait ${now + 5_000}`],
  ['draining waits for the jobs under way', as('draining'), { underWay: 1 }, 'wait null'],
  ['and is done with the last', as('draining'), {}, 'drained'],
  ['paused waits for its owner', as('paused'), {}, 'wait null'],
  ['in a new run where the history is long', as('paused'), long, 'continue_as_new'],
  ['halted waits for its owner', as('halted'), {}, 'wait null'],
  ['in a new run where the history is long', as('halted'), long, 'continue_as_new'],
  ['closing writes the rest of a page off', as('closing'), {}, 'write_off'],
  ['page by page', as('closing'), { page: null }, 'read_page'],
  ['in a new run where the history is long', as('closing'), { ...long, page: null }, 'continue_as_new'],
  ['to the last', as('closing', { at: over }), { page: null }, 'close'],
  ['but not more than the log takes', withFullTrail('closing'), {}, 'wait null'],
  ['aborted is over', as('aborted'), long, 'finish'],
  ['finished is over', as('finished'), long, 'finish'],
];

for (const [name, rollout, seen, wanted] of rows) {
  test(`${rollout.phase.state}: ${name}`, () => {
    const before = structuredClone(rollout);
    const next = decide(rollout, { ...quiet, ...seen });
    const more = next.do === 'wait' ? ` ${next.until}` : next.do === 'begin' ? ` ${next.jobs}` : '';
    assert.equal(next.do + more, wanted);
    assert.deepEqual(rollout, before, 'deciding changes nothing');
  });
}

test('no run begins while a job is under way', () => {
  for (const state of rolloutStates) {
    const next = decide(rolloutIn(state), { ...quiet, ...long, page: null, underWay: 1 });
    assert.notEqual(next.do, 'continue_as_new', state);
  }
});
