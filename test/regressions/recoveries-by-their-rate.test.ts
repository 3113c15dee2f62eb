/**
 * Many jobs whose tasks are lost at once begin again by the deployment's rate, on the real Temporal, which keeps it: those that it
 * admits go on, the others wait with what they have, nothing else waits for them, and none is lost.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { controlConfig } from '../../src/config.ts';
import { limits } from '../../src/contracts/limits.ts';
import { recoveriesQueue } from '../../src/contracts/names.ts';
import { createControl } from '../../src/worker/control.ts';
import { until } from '../support/patience.ts';
import { failedEnd, Scripted } from '../workflow/scripted.ts';

/** So low that what is given at first is all, however slow the machine: the next leave would come after hours. */
const nearlyNone = 0.0001;
/** Temporal keeps a rate in each partition of a queue, of which there are four, and each has one to give at first. */
const atFirst = 4;
/** As good as none. */
const plenty = 1_000;

const names = Array.from({ length: 12 }, (_, i) => `lost-${i}`);
let world: Scripted;
before(async () => {
  world = await Scripted.startReal({ recoveriesPerSecond: nearlyNone, heartbeatsMs: 10_000 });
});
after(() => world.close());

test('jobs that lose their tasks together recover by the rate, and all of them in the end', async () => {
  const admitted: string[] = [];
  for (const name of names) {
    world.script(name).admit = async () => {
      admitted.push(name);
    };
    await world.apply(name, { tasks: { min: 2, max: 2 } });
  }
  for (const name of names) await world.until(name, 'running');
  for (const name of names) world.script(name).end(1, failedEnd('host_lost'), 0);
  await until('a recovery begins', () => admitted.length > 0);
  for (const name of names) {
    await world.until(name, (s) => s.progress?.doing === 'recoveries admitted' || s.generation === 2);
  }
  // Meanwhile another job is deployed, and those that were admitted run again.
  await world.apply('other');
  await world.until('other', 'running');
  for (const name of admitted) await world.until(name, (s) => s.state === 'running' && s.generation === 2);
  assert.ok(admitted.length <= atFirst, `${admitted.length} recoveries began together`);
  const waiting = names.filter((name) => !admitted.includes(name));
  for (const name of waiting) {
    assert.equal((await world.status(name)).state, 'running');
    assert.deepEqual(world.script(name).running(), ['1-1'], 'the task that is left works on');
  }

  await world.replaceControl({ recoveriesPerSecond: plenty });
  for (const name of names) {
    await world.until(name, (s) => s.state === 'running' && s.generation === 2);
    assert.deepEqual(world.script(name).running().sort(), ['2-0', '2-1']);
  }
  assert.deepEqual(new Set(admitted), new Set(names));
});

test('the control process keeps the rate that its deployment has, on that queue and no other', async () => {
  const deployment = 'by-rate';
  const { address, nativeConnection } = world.env;
  for (const [said, rate] of [
    [{}, limits.recoveriesPerSecondDefault],
    [{ MILLRACE_RECOVERIES_PER_SECOND: '3' }, 3],
  ] as const) {
    const config = controlConfig({ MILLRACE_DEPLOYMENT: deployment, ...said });
    assert.equal(config.recoveriesPerSecond, rate);
    const temporal = { ...config.temporal, address };
    const control = await createControl({ ...config, temporal }, nativeConnection);
    const rates = control.workers.map(({ options }) => [options.taskQueue, options.maxTaskQueueActivitiesPerSecond]);
    // One that never ran keeps the connection.
    await Promise.all(control.workers.map((worker) => worker.runUntil(async () => {})));
    await control.close();
    assert.deepEqual(
      rates.filter(([, perSecond]) => perSecond !== undefined),
      [[recoveriesQueue(deployment), rate]],
    );
  }
});
