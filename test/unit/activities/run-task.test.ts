/** What becomes of a task whose worker has given up: nobody hears of it any more, and it goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createHostActivities } from '../../../src/activities/index.ts';
import { devTuning } from '../../../src/contracts/limits.ts';
import type { BeginTask } from '../../../src/contracts/task.ts';
import type { EnginePort } from '../../../src/pipeline/runtime/port.ts';
import { quietLogger } from '../../support/quiet-runtime.ts';

test('a worker that has given up breaks the line, not the task', async () => {
  const asked: string[] = [];
  const began = Promise.withResolvers<void>();
  const engine = {
    run: () => {
      asked.push('run');
      began.resolve();
      return new Promise(() => {});
    },
    leave: () => asked.push('leave'),
    cancel: async () => asked.push('cancel'),
  } as unknown as EnginePort;
  const lost = new AbortController();
  const host = { hostId: 'h', queue: 'q', release: '1.0', tuning: devTuning, engine, lost: lost.signal };
  const task = { deployment: 'millrace', tenant: 'acme', job: 'denied', generation: 1, index: 0, tasks: 1 };
  const order = { task, former: [] } as unknown as BeginTask;
  const line = new MockActivityEnvironment({}, { logger: quietLogger }).run(() =>
    createHostActivities(host).runTask(order),
  );
  await began.promise;
  lost.abort();
  await assert.rejects(line, /lost its line.*refused/);
  assert.deepEqual(asked, ['run', 'leave']);
});
