/** State that another release wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobStates } from '../../../src/contracts/status.ts';
import { claimed } from '../../../src/contracts/topic-claims.ts';
import { jobSteps } from '../../../src/workflows/job/upgrade-steps.ts';
import { rolloutSteps } from '../../../src/workflows/rollout/upgrade-steps.ts';
import { streamSteps } from '../../../src/workflows/stream/upgrade-steps.ts';
import { topicSteps } from '../../../src/workflows/topic/upgrade-steps.ts';
import type { TopicData } from '../../../src/workflows/topic/workflow.ts';
import { type UpgradeStep, upgraded, versionAfter } from '../../../src/workflows/upgrade.ts';
import { jobIn } from './jobs.ts';

const steps: readonly UpgradeStep[] = [
  ({ name, ...rest }) => ({ ...rest, names: [name] }),
  (state) => ({ ...state, since: 0 }),
];

test('a state goes through the steps that came after it, and no other', () => {
  const first = { stateVersion: 1, name: 'a' };
  assert.deepEqual(upgraded('x', first, steps), { stateVersion: 3, names: ['a'], since: 0 });
  assert.deepEqual(first, { stateVersion: 1, name: 'a' }, 'and stays as it was');
  const second = { stateVersion: 2, names: ['b'] };
  assert.deepEqual(upgraded('x', second, steps), { stateVersion: 3, names: ['b'], since: 0 });
  const present = { stateVersion: 3, names: ['c'], since: 7 };
  assert.deepEqual(upgraded('x', present, steps), present);
});

test('a state of a later release is not read as what it is not', () => {
  assert.throws(
    () => upgraded('job acme/denied', { stateVersion: 4 }, steps),
    /job acme\/denied is of version 4.* knows 3/,
  );
});

test('what this release writes is of its version, in every state, and is read as it is', () => {
  for (const state of jobStates) {
    const job = jobIn(state);
    assert.equal(job.stateVersion, versionAfter(jobSteps));
    assert.deepEqual(upgraded('job', job, jobSteps), job);
  }
  const claims = claimed(null, { requestId: 'r', tenant: 'acme', job: 'denied', version: 0 }, 0);
  const place = { deployment: 'millrace', cluster: 'main', topic: 'acme.denied' };
  const topic: TopicData = { stateVersion: versionAfter(topicSteps), ...place, claims };
  assert.deepEqual(upgraded('topic', topic, topicSteps), topic);
  assert.ok([rolloutSteps, streamSteps].every((s) => versionAfter(s) >= 1));
});
