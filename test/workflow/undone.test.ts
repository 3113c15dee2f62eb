/** A plan that was changed while no task ran: measured by the one that was healthy last, and undone by itself like an update. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fail, failedEnd, outcomeOf, type Script, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

const skips = { errors: { policy: 'skip' as const } };
const changed = { ...skips, sql: 'SELECT b FROM s' };

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
}

/** One record of a hundred fails in the first plan, every second one in the changed: so few that alone it would pass. */
function failHalf(script: Script): void {
  script.vitals = ({ generation }) => {
    return { ms: 1_000, recordsIn: 10_000, recordsFailed: generation === 2 ? 5_000 : 100, lagFirst: 0, lagLast: 0 };
  };
}

/** A job that was healthy, is paused, and is given another plan. */
async function changeAsleep(name: string): Promise<void> {
  await world.apply(name, skips);
  await world.until(name, 'running');
  await world.operate(name, { kind: 'pause' });
  await world.until(name, 'paused');
  await world.apply(name, changed);
  await world.until(name, (s) => s.state === 'paused' && s.spec.sql === changed.sql);
}

test('a plan changed while paused is judged on resume, and the one before takes over where it is worse', async () => {
  const script = world.script('worse');
  failHalf(script);
  await changeAsleep('worse');
  await world.operate('worse', { kind: 'resume' }, { requestId: 'r' });
  const status = await world.until('worse', (s) => outcomeOf(s, 'r')?.outcome !== 'pending');
  assert.equal(outcomeOf(status, 'r')?.outcome, 'rolled_back');
  assert.equal(outcomeOf(status, 'r')?.cause?.code, 'error_rate');
  assert.deepEqual([status.state, status.generation, status.spec.sql], ['running', 3, 'SELECT a FROM s']);
  assert.deepEqual(script.running(), ['3-0']);
  assert.deepEqual(script.runs[2]?.fence, ['millrace.acme.worse-g1-0', 'millrace.acme.worse-g2-0']);
  await end('worse');
});

test('a plan changed while paused whose task fails by it is undone as well', async () => {
  const script = world.script('fails');
  await changeAsleep('fails');
  script.confirm = async ({ generation }) => {
    if (generation === 2) throw fail('bad_record');
  };
  await world.operate('fails', { kind: 'resume' }, { requestId: 'r' });
  const status = await world.until('fails', (s) => outcomeOf(s, 'r')?.outcome === 'rolled_back');
  assert.equal(outcomeOf(status, 'r')?.cause?.code, 'bad_record');
  assert.deepEqual([status.state, status.spec.sql], ['running', 'SELECT a FROM s']);
  await end('fails');
});

test('a plan changed while paused that only lost its host is tried again, and judged then', async () => {
  const script = world.script('unlucky');
  script.vitals = ({ generation }) => {
    return { ms: 1_000, recordsIn: 10_000, recordsFailed: generation === 3 ? 9_000 : 100, lagFirst: 0, lagLast: 0 };
  };
  await changeAsleep('unlucky');
  script.confirm = async ({ generation }) => {
    if (generation === 2) throw fail('host_lost');
  };
  await world.operate('unlucky', { kind: 'resume' }, { requestId: 'r' });
  await world.until('unlucky', 'failed');
  await world.env.sleep(60_000);
  const status = await world.until('unlucky', (s) => outcomeOf(s, 'r')?.outcome !== 'pending');
  assert.equal(outcomeOf(status, 'r')?.cause?.code, 'error_rate');
  assert.deepEqual([status.state, status.generation, status.spec.sql], ['running', 4, 'SELECT a FROM s']);
  await end('unlucky');
});

test('a plan applied to a failed job is judged by what was healthy before it failed', async () => {
  const script = world.script('mended');
  failHalf(script);
  await world.apply('mended', skips);
  await world.until('mended', 'running');
  script.end(1, failedEnd('bad_record'));
  await world.until('mended', 'failed');
  await world.apply('mended', changed, { requestId: 'r2' });
  const status = await world.until('mended', (s) => outcomeOf(s, 'r2')?.outcome !== 'pending');
  assert.equal(outcomeOf(status, 'r2')?.outcome, 'rolled_back');
  assert.deepEqual([status.state, status.spec.sql], ['running', 'SELECT a FROM s']);
  await end('mended');
});

test('what is gone back to has the labels that it was given while it ran', async () => {
  failHalf(world.script('named'));
  await world.apply('named', skips);
  await world.apply('named', skips, { labels: { team: 'soc' } });
  await world.until('named', (s) => s.state === 'running' && s.revision === 2);
  await world.operate('named', { kind: 'pause' });
  await world.until('named', 'paused');
  await world.apply('named', changed);
  await world.operate('named', { kind: 'resume' }, { requestId: 'r' });
  const status = await world.until('named', (s) => outcomeOf(s, 'r')?.outcome === 'rolled_back');
  assert.deepEqual(status.labels, { team: 'soc' });
  await end('named');
});
