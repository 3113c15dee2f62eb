/** Standing still and going on: what a pause keeps, what a resume begins from, what is asked meanwhile. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, kept, type PlainPositions } from '../support/positions.ts';
import { fail, outcomeOf, Scripted } from './scripted.ts';

const dayMs = 86_400_000;

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
}

test('a pause drains, fences every id, keeps the positions, and leaves no task', async () => {
  const script = world.script('stands');
  await world.apply('stands');
  await world.until('stands', 'running');
  script.committed = () => ({ in: { 0: '42', 1: '43' } });
  await world.operate('stands', { kind: 'pause' }, { requestId: 'p', why: 'maintenance' });
  const status = await world.until('stands', 'paused');
  assert.equal(outcomeOf(status, 'p')?.outcome, 'paused');
  assert.deepEqual(script.running(), []);
  assert.ok(script.fenced.has('millrace.acme.stands-g1-0'));
  await end('stands');
  const entry = script.history.find((e) => e.kind === 'transition' && e.event === 'paused');
  assert.ok(entry?.kind === 'transition');
  assert.deepEqual([entry.by, entry.why, entry.ended], ['tester', 'maintenance', at({ in: { 0: '42', 1: '43' } })]);
});

test('a job that was paused until its offsets were forgotten goes on where it stood', async () => {
  const script = world.script('sleeps');
  await world.apply('sleeps');
  await world.until('sleeps', 'running');
  script.committed = () => ({ in: { 0: '99' } });
  await world.operate('sleeps', { kind: 'pause' });
  await world.until('sleeps', 'paused');
  script.committed = () => ({});
  const events = async () => (await world.handle('sleeps').fetchHistory()).events?.length;
  // The pause's own history is still being written.
  let before = await events();
  for (let last = -1; before !== last; before = await events()) {
    last = before ?? 0;
    await new Promise((done) => setTimeout(done, 300));
  }
  await world.env.sleep(30 * dayMs);
  assert.equal(await events(), before, 'a paused job costs nothing');
  await world.operate('sleeps', { kind: 'resume' }, { requestId: 'r' });
  const status = await world.until('sleeps', 'running');
  assert.equal(outcomeOf(status, 'r')?.outcome, 'deployed');
  assert.deepEqual(script.runs.at(-1)?.keptPositions, kept({ in: { 0: '99' } }));
  await end('sleeps');
});

test('a job that is created paused starts nothing before it is resumed', async () => {
  const script = world.script('born-paused');
  const accepted = await world.apply('born-paused', {}, { requestId: 'r1', paused: true });
  assert.equal(accepted.outcome, 'paused');
  await world.until('born-paused', 'paused');
  assert.deepEqual(script.queues, []);
  await world.operate('born-paused', { kind: 'resume' });
  await world.until('born-paused', 'running');
  await end('born-paused');
});

test('a spec applied while paused is what runs when the job is resumed', async () => {
  const script = world.script('changed-asleep');
  await world.apply('changed-asleep');
  await world.until('changed-asleep', 'running');
  await world.operate('changed-asleep', { kind: 'pause' });
  await world.until('changed-asleep', 'paused');
  await world.apply('changed-asleep', { sql: 'SELECT b FROM s' }, { requestId: 'r2' });
  const asleep = await world.until('changed-asleep', (s) => outcomeOf(s, 'r2')?.outcome === 'paused');
  assert.equal(asleep.state, 'paused');
  assert.equal(script.runs.length, 1);
  await world.operate('changed-asleep', { kind: 'resume' });
  const status = await world.until('changed-asleep', 'running');
  assert.equal(script.runs.at(-1)?.plan.sql, 'SELECT b FROM s');
  assert.equal(status.revision, 2);
  await end('changed-asleep');
});

test('a pause during an update ends it, and a resume deploys what was asked for', async () => {
  const script = world.script('interrupted');
  await world.apply('interrupted');
  await world.until('interrupted', 'running');
  script.confirm = ({ generation }) => (generation === 2 ? new Promise(() => {}) : Promise.resolve());
  await world.apply('interrupted', { sql: 'SELECT b FROM s' }, { requestId: 'r2' });
  await world.until('interrupted', () => script.running().includes('2-0'));
  await world.operate('interrupted', { kind: 'pause' });
  const paused = await world.until('interrupted', 'paused');
  assert.equal(outcomeOf(paused, 'r2')?.outcome, 'paused');
  assert.deepEqual(script.running(), []);
  await world.operate('interrupted', { kind: 'resume' });
  await world.until('interrupted', 'running');
  assert.equal(script.runs.at(-1)?.plan.sql, 'SELECT b FROM s');
  await end('interrupted');
});

test('a resume asked before its pause is done waits for it: the job pauses, then goes on', async () => {
  const script = world.script('breath');
  await world.apply('breath');
  await world.until('breath', 'running');
  const stood = Promise.withResolvers<PlainPositions>();
  script.committed = () => stood.promise;
  await world.operate('breath', { kind: 'pause' }, { requestId: 'p' });
  await world.operate('breath', { kind: 'resume' }, { requestId: 'r' });
  await world.until('breath', () => script.fenced.has('millrace.acme.breath-g1-0'));
  stood.resolve({ in: { 0: '42' } });
  const status = await world.until('breath', (s) => s.state === 'running' && outcomeOf(s, 'r')?.outcome === 'deployed');
  assert.equal(outcomeOf(status, 'p')?.outcome, 'paused');
  await end('breath');
});

test('a pause while Kafka is away is done when it is back, and a stop meanwhile is not lost', async () => {
  const script = world.script('away');
  await world.apply('away');
  await world.until('away', 'running');
  script.committed = () => {
    throw fail('kafka_unavailable');
  };
  script.drained = null;
  await world.operate('away', { kind: 'pause' }, { requestId: 'p' });
  await world.until('away', 'draining');
  await world.stop('away', 'cancel', 's');
  const last = await world.handle('away').result();
  assert.equal(outcomeOf(last, 's')?.outcome, 'stopped');
  assert.equal(outcomeOf(last, 'p')?.outcome, 'replaced');
});
