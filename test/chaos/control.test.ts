/** The whole matrix turns red where Millrace is broken on purpose: a frozen host that nobody has fenced repeats what others have output. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runScenario } from './run.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { Timeline } from './timeline.ts';
import { World } from './world.ts';

/** A host with a task is frozen until its job has gone on elsewhere, and then woken. */
function frozen(): Scenario {
  const scenario = scenarioOf(1, { operation: 'update', fault: 'freeze-host' });
  const [plan] = scenario.faultPlans;
  const at = { of: 'settled', ms: 0 } as const;
  return { ...scenario, tasks: 1, faultPlans: [{ ...plan!, at, victim: 'task', lastsMs: 9_000 }] };
}

test('without fencing a woken host repeats records, and the checker says so', async () => {
  const world = await World.open({ machines: 2, hostEntry: '../test/chaos/unfenced-host' });
  try {
    await assert.rejects(runScenario(world, frozen(), new Timeline()), /repeated \(\d+\): input/);
  } finally {
    await world.close();
  }
});

test('a bystander whose job is made to begin a generation is seen, whatever becomes of the run', async () => {
  const world = await World.open({ machines: 1 });
  const scenario = scenarioOf(2, { operation: 'steady', fault: 'kill-worker' });
  const [plan] = scenario.faultPlans;
  const faultPlans = [{ ...plan!, fault: 'restart-bystander' as const }];
  try {
    await assert.rejects(
      runScenario(world, { ...scenario, bystander: true, faultPlans }, new Timeline()),
      /to whom nothing happened/,
    );
  } finally {
    await world.close();
  }
});
