/** A rollout on the real workflow code: waves, bake times, thresholds, and what its owner asks for in each state. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { failure } from '../../src/contracts/failure.ts';
import type { JobOutcomeKind } from '../../src/contracts/rollout-status.ts';
import { type Script, ScriptedRollouts } from './rollout-scripted.ts';
import { fail, refusalOf } from './scripted.ts';

let world: ScriptedRollouts;
before(async () => {
  world = await ScriptedRollouts.start();
});
after(() => world.close());

function script(id: string, jobs: number): Script {
  const s = world.script(id);
  s.count(jobs);
  return s;
}

const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `job-${from + i}`);

/** Every job of the script has exactly one outcome in the log. */
function assertOnceEach(s: Script, but: readonly string[] = []): void {
  const told = s.outcomes().map((o) => o.name);
  assert.deepEqual([...told].sort(), [...s.jobs.map((j) => j.name), ...but].sort());
}

const kindsOf = (s: Script, kind: JobOutcomeKind): string[] =>
  s
    .outcomes()
    .filter((o) => o.outcome === kind)
    .map((o) => o.name);

test('the canary goes first, bakes, and the rest follows, never more at once than asked', async () => {
  const s = script('waves', 40);
  const together = Promise.withResolvers<void>();
  s.act = async (name) => {
    if (s.underWay === 4) together.resolve();
    // None of the rest settles before as many are under way as may be.
    if (!names(1, 3).includes(name)) await together.promise;
    return name === 'job-7' ? 'unchanged' : name === 'job-8' ? 'skipped' : 'done';
  };
  let looked = 0;
  s.regressed = () => {
    looked += 1;
    assert.equal(s.begun.length, 3, 'nothing of the rest is begun before the bake time is over');
    return [];
  };
  await world.begin('waves', { canary: [3], bakeMs: 3_600_000, concurrency: 4 });
  const status = await world.ended('waves');
  assert.equal(status.state, 'finished');
  assert.deepEqual(s.begun.slice(0, 3).sort(), names(1, 3));
  assert.equal(looked, 1);
  assert.equal(s.mostUnderWay, 4);
  assertOnceEach(s);
  assert.deepEqual(
    status.waves.map((w) => w.size),
    [3, 37],
  );
  assert.deepEqual(status.counts, { done: 38, unchanged: 1, skipped: 1, failed: 0, rolled_back: 0, not_begun: 0 });
  assert.deepEqual(s.transitions(), ['selecting', 'rolling', 'baking', 'rolling', 'finished']);
});

test('a failed canary halts it before anything else is begun; resumed, it goes on', async () => {
  const s = script('canary', 20);
  s.act = (name) => (name === 'job-2' ? 'rolled_back' : 'done');
  await world.begin('canary', { canary: [2], maxFailures: 10, concurrency: 1 });
  const halted = await world.until('canary', 'halted');
  assert.match(halted.cause?.message ?? '', /^1 job of the first wave failed/);
  assert.deepEqual(s.begun, names(1, 2));
  assert.deepEqual(
    halted.failures.map((f) => f.name),
    ['job-2'],
  );
  await world.operate('canary', 'resume');
  const status = await world.ended('canary');
  assert.equal(status.state, 'finished');
  assertOnceEach(s);
});

test('it halts when more jobs fail than it may put up with, and waits for those under way', async () => {
  const s = script('count', 100);
  let failures = 0;
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  s.act = async (name) => {
    if (name === 'job-1') await held;
    return name === 'job-1' || failures++ < 3 ? 'failed' : 'done';
  };
  await world.begin('count', { maxFailures: 2, concurrency: 3 });
  await world.until('count', (st) => st.state === 'draining' && st.underWay === 1);
  const begun = s.begun.length;
  release();
  const halted = await world.until('count', 'halted');
  assert.equal(s.begun.length, begun);
  assert.equal(halted.counts.failed, 4);
  await world.operate('count', 'abort');
  const status = await world.ended('count');
  assert.equal(status.state, 'aborted');
  assert.equal(status.counts.not_begun, 100 - begun);
  assertOnceEach(s);
});

test('a percentage is of each wave', async () => {
  const s = script('percent', 110);
  s.act = (name) => (Number(name.slice(4)) > 10 && Number(name.slice(4)) <= 21 ? 'failed' : 'done');
  await world.begin('percent', { canary: [10], maxFailures: '10%', concurrency: 1 });
  const halted = await world.until('percent', 'halted');
  assert.match(halted.cause?.message ?? '', /^11 jobs of the 100 of this wave failed, and at most 10 are put up with/);
  assert.equal(s.begun.length, 21);
  await world.operate('percent', 'abort');
  await world.ended('percent');
});

