/** A job's life from its first spec to its end, on the real test server with scripted activities. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { outcomeOf, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

test('an accepted spec is prepared, run and confirmed, and its request is answered', async () => {
  const accepted = await world.apply('first', {}, { requestId: 'r1' });
  assert.deepEqual(accepted, { requestId: 'r1', revision: 1, outcome: 'pending' });
  const status = await world.until('first', 'running');
  assert.equal(status.generation, 1);
  assert.equal(outcomeOf(status, 'r1')?.outcome, 'deployed');
  assert.deepEqual(status.tasks, [{ index: 0, hostId: 'host-1' }]);
  await world.stop('first', 'cancel');
});
