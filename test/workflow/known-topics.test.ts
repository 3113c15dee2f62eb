/** A job's output topics are asked for where its owner asks for something, or something has failed: not by what goes on by itself. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { fail, failedEnd, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

test('a recovery asks for no topics; a restart does, and what is tried again after a failure', async () => {
  const script = world.script('known');
  const done: string[] = [];
  script.ensureTopics = () => void done.push('topics');
  let refused = 0;
  script.prepare = ({ generation }) => {
    done.push(`prepare ${generation}`);
    if (generation === 4 && refused++ === 0) throw fail('kafka_unavailable');
  };
  const runs = (generation: number) =>
    world.until('known', (s) => s.state === 'running' && s.generation === generation);
  await world.apply('known');
  await runs(1);
  script.end(1, failedEnd('kafka_unavailable'));
  await runs(2);
  assert.deepEqual(done.splice(0), ['topics', 'prepare 1', 'prepare 2']);
  await world.operate('known', { kind: 'restart' });
  await runs(3);
  assert.deepEqual(done.splice(0), ['topics', 'prepare 3']);
  script.end(3, failedEnd('kafka_unavailable'));
  await world.until('known', 'failed');
  await world.env.sleep(limits.jobRetryFirstMs);
  await runs(5);
  assert.deepEqual(done, ['prepare 4', 'topics', 'prepare 5']);
  await world.stop('known', 'cancel');
  await world.handle('known').result();
});
