/** The state that travels through continue-as-new: JSON and nothing else; and the one way to change its phase. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobStates } from '../../../src/contracts/status.ts';
import { move } from '../../../src/workflows/job/state.ts';
import { asker, jobIn, now } from './jobs.ts';

for (const state of jobStates) {
  test(`a job that is ${state} is the same after a journey as JSON`, () => {
    const job = jobIn(state);
    assert.deepEqual(JSON.parse(JSON.stringify(job)), job);
  });
}

test('an edge that the table lacks changes nothing and says which it was', () => {
  const job = jobIn('stopped');
  const before = structuredClone(job);
  const to = jobIn('deploying').phase;
  assert.throws(
    () => move(job, 'applied', to, { now, asker: asker('r') }),
    /acme\/denied: no edge stopped --applied--> deploying/,
  );
  assert.deepEqual(job, before);
});
