/** A job that is created again after its workflow was terminated: what it left is fenced before anything else is done. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { fail, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
}

test("a workflow fences its job's former life before it prepares anything, and later generations don't", async () => {
  const script = world.script('terminated');
  const done: string[] = [];
  script.formerLife = () => void done.push('fence');
  script.ensureTopics = () => void done.push('topics');
  script.prepare = ({ generation }) => void done.push(`prepare ${generation}`);
  await world.apply('terminated');
  await world.until('terminated', 'running');
  await world.apply('terminated', { sql: 'SELECT b FROM s' });
  await world.until('terminated', (s) => s.state === 'running' && s.generation === 2);
  assert.deepEqual(done.splice(0), ['fence', 'topics', 'prepare 1', 'topics', 'prepare 2']);
  await world.handle('terminated').terminate();
  await world.apply('terminated');
  await world.until('terminated', 'running');
  assert.deepEqual(done, ['fence', 'topics', 'prepare 1']);
  await end('terminated');
});

test('a former life that can not be fenced keeps the job from beginning, and is tried again', async () => {
  const script = world.script('unfenced');
  const done: string[] = [];
  script.formerLife = () => {
    done.push('fence');
    if (done.length === 1) throw fail('kafka_unavailable');
  };
  script.prepare = ({ generation }) => void done.push(`prepare ${generation}`);
  await world.apply('unfenced');
  const failed = await world.until('unfenced', 'failed');
  assert.equal(failed.generation, 0);
  assert.equal(failed.lastFailure?.code, 'kafka_unavailable');
  assert.deepEqual(done, ['fence']);
  await world.env.sleep(limits.jobRetryFirstMs);
  await world.until('unfenced', 'running');
  assert.deepEqual(done, ['fence', 'fence', 'prepare 1']);
  await end('unfenced');
});
