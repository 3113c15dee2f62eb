/** What becomes of requests, without a workflow around them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import {
  acceptApply,
  acceptStop,
  desiredRevision,
  refuseApply,
  refuseStop,
  takeRequests,
} from '../../../src/workflows/job/requests.ts';
import { jobIn, request } from './jobs.ts';

const changed = request({ requestId: 'r2' }, 'SELECT b FROM s');

test('what is asked of nobody: only a spec that expects nothing, or the beginning, is taken', () => {
  assert.equal(refuseApply(null, 'acme/denied', request()), null);
  assert.equal(refuseApply(null, 'acme/denied', request({ expectedRevision: 0 })), null);
  assert.equal(refuseApply(null, 'acme/denied', request({ expectedRevision: 1 }))?.code, 'stale_revision');
  assert.equal(
    refuseStop(null, 'acme/denied', { requestId: 'r', mode: 'drain', expectedRevision: null })?.code,
    'not_found',
  );
});

test('a stop that waits already closes the door to specs', () => {
  const job = jobIn('running');
  acceptStop(job, { requestId: 's', mode: 'drain' });
  assert.equal(refuseApply(job, 'acme/denied', changed)?.code, 'forbidden_state');
});

test('a request id that is too long, or missing, is refused', () => {
  const job = jobIn('running');
  for (const requestId of ['', 'x'.repeat(limits.requestIdCharsMax + 1)]) {
    assert.equal(refuseApply(job, 'acme/denied', request({ requestId }, 'b'))?.code, 'invalid_spec');
  }
});

test('a full queue refuses more', () => {
  const job = jobIn('draining');
  for (let i = 0; i < limits.requestsQueuedMax; i++) acceptStop(job, { requestId: `s${i}`, mode: 'drain' });
  const refused = refuseStop(job, 'acme/denied', { requestId: 'more', mode: 'drain', expectedRevision: null });
  assert.equal(refused?.code, 'too_many_requests');
});

test('the order of keys in a spec is no change', () => {
  const job = jobIn('running');
  const { spec } = request();
  const turned = Object.fromEntries(Object.entries(spec).reverse()) as typeof spec;
  assert.equal(acceptApply(job, request({ requestId: 'r2', spec: turned })).outcome, 'unchanged');
});

test('an accepted spec is what is desired at once, and its revision is the next', () => {
  const job = jobIn('deploying');
  assert.equal(acceptApply(job, changed).revision, 2);
  assert.equal(desiredRevision(job).spec.sql, 'SELECT b FROM s');
  assert.equal(job.phase.revision.spec.sql, 'SELECT a FROM s');
});

test('while a generation begins, specs wait; a stop does not', () => {
  for (const state of ['deploying', 'updating', 'rolling_back'] as const) {
    const job = jobIn(state);
    acceptApply(job, changed);
    takeRequests(job);
    assert.equal(job.phase.state, state);
    acceptStop(job, { requestId: 's', mode: 'cancel' });
    takeRequests(job);
    assert.equal(job.phase.state, 'draining');
    assert.equal(job.requests.find((r) => r.requestId === 'r2')?.outcome, 'replaced');
  }
});

test('one plan waits at most, however many specs are accepted', () => {
  const job = jobIn('deploying');
  for (let i = 0; i < 30; i++) acceptApply(job, request({ requestId: `a${i}` }, `SELECT ${i} FROM s`));
  assert.equal(job.queue.length, 1);
  assert.equal(job.revision, 31);
});
