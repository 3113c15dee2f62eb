/** How a running job changes: taken over, refused, rolled back; and what a request is answered. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { revisionQuery } from '../../src/workflows/job/messages.ts';
import { fail, failedEnd, outcomeOf, refusalOf, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

const changed = { sql: 'SELECT b FROM s' };

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
}

test('a changed spec takes over: the new generation fences the old one, which ends', async () => {
  const script = world.script('takeover');
  await world.apply('takeover');
  await world.until('takeover', 'running');
  const accepted = await world.apply('takeover', changed, { requestId: 'r2', expectedRevision: 1 });
  assert.equal(accepted.revision, 2);
  const status = await world.until('takeover', (s) => s.state === 'running' && s.generation === 2);
  assert.equal(outcomeOf(status, 'r2')?.outcome, 'deployed');
  assert.equal(status.spec.sql, changed.sql);
  assert.deepEqual(script.runs[1]?.fence, ['millrace.acme.takeover-g1-0']);
  assert.deepEqual(script.running(), ['2-0']);
  await end('takeover');
});

test('from two tasks to three, every task fences exactly those that owned its partitions', async () => {
  const script = world.script('rescale');
  await world.apply('rescale', { tasks: { min: 2, max: 2 } });
  await world.until('rescale', 'running');
  await world.apply('rescale', { tasks: { min: 4, max: 4 } });
  await world.until('rescale', (s) => s.state === 'running' && s.generation === 2);
  const fences = script.runs.filter((r) => r.task.generation === 2).map((r) => [r.task.index, r.fence.join()]);
  assert.deepEqual(
    fences.sort(),
    [0, 1, 2, 3].map((i) => [i, `millrace.acme.rescale-g1-${i % 2}`]),
  );
  await end('rescale');
});

test('a change that can not be prepared leaves the running generation untouched', async () => {
  const script = world.script('untouched');
  await world.apply('untouched');
  await world.until('untouched', 'running');
  script.prepare = () => {
    throw fail('topic_missing');
  };
  await world.apply('untouched', changed, { requestId: 'r2' });
  const status = await world.until('untouched', (s) => outcomeOf(s, 'r2')?.outcome === 'failed');
  assert.equal(status.state, 'running');
  assert.equal(outcomeOf(status, 'r2')?.cause?.code, 'topic_missing');
  assert.equal(status.spec.sql, 'SELECT a FROM s');
  assert.deepEqual(script.running(), ['1-0']);
  assert.equal(script.runs.length, 1);
  await end('untouched');
});

test('a change that shows no health is rolled back by itself, and says why', async () => {
  const script = world.script('rollback');
  await world.apply('rollback');
  await world.until('rollback', 'running');
  script.confirm = async ({ generation }) => {
    if (generation === 2) throw fail('bad_record');
  };
  await world.apply('rollback', changed, { requestId: 'r2' });
  const status = await world.until('rollback', (s) => outcomeOf(s, 'r2')?.outcome !== 'pending');
  assert.equal(outcomeOf(status, 'r2')?.outcome, 'rolled_back');
  assert.equal(outcomeOf(status, 'r2')?.cause?.code, 'bad_record');
  assert.equal(status.state, 'running');
  assert.equal(status.generation, 3);
  assert.equal(status.spec.sql, 'SELECT a FROM s');
  assert.deepEqual(script.runs[2]?.fence, ['millrace.acme.rollback-g1-0', 'millrace.acme.rollback-g2-0']);
  await end('rollback');
});

test('a change whose task ends before it is confirmed is rolled back too', async () => {
  const script = world.script('dies');
  await world.apply('dies');
  await world.until('dies', 'running');
  script.confirm = ({ generation }) => (generation === 2 ? new Promise(() => {}) : Promise.resolve());
  await world.apply('dies', changed, { requestId: 'r2' });
  await world.until('dies', () => script.running().includes('2-0'));
  script.end(2, failedEnd('record_too_large'));
  const status = await world.until('dies', (s) => s.state === 'running' && s.generation === 3);
  assert.equal(outcomeOf(status, 'r2')?.cause?.code, 'record_too_large');
  await end('dies');
});

test('the revision to go back to is the newest before the present one that was healthy', async () => {
  const script = world.script('back');
  const before = async () => (await world.handle('back').query(revisionQuery, null))?.number ?? null;
  script.confirm = async ({ generation }) => {
    if (generation === 2) throw fail('bad_record');
  };
  await world.apply('back');
  await world.until('back', 'running');
  assert.equal(await before(), null, 'the first has none before it');
  await world.apply('back', changed, { requestId: 'r2' });
  await world.until('back', (s) => outcomeOf(s, 'r2')?.outcome === 'rolled_back');
  assert.equal(await before(), null, 'what runs is the first again');
  await world.apply('back', { sql: 'SELECT c FROM s' }, { requestId: 'r3' });
  await world.until('back', (s) => outcomeOf(s, 'r3')?.outcome === 'deployed');
  assert.equal(await before(), 1, 'the second was rolled back');
  await world.apply('back', { sql: 'SELECT c FROM s' }, { requestId: 'r4', labels: { team: 'soc' } });
  await world.until('back', (s) => outcomeOf(s, 'r4')?.outcome === 'deployed');
  assert.equal(await before(), 3);
  await end('back');
});

test('a stale revision is refused with the present one', async () => {
  await world.apply('stale');
  await world.until('stale', 'running');
  await assert.rejects(world.apply('stale', changed, { expectedRevision: 7 }), (error) => {
    const cause = refusalOf(error);
    assert.equal(cause?.code, 'stale_revision');
    assert.match(cause?.message ?? '', /is at revision 1/);
    return true;
  });
  await end('stale');
});

test('the same request id gives the same answer, before its revision is looked at', async () => {
  await world.apply('again', {}, { requestId: 'r1', expectedRevision: 0 });
  const first = outcomeOf(await world.until('again', 'running'), 'r1');
  assert.deepEqual(await world.apply('again', changed, { requestId: 'r1', expectedRevision: 0 }), first);
  const status = await world.status('again');
  assert.equal(status.revision, 1);
  await end('again');
});

test('what is as asked already is left as it is', async () => {
  await world.apply('same');
  await world.until('same', 'running');
  assert.equal((await world.apply('same')).outcome, 'unchanged');
  assert.equal((await world.status('same')).generation, 1);
  await end('same');
});

test('new labels are taken up without a new generation', async () => {
  await world.apply('labels');
  await world.until('labels', 'running');
  await world.apply('labels', {}, { requestId: 'r2', labels: { team: 'soc' } });
  const status = await world.until('labels', (s) => outcomeOf(s, 'r2')?.outcome === 'deployed');
  assert.deepEqual(status.labels, { team: 'soc' });
  assert.equal(status.generation, 1);
  assert.equal(status.revision, 2);
  await end('labels');
});

test('of several changes that wait, the newest wins and the others are answered as replaced', async () => {
  const script = world.script('queue');
  const health = Promise.withResolvers<void>();
  script.confirm = ({ generation }) => (generation === 1 ? health.promise : Promise.resolve());
  await world.apply('queue');
  await world.until('queue', () => script.running().length === 1);
  await world.apply('queue', { sql: 'SELECT b FROM s' }, { requestId: 'r2' });
  await world.apply('queue', { sql: 'SELECT c FROM s' }, { requestId: 'r3' });
  health.resolve();
  const status = await world.until('queue', (s) => outcomeOf(s, 'r3')?.outcome === 'deployed');
  assert.equal(outcomeOf(status, 'r2')?.outcome, 'replaced');
  assert.equal(status.spec.sql, 'SELECT c FROM s');
  assert.equal(status.generation, 2);
  await end('queue');
});

test('outcomes are forgotten oldest first, and never grow beyond their bound', async () => {
  await world.apply('bounded', {}, { requestId: 'r1' });
  await world.until('bounded', 'running');
  for (let i = 0; i <= limits.requestsKeptMax; i++) await world.apply('bounded', {}, { requestId: `u${i}` });
  const { requests } = await world.status('bounded');
  assert.equal(requests.length, limits.requestsKeptMax);
  assert.equal(requests.at(-1)?.requestId, `u${limits.requestsKeptMax}`);
  await end('bounded');
});
