/**
 * A rollout across runs of its workflow, and over thousands of jobs: continue-as-new forced wherever it can be, what travels
 * is small whatever the number of jobs, and every job is acted on once.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { type Script, ScriptedRollouts } from './rollout-scripted.ts';

let world: ScriptedRollouts;
before(async () => {
  world = await ScriptedRollouts.start();
});
after(() => world.close());

function script(id: string, jobs: number, pageJobs: number): Script {
  const s = world.script(id);
  s.count(jobs);
  s.pageJobs = pageJobs;
  return s;
}

const sorted = (names: readonly string[]): string[] => [...names].sort();

/** Every job was begun once, and has one outcome in the log. */
function assertOnce(s: Script): void {
  const all = sorted(s.jobs.map((j) => j.name));
  assert.deepEqual(sorted(s.begun), all);
  assert.deepEqual(sorted(s.outcomes().map((o) => o.name)), all);
}

const runOf = async (id: string): Promise<string> => (await world.handle(id).describe()).runId;

test('between two pages, and two waves, it goes on in a new run: every job is acted on once', async () => {
  const s = script('pages', 14, 3);
  // Short: this server skips no time once a workflow has gone on in a new run.
  await world.begin('pages', { canary: [4], bakeMs: 1_000, concurrency: 2 }, 1);
  const status = await world.ended('pages');
  assert.equal(status.state, 'finished');
  assertOnce(s);
  assert.deepEqual(
    status.waves.map((w) => w.counts.done),
    [4, 10],
  );
  const runs = await world.runs('pages');
  // Pages of 3, 1 and 3, 3, 3, 1 jobs: a run for each, and one that bakes.
  assert.ok(runs.length >= 6, `${runs.length} runs`);
});

test('paused: the new run waits too, knows what was asked, and goes on in the middle of a page', async () => {
  const s = script('paused', 10, 6);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  s.act = async () => {
    await held;
    return 'done' as const;
  };
  await world.begin('paused', { concurrency: 2 }, 1);
  await world.until('paused', (st) => st.underWay === 2);
  const first = await runOf('paused');
  const answer = await world.operate('paused', 'pause', 'p1');
  release();
  await world.until('paused', 'paused');
  while ((await runOf('paused')) === first) await new Promise((done) => setTimeout(done, 25));
  const status = await world.status('paused');
  assert.deepEqual([status.state, status.counts.done], ['paused', 2]);
  assert.deepEqual(await world.operate('paused', 'pause', 'p1'), answer);
  await world.operate('paused', 'resume');
  assert.equal((await world.ended('paused')).state, 'finished');
  assertOnce(s);
});

test('halted, and closing: the new runs know why, and write the rest off', async () => {
  const s = script('halted', 20, 4);
  s.act = (name) => (name === 'job-6' ? 'failed' : 'done');
  await world.begin('halted', { concurrency: 1 }, 1);
  const halted = await world.until('halted', 'halted');
  assert.match(halted.cause?.message ?? '', /^1 job in all failed/);
  await world.operate('halted', 'abort');
  const status = await world.ended('halted');
  assert.deepEqual([status.counts.done, status.counts.failed, status.counts.not_begun], [5, 1, 14]);
  assert.deepEqual(sorted(s.outcomes().map((o) => o.name)), sorted(s.jobs.map((j) => j.name)));
  assert.ok((await world.runs('halted')).length >= 5);
});

test('thousands of jobs: what travels from run to run stays as small as it was, and no history grows long', async () => {
  const s = script('thousands', 3_000, limits.rolloutPageJobs);
  s.act = (name) => (Number(name.slice(4)) % 100 === 99 ? 'failed' : 'done');
  await world.begin('thousands', { canary: ['10%'], bakeMs: 1_000, concurrency: 50, maxFailures: '5%' }, 800);
  // The canary puts up with no failure.
  await world.until('thousands', 'halted');
  await world.operate('thousands', 'resume');
  await world.until('thousands', (st) => st.state === 'halted' && st.counts.failed === 2);
  for (let failed = 2; failed < 4; failed++) {
    await world.operate('thousands', 'resume');
    await world.until('thousands', (st) => st.counts.failed > failed && st.state !== 'draining');
  }
  const status = await world.ended('thousands');
  assert.equal(status.state, 'finished');
  assert.deepEqual([status.counts.done, status.counts.failed], [2_970, 30]);
  assertOnce(s);
  assert.ok(s.mostUnderWay <= 50);
  const runs = await world.runs('thousands');
  const sizes = runs.slice(0, -1).map((r) => r.bytes);
  assert.ok(runs.length > 5, `${runs.length} runs`);
  assert.ok(Math.max(...sizes) < 16_384, `${sizes.join(', ')} bytes`);
  assert.ok(Math.max(...runs.map((r) => r.events)) < 4_096, `${runs.map((r) => r.events).join(', ')} events`);
});

test('a log that takes nothing holds it up within bounds, not its owner; then every outcome is written once', async () => {
  const most = limits.rolloutOutcomesWaitingMax + 20;
  const s = script('outage', 1_000, 500);
  await world.begin('outage', { concurrency: 20 });
  await world.until('outage', 'rolling');
  s.gates.appending.shut();
  await world.until('outage', (st) => st.underWay === 0 && st.counts.done >= limits.rolloutOutcomesWaitingMax);
  const held = s.begun.length;
  assert.ok(held < 1_000 && held - s.outcomes().length <= most, `${held} begun, ${s.outcomes().length} written`);
  await world.operate('outage', 'pause');
  await world.until('outage', 'paused');
  assert.equal(s.begun.length, held);
  s.gates.appending.open();
  await world.operate('outage', 'resume');
  assert.equal((await world.ended('outage')).state, 'finished');
  assertOnce(s);
});
