/**
 * An update that a workflow worker was given and died with is turned away by the server as one that the workflow doesn't
 * know: nothing was accepted, and it is sent again. Found by `npm run chaos -- --seed 21014 --only release/kill-worker`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isUndelivered } from '../../src/client/errors.ts';

const failed = (type: string): Error =>
  new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.create({ type, nonRetryable: true }));

test('an update whose worker died is sent again; one that was refused is not', () => {
  assert.equal(isUndelivered(failed('UnprocessedUpdate')), true);
  assert.equal(isUndelivered(failed('stale_revision')), false);
});
