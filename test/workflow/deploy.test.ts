/** How a job begins, fails to begin, and tries again: on the real test server, with scripted activities. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { fail, failedEnd, outcomeOf, refusalOf, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

test('an accepted spec is prepared, run and confirmed, and its request is answered', async () => {
  const accepted = await world.apply('first', {}, { requestId: 'r1' });
  assert.deepEqual(accepted, { requestId: 'r1', digest: '', asked: 'apply', revision: 1, outcome: 'pending' });
  const status = await world.until('first', 'running');
  assert.equal(status.generation, 1);
  assert.equal(outcomeOf(status, 'r1')?.outcome, 'deployed');
  assert.deepEqual(status.tasks, [{ index: 0, hostId: 'host-1', release: '1.0' }]);
  const details = await world.handle('first').describe();
  assert.equal(details.searchAttributes['MillraceState']?.[0], 'running');
  assert.deepEqual(details.searchAttributes['MillraceStreams'], ['acme/s']);
  await world.stop('first', 'cancel');
  await world.handle('first').result();
});

test('every task of a generation runs with the producer it was prepared with', async () => {
  await world.apply('wide', { tasks: { min: 3, max: 3 } });
  const status = await world.until('wide', 'running');
  assert.equal(status.tasks.length, 3);
  const { runs } = world.script('wide');
  assert.deepEqual(runs.map((r) => r.task.index).sort(), [0, 1, 2]);
  assert.ok(runs.every((r) => r.producer.producerId === '1' && r.fence.length === 0));
  await world.stop('wide', 'cancel');
  await world.handle('wide').result();
});

test('a workflow whose first spec is refused ends by itself and leaves no job', async () => {
  // Started beforehand: this test server can't refuse an update together with the start of its workflow.
  await world.begin('nobody');
  await assert.rejects(
    world.apply('nobody', {}, { expectedRevision: 4 }),
    (e) => refusalOf(e)?.code === 'stale_revision',
  );
  assert.equal(await world.handle('nobody').result(), null);
});

test('a failure of something outside is tried again, later each time, until it is mended', async () => {
  let left = 3;
  world.script('patient').prepare = () => {
    if (left-- > 0) throw fail('kafka_unavailable');
  };
  await world.apply('patient', {}, { requestId: 'r1' });
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const status = await world.until('patient', (s) => s.state === 'failed' && s.generation === attempt);
    assert.equal(status.lastFailure?.code, 'kafka_unavailable');
    assert.equal(outcomeOf(status, 'r1')?.outcome, 'pending');
    const wait = Date.parse(status.retryAt ?? '') - Date.parse(status.lastFailure?.at ?? '');
    waits.push(wait);
    // No longer than that: time stands still for the test server as soon as the task runs.
    await world.env.sleep(wait);
  }
  for (const [i, wait] of waits.entries()) {
    const longest = limits.jobRetryFirstMs * 2 ** i;
    assert.ok(wait >= longest / 2 && wait <= longest, `${wait} of ${longest} ms`);
  }
  const status = await world.until('patient', 'running');
  assert.equal(outcomeOf(status, 'r1')?.outcome, 'deployed');
  await world.stop('patient', 'cancel');
  await world.handle('patient').result();
});

test("a failure of the owner's waits for the owner, and the same spec applied again is another attempt", async () => {
  const script = world.script('owners');
  script.confirm = async () => {
    throw fail('bad_record');
  };
  await world.apply('owners', {}, { requestId: 'r1' });
  const failed = await world.until('owners', 'failed');
  assert.equal(failed.retryAt, null);
  assert.equal(outcomeOf(failed, 'r1')?.outcome, 'failed');
  script.confirm = async () => {};
  const again = await world.apply('owners', {}, { requestId: 'r2' });
  assert.deepEqual([again.revision, again.outcome], [1, 'pending']);
  const status = await world.until('owners', 'running');
  assert.equal(outcomeOf(status, 'r2')?.outcome, 'deployed');
  await world.stop('owners', 'cancel');
  await world.handle('owners').result();
});

test('a running job whose task is lost goes on as a new generation that fences the old one', async () => {
  const script = world.script('recovers');
  await world.apply('recovers');
  await world.until('recovers', 'running');
  script.end(1, failedEnd('kafka_unavailable'));
  const status = await world.until('recovers', (s) => s.state === 'running' && s.generation === 2);
  assert.equal(status.lastFailure?.code, 'kafka_unavailable');
  assert.deepEqual(script.runs[1]?.fence, ['millrace.acme.recovers-g1-0']);
  await world.stop('recovers', 'cancel');
  await world.handle('recovers').result();
});

test('a running job that meets a bad record fails, its other tasks finish, and nothing is tried again', async () => {
  const script = world.script('poisoned');
  await world.apply('poisoned', { tasks: { min: 2, max: 2 } });
  await world.until('poisoned', 'running');
  script.end(1, failedEnd('bad_record'), 0);
  const failed = await world.until('poisoned', (s) => s.state === 'failed' && script.running().length === 0);
  assert.equal(failed.retryAt, null);
  assert.equal(failed.lastFailure?.code, 'bad_record');
  assert.equal(failed.generation, 1);
  await world.stop('poisoned', 'drain');
  await world.handle('poisoned').result();
});

test('generations that never become healthy are fenced before their list grows without bound', async () => {
  let attempts = 0;
  const script = world.script('hopeless');
  script.prepare = () => {
    attempts += 1;
    throw fail('kafka_unavailable');
  };
  await world.apply('hopeless');
  while (attempts <= limits.unconfirmedGenerationsMax) {
    const before = attempts;
    await world.until('hopeless', (s) => s.state === 'failed' && s.generation > 0 && attempts >= before);
    await world.env.sleep(limits.jobRetryMaxMs);
  }
  assert.equal(script.fenced.size, limits.unconfirmedGenerationsMax);
  await world.stop('hopeless', 'cancel');
  await world.handle('hopeless').result();
});