test('a job that was done and has failed when the bake time is over halts it, and counts as failed', async () => {
  const s = script('regressed', 10);
  s.regressed = () => ['job-1'];
  await world.begin('regressed', { canary: [2], bakeMs: 3_600_000 });
  await world.until('regressed', 'baking');
  await world.env.sleep(3_600_000);
  const halted = await world.until('regressed', 'halted');
  assert.deepEqual(s.begun.sort(), names(1, 2));
  assert.deepEqual(halted.waves[0]?.counts, {
    done: 1,
    unchanged: 0,
    skipped: 0,
    failed: 1,
    rolled_back: 0,
    not_begun: 0,
  });
  await world.operate('regressed', 'resume');
  const status = await world.ended('regressed');
  assert.equal(status.state, 'finished');
  assert.equal(status.counts.done + status.counts.failed, 10);
  assertOnceEach(s, ['job-1']);
});

test('what is known of a job no more is its failure, with the cause', async () => {
  const s = script('thrown', 3);
  s.act = (name) => {
    if (name === 'job-1') throw fail('not_authorized', 'no access');
    return 'done';
  };
  await world.begin('thrown', { maxFailures: 1 });
  const status = await world.ended('thrown');
  assert.equal(status.state, 'finished');
  assert.equal(status.failures[0]?.cause?.message, 'no access');
  assertOnceEach(s);
});

test('jobs that can not be listed abort it, with the cause', async () => {
  const s = script('refused', 3);
  s.refused = fail('invalid_spec', 'too many');
  await world.begin('refused');
  const status = await world.ended('refused');
  assert.equal(status.state, 'aborted');
  assert.deepEqual(status.cause, failure('invalid_spec', 'too many'));
  assert.deepEqual(s.transitions(), ['selecting', 'aborted']);
});

test('no job at all: finished', async () => {
  script('none', 0);
  await world.begin('none', { canary: [5], bakeMs: 1_000 });
  const status = await world.ended('none');
  assert.equal(status.state, 'finished');
  assert.equal(status.total, 0);
});

test('selecting: a pause waits for the list, and nothing is begun', async () => {
  const s = script('p-selecting', 10);
  s.gates.selecting.shut();
  await world.begin('p-selecting');
  await world.until('p-selecting', 'selecting');
  assert.equal((await world.operate('p-selecting', 'resume')).outcome, 'unchanged');
  assert.equal((await world.operate('p-selecting', 'pause')).outcome, 'accepted');
  assert.equal((await world.operate('p-selecting', 'pause')).outcome, 'unchanged');
  s.gates.selecting.open();
  await world.until('p-selecting', 'paused');
  assert.deepEqual(s.begun, []);
  await world.operate('p-selecting', 'resume');
  await world.ended('p-selecting');
  assertOnceEach(s);
});

test('rolling: paused, it lets those under way settle and begins no other; resumed, it goes on where it was', async () => {
  const s = script('p-rolling', 30);
  const held = holdJobs(s);
  await world.begin('p-rolling', { concurrency: 4 });
  await world.until('p-rolling', (st) => st.underWay === 4);
  await world.operate('p-rolling', 'pause', 'p1');
  const draining = await world.until('p-rolling', 'draining');
  assert.equal(draining.underWay, 4);
  assert.equal((await world.operate('p-rolling', 'pause')).outcome, 'unchanged');
  held.release();
  const paused = await world.until('p-rolling', 'paused');
  assert.equal(paused.counts.done, 4);
  assert.equal((await world.operate('p-rolling', 'pause')).outcome, 'unchanged');
  await world.operate('p-rolling', 'resume');
  assert.deepEqual(await world.operate('p-rolling', 'pause', 'p1'), {
    requestId: 'p1',
    asked: 'pause',
    outcome: 'accepted',
  });
  const status = await world.ended('p-rolling');
  assert.equal(status.state, 'finished', 'a request that is known is not done again');
  assertOnceEach(s);
});

test('draining: resumed before the last has settled, it goes on at once', async () => {
  const s = script('r-draining', 12);
  const held = holdJobs(s);
  await world.begin('r-draining', { concurrency: 2 });
  await world.until('r-draining', (st) => st.underWay === 2);
  await world.operate('r-draining', 'pause');
  await world.until('r-draining', 'draining');
  await world.operate('r-draining', 'resume');
  await world.until('r-draining', 'rolling');
  held.release();
  await world.ended('r-draining');
  assert.equal(s.mostUnderWay, 2);
  assertOnceEach(s);
});

test('rolling: aborted, those under way get their outcome, and the rest that it was not begun', async () => {
  const s = script('a-rolling', 450);
  const held = holdJobs(s);
  await world.begin('a-rolling', { concurrency: 3 });
  await world.until('a-rolling', (st) => st.underWay === 3);
  await world.operate('a-rolling', 'abort');
  const draining = await world.until('a-rolling', 'draining');
  assert.equal(draining.underWay, 3);
  assert.equal((await world.operate('a-rolling', 'abort')).outcome, 'unchanged');
  await assert.rejects(world.operate('a-rolling', 'resume'), (e) => refusalOf(e)?.code === 'forbidden_state');
  await assert.rejects(world.operate('a-rolling', 'pause'), (e) => refusalOf(e)?.code === 'forbidden_state');
  held.release();
  const status = await world.ended('a-rolling');
  assert.equal(status.state, 'aborted');
  assert.deepEqual(kindsOf(s, 'done').sort(), names(1, 3));
  assert.equal(status.counts.not_begun, 447);
  assertOnceEach(s);
});

