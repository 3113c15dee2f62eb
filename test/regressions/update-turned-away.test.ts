/**
 * Temporal rejects an update whose worker was killed and started again with it in its hands: no answer of the workflow, which has
 * not seen it. It is sent again, and a caller who is told of it is told what passes by itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isUndelivered, toMillraceError } from '../../src/client/errors.ts';
import { failure } from '../../src/contracts/failure.ts';

const rejected = (failed: ApplicationFailure): Error => new WorkflowUpdateFailedError('Workflow Update failed', failed);
const byTheServer = rejected(
  ApplicationFailure.create({
    type: 'UnprocessedUpdate',
    nonRetryable: true,
    message: "Workflow Update is rejected because it wasn't processed by worker.",
  }),
);

test('an update that no worker has processed is undelivered, and passes by itself', () => {
  assert.equal(isUndelivered(byTheServer), true);
  const { failure: told } = toMillraceError(byTheServer, 'job acme/denied');
  assert.equal(told.code, 'temporal_unavailable');
  assert.equal(told.retry, true);
});

test('an update that the workflow has refused is delivered', () => {
  const cause = failure('forbidden_state', 'Job acme/denied is paused.');
  const refused = rejected(ApplicationFailure.create({ type: cause.code, nonRetryable: true, details: [cause] }));
  assert.equal(isUndelivered(refused), false);
  assert.equal(toMillraceError(refused, 'job acme/denied').failure.code, 'forbidden_state');
});
