/**
 * A job isn't over before every id of it is fenced, and its workflow must outlive whatever keeps that from being done: a
 * failure that isn't retried would end the workflow with its tasks unfenced, free to commit beside a job's next life.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { type ControlDeps, createControlActivities } from '../../src/activities/index.ts';
import { type Failure, type FailureCode, failure, MillraceError } from '../../src/contracts/failure.ts';
import { planOf, spec } from '../workflow/scripted.ts';

const plan = planOf(spec());

for (const code of ['not_authorized', 'internal', 'kafka_unavailable'] satisfies FailureCode[]) {
  test(`fencing that fails as ${code} is tried again, and says so`, async () => {
    const fence = async (): Promise<void> => {
      throw new MillraceError(failure(code, 'refused by the broker'));
    };
    const deps = { clusters: { main: { bootstrap: '127.0.0.1:1' } }, fence } as unknown as ControlDeps;
    await assert.rejects(createControlActivities(deps).fenceTasks({ plan, ids: ['x'] }), (error) => {
      assert.ok(error instanceof ApplicationFailure);
      assert.equal(error.nonRetryable, false);
      assert.equal(error.type, code);
      assert.equal((error.details?.[0] as Failure | undefined)?.message, 'refused by the broker');
      return true;
    });
  });
}

test('fencing on a cluster that is not configured here is tried again', async () => {
  const deps = { clusters: {}, fence: async () => {} } as unknown as ControlDeps;
  await assert.rejects(createControlActivities(deps).fenceTasks({ plan, ids: ['x'] }), { nonRetryable: false });
});
