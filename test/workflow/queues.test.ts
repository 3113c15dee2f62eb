/**
 * One slot for each queue of the control process, and planning, writing and reading of history hang in theirs: what a job's life
 * waits for goes on. With one queue for all, each of these was enough to stop every recovery.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { controlQueue, defaultDeployment } from '../../src/contracts/names.ts';
import { startTimeSkipping } from '../../src/dev/time-skipping.ts';
import { failedEnd, Scripted, spec } from './scripted.ts';

let world: Scripted;
let env: TestWorkflowEnvironment;
const open = Promise.withResolvers<void>();
const begun = { compileJob: 0, readHistory: 0, appendHistory: 0 };

before(async () => {
  const hang = async (name: keyof typeof begun): Promise<never> => {
    begun[name] += 1;
    await open.promise;
    throw new Error('the test is over');
  };
  world = await Scripted.start(startTimeSkipping, {
    slots: 1,
    activities: {
      compileJob: () => hang('compileJob'),
      readHistory: () => hang('readHistory'),
      appendHistory: () => hang('appendHistory'),
    },
  });
  ({ env } = world);
});
after(async () => {
  open.resolve();
  await world.close();
});

test('a job is deployed and recovers while planning and history wait for a slot', async () => {
  const start = (type: string, order: object) =>
    env.client.workflow.start(type, {
      workflowId: `${type}-waits`,
      taskQueue: controlQueue(defaultDeployment),
      args: [{ deployment: defaultDeployment, tenant: 'acme', ...order }],
    });
  const started = [
    await start('planJobWorkflow', { name: 'other', spec: spec() }),
    await start('readHistoryWorkflow', { job: 'other', cursor: null, limit: 10 }),
  ];
  await world.apply('recovering');
  await world.until('recovering', 'running');
  assert.deepEqual(begun, { compileJob: 1, readHistory: 1, appendHistory: 1 });
  world.script('recovering').end(1, failedEnd('kafka_unavailable'));
  await world.until('recovering', (s) => s.state === 'running' && s.generation === 2);
  for (const handle of started) await handle.terminate();
});