test('draining to pause: an abort takes its place', async () => {
  const s = script('a-draining', 10);
  const held = holdJobs(s);
  await world.begin('a-draining', { concurrency: 2 });
  await world.until('a-draining', (st) => st.underWay === 2);
  await world.operate('a-draining', 'pause');
  await world.until('a-draining', 'draining');
  await world.operate('a-draining', 'abort');
  held.release();
  const status = await world.ended('a-draining');
  assert.equal(status.state, 'aborted');
  assert.equal(s.begun.length, 2);
  assertOnceEach(s);
});

test('paused: aborted, the rest was not begun', async () => {
  const s = script('a-paused', 10);
  const held = holdJobs(s);
  await world.begin('a-paused', { concurrency: 2 });
  await world.until('a-paused', (st) => st.underWay === 2);
  await world.operate('a-paused', 'pause');
  held.release();
  await world.until('a-paused', 'paused');
  await world.operate('a-paused', 'abort');
  const status = await world.ended('a-paused');
  assert.deepEqual([status.state, status.counts.done, status.counts.not_begun], ['aborted', 2, 8]);
  assertOnceEach(s);
});

test('baking: paused, nothing follows when the time is over; resumed, the rest of the time counts', async () => {
  const s = script('p-baking', 10);
  await world.begin('p-baking', { canary: [2], bakeMs: 3_600_000 });
  await world.until('p-baking', 'baking');
  assert.equal((await world.operate('p-baking', 'resume')).outcome, 'unchanged');
  await world.operate('p-baking', 'pause');
  await world.until('p-baking', 'paused');
  await world.env.sleep(7_200_000);
  assert.equal((await world.status('p-baking')).state, 'paused');
  assert.equal(s.begun.length, 2);
  await world.operate('p-baking', 'resume');
  const status = await world.ended('p-baking');
  assert.equal(status.state, 'finished');
  assert.deepEqual(s.transitions(), [
    'selecting',
    'rolling',
    'baking',
    'paused',
    'rolling',
    'baking',
    'rolling',
    'finished',
  ]);
  assertOnceEach(s);
});

test('baking: aborted, the rest was not begun', async () => {
  const s = script('a-baking', 10);
  await world.begin('a-baking', { canary: [2], bakeMs: 3_600_000 });
  await world.until('a-baking', 'baking');
  await world.operate('a-baking', 'abort');
  const status = await world.ended('a-baking');
  assert.deepEqual([status.state, status.counts.done, status.counts.not_begun], ['aborted', 2, 8]);
  assertOnceEach(s);
});

test('halted: a pause changes nothing', async () => {
  const s = script('p-halted', 5);
  s.act = () => 'failed';
  await world.begin('p-halted', { concurrency: 1 });
  await world.until('p-halted', 'halted');
  assert.equal((await world.operate('p-halted', 'pause')).outcome, 'unchanged');
  await world.operate('p-halted', 'abort');
  await world.ended('p-halted');
  assertOnceEach(s);
});

test('closing: an abort is so already, and nothing else is possible', async () => {
  const s = script('closing', 500);
  const held = holdJobs(s);
  await world.begin('closing', { concurrency: 1 });
  await world.until('closing', (st) => st.underWay === 1);
  s.gates.reading.shut();
  await world.operate('closing', 'abort');
  held.release();
  await world.until('closing', 'closing');
  assert.equal((await world.operate('closing', 'abort')).outcome, 'unchanged');
  await assert.rejects(world.operate('closing', 'resume'), (e) => refusalOf(e)?.code === 'forbidden_state');
  await assert.rejects(world.operate('closing', 'pause'), (e) => refusalOf(e)?.code === 'forbidden_state');
  s.gates.reading.open();
  const status = await world.ended('closing');
  assert.equal(status.counts.not_begun, 499);
  assertOnceEach(s);
});

test('a cancellation of the workflow aborts it in good order', async () => {
  const s = script('cancelled', 10);
  const held = holdJobs(s);
  await world.begin('cancelled', { concurrency: 2 });
  await world.until('cancelled', (st) => st.underWay === 2);
  await world.handle('cancelled').cancel();
  await world.until('cancelled', 'draining');
  held.release();
  const status = await world.ended('cancelled');
  assert.deepEqual([status.state, status.counts.done, status.counts.not_begun], ['aborted', 2, 8]);
});

// The last: this server skips no time while an activity runs that nobody waits for any more.
test('selecting: an abort ends it at once', async () => {
  const s = script('a-selecting', 10);
  s.gates.selecting.shut();
  await world.begin('a-selecting');
  await world.until('a-selecting', 'selecting');
  await world.operate('a-selecting', 'abort');
  const status = await world.ended('a-selecting');
  assert.equal(status.state, 'aborted');
  assert.equal(status.total, null);
  s.gates.selecting.open();
});

/** Holds every job until it is released. */
function holdJobs(s: Script): { release: () => void } {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  s.act = async () => {
    await held;
    return 'done' as const;
  };
  return { release };
}
