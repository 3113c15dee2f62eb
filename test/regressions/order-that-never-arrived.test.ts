/**
 * A server that is short of time counts an order as handed out whose answer the worker never got. The next attempt found a task that was
 * prepared and nobody had begun, and said that its host had been started anew; its slot stayed taken for three minutes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createHostActivities } from '../../src/activities/index.ts';
import { devTuning } from '../../src/contracts/limits.ts';
import type { TaskEnd } from '../../src/contracts/task.ts';
import { createEngine } from '../../src/pipeline/runtime/engine.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';
import { quietLogger } from '../support/quiet-runtime.ts';

const bootstrap = brokerForTests();

test('the first attempt that arrives begins the task, and no other does', async (t) => {
  const job = await JobUnderTest.create(bootstrap(), { errors: { policy: 'skip' } });
  job.setQuery('SELECT a FROM s');
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: bootstrap() } }, threads: 1, slots: 1 });
  t.after(() => engine.close());
  const lost = new AbortController().signal;
  const host = createHostActivities({ hostId: 'h1', queue: 'q', release: '1.0', tuning: devTuning, engine, lost });
  const task = job.identity(1);
  const order = job.runOrder(task, await engine.prepare(job.order(task)));
  const attempt = (number: number): Promise<TaskEnd> =>
    new MockActivityEnvironment({ attempt: number }, { logger: quietLogger }).run(() =>
      host.runTask({ ...order, former: [] }),
    );
  const second = attempt(2);
  await engine.confirm(task, 10);
  const third = attempt(3);
  await engine.drain(task, 'order');
  assert.deepEqual([(await second).kind, (await third).kind], ['drained', 'drained']);
  await assert.rejects(attempt(4), /was started anew/);
});
