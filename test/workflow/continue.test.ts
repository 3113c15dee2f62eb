/**
 * A job's life across runs of its workflow: continue-as-new forced in every state that can be left that way. What was
 * asked keeps its answer, what was prepared isn't prepared again, and what ran is fenced by the new run.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { fail, outcomeOf, Scripted } from './scripted.ts';

/** At every takeover, and never else. */
const atTakeover = { atTakeover: 1, whileRunning: 1_000_000 };
const changed = { sql: 'SELECT b FROM s' };

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
  assert.deepEqual(world.script(name).running(), []);
}

/** The same ids asked again, with other specs: the old answers, and nothing happens. */
async function asksAgain(name: string, ...ids: string[]): Promise<void> {
  const before = await world.status(name);
  for (const requestId of ids) {
    const answer = await world.apply(name, { sql: 'SELECT other FROM s' }, { requestId, expectedRevision: 0 });
    assert.deepEqual(answer, outcomeOf(before, requestId));
  }
  assert.equal((await world.status(name)).revision, before.revision);
}

test('deploying: the prepared generation runs in the new run, prepared once', async () => {
  let prepared = 0;
  world.script('c-deploying').prepare = () => {
    prepared += 1;
  };
  await world.begin('c-deploying', atTakeover);
  const first = await world.runOf('c-deploying');
  await world.apply('c-deploying', {}, { requestId: 'r1' });
  const status = await world.until('c-deploying', 'running');
  assert.notEqual(await world.runOf('c-deploying'), first);
  assert.equal(prepared, 1);
  assert.equal(status.generation, 1);
  await asksAgain('c-deploying', 'r1');
  await end('c-deploying');
});

test('updating: the new run fences the task that the old run left behind', async () => {
  const script = world.script('c-updating');
  await world.begin('c-updating', atTakeover);
  await world.apply('c-updating', {}, { requestId: 'r1' });
  await world.until('c-updating', 'running');
  const before = await world.runOf('c-updating');
  await world.apply('c-updating', changed, { requestId: 'r2' });
  const status = await world.until('c-updating', (s) => outcomeOf(s, 'r2')?.outcome === 'deployed');
  assert.notEqual(await world.runOf('c-updating'), before);
  assert.equal(status.spec.sql, changed.sql);
  assert.deepEqual(script.runs.at(-1)?.fence, ['millrace.acme.c-updating-g1-0']);
  assert.deepEqual(script.running(), ['2-0']);
  await asksAgain('c-updating', 'r1', 'r2');
  await end('c-updating');
});

test('rolling back: the way back leads through a new run as well', async () => {
  const script = world.script('c-rolling');
  await world.begin('c-rolling', atTakeover);
  await world.apply('c-rolling', {}, { requestId: 'r1' });
  await world.until('c-rolling', 'running');
  script.confirm = async ({ generation }) => {
    if (generation === 2) throw fail('bad_record');
  };
  await world.apply('c-rolling', changed, { requestId: 'r2' });
  const status = await world.until('c-rolling', (s) => outcomeOf(s, 'r2')?.outcome === 'rolled_back');
  assert.equal(status.generation, 3);
  assert.equal(status.state, 'running');
  await asksAgain('c-rolling', 'r1', 'r2');
  await end('c-rolling');
});

test('running: a history that grows by requests alone is left behind by a new generation of the same plan', async () => {
  await world.begin('c-running', { atTakeover: 1, whileRunning: 60 });
  await world.apply('c-running', {}, { requestId: 'r1' });
  await world.until('c-running', 'running');
  const before = await world.runOf('c-running');
  for (let i = 0; i < 40 && (await world.status('c-running')).generation === 1; i++) await world.apply('c-running');
  const status = await world.until('c-running', (s) => s.state === 'running' && s.generation === 2);
  assert.notEqual(await world.runOf('c-running'), before);
  assert.equal(status.revision, 1);
  await asksAgain('c-running', 'r1');
  await end('c-running');
});

test('running: a handover that can not be prepared leaves what runs untouched, and is tried again later', async () => {
  const script = world.script('c-refused');
  await world.begin('c-refused', { atTakeover: 1, whileRunning: 40 });
  await world.apply('c-refused');
  await world.until('c-refused', 'running');
  script.prepare = () => {
    throw fail('no_host');
  };
  for (let i = 0; i < 40 && (await world.status('c-refused')).generation === 1; i++) await world.apply('c-refused');
  const status = await world.until('c-refused', (s) => s.state === 'running' && s.generation === 2);
  assert.equal(status.lastFailure?.code, 'no_host');
  assert.deepEqual(script.running(), ['1-0']);
  assert.equal(status.generation, 2);
  await end('c-refused');
});

test('failed: the wait goes on in a new run, and so does what was asked', async () => {
  const script = world.script('c-failed');
  script.prepare = () => {
    throw fail('kafka_unavailable');
  };
  await world.begin('c-failed', { atTakeover: 1, whileRunning: 30 });
  const first = await world.runOf('c-failed');
  await world.apply('c-failed', {}, { requestId: 'r1' });
  for (let i = 0; i < 6 && (await world.runOf('c-failed')) === first; i++) {
    const { generation } = await world.until('c-failed', 'failed');
    await world.env.sleep(limits.jobRetryFirstMs * 2 ** i);
    await world.until('c-failed', (s) => s.generation > generation);
  }
  assert.notEqual(await world.runOf('c-failed'), first);
  const status = await world.until('c-failed', 'failed');
  assert.equal(status.lastFailure?.code, 'kafka_unavailable');
  await asksAgain('c-failed', 'r1');
  await end('c-failed');
});

test('paused: requests are answered across runs, and the positions travel', async () => {
  const script = world.script('c-paused');
  script.committed = () => ({ in: { 0: '77' } });
  await world.begin('c-paused', { atTakeover: 1_000_000, whileRunning: 40 });
  const first = await world.runOf('c-paused');
  await world.apply('c-paused', {}, { requestId: 'r1', paused: true });
  await world.operate('c-paused', { kind: 'rewind', to: 'earliest' }, { requestId: 'w' });
  await world.until('c-paused', (s) => outcomeOf(s, 'w')?.outcome === 'paused');
  await world.apply('c-paused', changed, { requestId: 'r2' });
  for (let i = 0; i < 20 && (await world.runOf('c-paused')) === first; i++) await world.apply('c-paused', changed);
  assert.notEqual(await world.runOf('c-paused'), first);
  await asksAgain('c-paused', 'r1', 'r2');
  await end('c-paused');
});
