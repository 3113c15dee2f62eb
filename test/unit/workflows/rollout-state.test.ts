/** The state that travels through continue-as-new: JSON and nothing else, of a size that doesn't depend on the jobs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { type NumberedEntry, rolloutStates } from '../../../src/contracts/rollout-status.ts';
import { move } from '../../../src/workflows/rollout/state.ts';
import { noCounts, sum, tally } from '../../../src/workflows/rollout/tally.ts';
import { acknowledge, addOutcomes, nextEntries, trailIsFull } from '../../../src/workflows/rollout/trail.ts';
import { now, outcome, rolloutIn } from './rollouts.ts';

const note = { now, asker: { requestId: '', by: 'millrace', why: null } };

for (const state of rolloutStates) {
  test(`a rollout that is ${state} is the same after a journey as JSON`, () => {
    const rollout = rolloutIn(state);
    assert.deepEqual(JSON.parse(JSON.stringify(rollout)), rollout);
  });
}

test('an edge that the table lacks changes nothing and says which it was', () => {
  const rollout = rolloutIn('finished');
  const before = structuredClone(rollout);
  assert.throws(() => move(rollout, 'resumed', { state: 'rolling' }, note), /r: no edge finished --resumed--> rolling/);
  assert.deepEqual(rollout, before);
});

test('every transition is written, with who and why', () => {
  const rollout = rolloutIn('rolling');
  move(
    rollout,
    'pause_asked',
    { state: 'draining', for: { kind: 'pause' } },
    { now, asker: { requestId: 'p', by: 'ann', why: 'look' } },
  );
  const [entry] = rollout.trail;
  assert.deepEqual(entry, {
    kind: 'transition',
    rollout: 'r',
    seq: 2,
    at: new Date(now).toISOString(),
    by: 'ann',
    why: 'look',
    requestId: 'p',
    event: 'pause_asked',
    from: 'rolling',
    to: 'draining',
    cause: null,
    order: null,
  });
});

test('failures are counted of their wave, and the last of them are kept', () => {
  const rollout = rolloutIn('rolling');
  for (let i = 0; i < 5_000; i++) {
    const cause = failure('bad_record', 'x'.repeat(limits.rolloutCauseCharsMax));
    tally(rollout, 1, { ...outcome(i % 2 === 0 ? 'failed' : 'rolled_back', `j${i}`), cause });
  }
  assert.deepEqual(rollout.waves[1]?.counts, { ...noCounts, failed: 2_500, rolled_back: 2_500 });
  assert.deepEqual(rollout.counted, { all: 5_000, wave: 5_000 });
  assert.equal(rollout.failures.length, limits.rolloutFailuresKeptMax);
  assert.equal(rollout.failures.at(-1)?.name, 'j4999');
  assert.ok(JSON.stringify(rollout).length < 16_384, `${JSON.stringify(rollout).length} characters`);
});

test('a new outcome of a job takes the place of the one that it had', () => {
  const rollout = rolloutIn('baking');
  tally(rollout, 0, outcome('failed'), 'done');
  assert.deepEqual(rollout.waves[0]?.counts, { ...noCounts, done: 99, failed: 1 });
  assert.equal(sum(rollout.waves.map((w) => w.counts)).failed, 1);
});

test('outcomes share an entry until it is full, or may be under way', () => {
  const rollout = rolloutIn('rolling');
  const sizes = (): number[] => rollout.trail.map((e) => (e.kind === 'outcomes' ? e.outcomes.length : 0));
  const some = (n: number) => Array.from({ length: n }, (_, i) => outcome('done', `j${i}`));
  addOutcomes(rollout, some(3), 0);
  addOutcomes(rollout, some(2), 0);
  assert.deepEqual(sizes(), [5]);
  const sealed = rollout.entries;
  const sent = structuredClone(rollout.trail);
  addOutcomes(rollout, some(limits.rolloutOutcomesBatchMax + 1), sealed);
  assert.deepEqual(sizes(), [5, limits.rolloutOutcomesBatchMax, 1]);
  assert.deepEqual(rollout.trail[0], sent[0], 'what is under way stays as it is');
  acknowledge(rollout, sealed);
  assert.deepEqual(sizes(), [limits.rolloutOutcomesBatchMax, 1]);
});

test('what waits for the log is bounded, in one message too', () => {
  const rollout = rolloutIn('rolling');
  const cause = failure('bad_record', 'x'.repeat(limits.rolloutCauseCharsMax));
  const most = limits.rolloutOutcomesWaitingMax + limits.rolloutConcurrencyMax;
  for (let i = 0; i < most; i++) {
    assert.equal(trailIsFull(rollout), i >= limits.rolloutOutcomesWaitingMax);
    addOutcomes(rollout, [{ ...outcome('failed', `j${i}`), cause }], 0);
  }
  assert.ok(JSON.stringify(rollout).length < 1_000_000, 'half of what a payload may be');
  const told: NumberedEntry[] = [];
  while (rollout.trail.length > 0) {
    const batch = nextEntries(rollout);
    const fits = JSON.stringify(batch).length <= limits.historyBatchBytesMax + 100;
    assert.ok(fits || batch.length === 1);
    told.push(...batch);
    acknowledge(rollout, batch.at(-1)!.seq);
  }
  assert.equal(told.flatMap((e) => (e.kind === 'outcomes' ? e.outcomes : [])).length, most);
});
