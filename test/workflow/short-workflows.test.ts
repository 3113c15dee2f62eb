/**
 * What people ask for runs beside the jobs' workflows and not among them: however many plans and pages are asked for, a job's next
 * workflow task stands behind none. Shown the other way round: they are answered while nobody takes the jobs'.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MillraceClient } from '../../src/client/client.ts';
import { limits } from '../../src/contracts/limits.ts';
import { controlQueue, defaultDeployment } from '../../src/contracts/names.ts';
import type { JobOutcome } from '../../src/contracts/rollout-status.ts';
import { startTimeSkipping } from '../../src/dev/time-skipping.ts';
import { planOf, Scripted, spec } from './scripted.ts';

const outcome: JobOutcome = {
  tenant: 'acme',
  name: 'denied',
  outcome: 'done',
  revision: 1,
  cause: null,
  at: '2026-01-01T00:00:00.000Z',
};

let world: Scripted;
let client: MillraceClient;
before(async () => {
  world = await Scripted.start(startTimeSkipping, {
    without: [controlQueue(defaultDeployment)],
    activities: { readOutcomes: async () => ({ items: [outcome], next: null }) },
  });
  client = new MillraceClient({ address: world.env.address });
});
after(async () => {
  await client.close();
  await world.close();
});

test('plans, pages of a history and of outcomes are answered while no workflow task of a job is taken', async () => {
  const wanted = spec();
  const planned = await client.planJob({
    apiVersion: 'millrace/v1',
    kind: 'Job',
    metadata: { tenant: 'acme', name: 'denied' },
    spec: wanted,
  });
  assert.equal(planned.verdict, 'create');
  assert.equal(planned.plan?.sql, planOf(wanted).sql);
  assert.deepEqual((await client.history('acme', 'denied')).items, []);
  const outcomes = await client.rollouts.outcomes('of-before', { limit: limits.pageRowsDefault });
  assert.deepEqual(outcomes.items, [outcome]);
});
