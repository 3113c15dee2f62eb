/**
 * One slot for each queue of the control process, and planning, writing and reading of history hang in theirs: what a job's life
 * waits for goes on. With one queue for all, each of these was enough to stop every recovery.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { controlQueue, defaultDeployment, rolloutWorkflowId } from '../../src/contracts/names.ts';
import { startTimeSkipping } from '../../src/dev/time-skipping.ts';
import { type RolloutStart, rolloutQuery } from '../../src/workflows/rollout/messages.ts';
import { until } from '../support/patience.ts';
import { failedEnd, Scripted, spec } from './scripted.ts';

let world: Scripted;
let env: TestWorkflowEnvironment;
const open = Promise.withResolvers<void>();
const acted = { tenant: 'acme', name: 'acted-on' };
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
      selectJobs: async () => ({ list: 'l', offset: 0, total: 1, pages: 1, waves: [1] }),
      readJobs: async () => ({ wave: 0, ends: true, jobs: [acted], next: 1 }),
      actOnJob: async ({ job }) => ({
        ...job,
        outcome: 'done',
        revision: 1,
        cause: null,
        at: '2026-01-01T00:00:00.000Z',
      }),
      appendToLog: async () => {},
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

test('a rollout goes on while the histories of jobs wait for a slot', async () => {
  await world.apply('unwritten');
  await world.until('unwritten', 'running');
  assert.equal(begun.appendHistory, 1, 'the one slot is taken');
  const start: RolloutStart = {
    deployment: defaultDeployment,
    id: 'beside',
    order: {
      action: { kind: 'restart' },
      selector: { tenant: 'acme', labels: {} },
      strategy: { canary: [], bakeMs: 0, concurrency: 1, maxFailures: 0, jobMsMax: 60_000 },
    },
    asker: { requestId: 'start', by: 'ann', why: null },
  };
  const handle = await env.client.workflow.start('rolloutWorkflow', {
    workflowId: rolloutWorkflowId(defaultDeployment, start.id),
    taskQueue: controlQueue(defaultDeployment),
    args: [start],
  });
  await until('it is finished', async () => (await handle.query(rolloutQuery)).state === 'finished');
});
