/** Lives of rollouts, for record.ts: every state and every edge that a rollout can take. */
import { controlQueue, defaultDeployment } from '../../src/contracts/names.ts';
import type { Script, ScriptedRollouts } from '../workflow/rollout-scripted.ts';
import { fail } from '../workflow/scripted.ts';

type Live = (world: ScriptedRollouts, id: string, script: Script) => Promise<unknown>;

/** A life by its name, which is the rollout's id too. */
const lives: Readonly<Record<string, Live>> = {
  waves: async (world, id) => {
    await world.begin(id, { canary: [2, '30%'], bakeMs: 200, concurrency: 3 });
    await world.ended(id);
  },
  'halted-and-aborted': async (world, id, script) => {
    script.act = (name) => (name === 'job-2' || name === 'job-5' ? 'failed' : 'done');
    await world.begin(id, { canary: [2], concurrency: 1 });
    await world.until(id, 'halted');
    await world.operate(id, 'resume', 'go-on');
    await world.until(id, (s) => s.state === 'halted' && s.counts.failed === 2);
    await world.operate(id, 'abort', 'enough');
    await world.ended(id);
  },
  regressed: async (world, id, script) => {
    script.regressed = () => ['job-1'];
    await world.begin(id, { canary: [2], bakeMs: 200 });
    await world.until(id, 'halted');
    await world.operate(id, 'resume', 'go-on');
    await world.ended(id);
  },
  'paused-and-resumed': async (world, id, script) => {
    const release = held(script);
    await world.begin(id, { canary: [2], bakeMs: 2_000, concurrency: 2 });
    await world.until(id, (s) => s.underWay === 2);
    await world.operate(id, 'pause', 'p1');
    release();
    await world.until(id, 'paused');
    await world.operate(id, 'resume', 'r1');
    await world.until(id, 'baking');
    await world.operate(id, 'pause', 'p2');
    await world.operate(id, 'resume', 'r2');
    await world.ended(id);
  },
  'across-runs': async (world, id, script) => {
    script.pageJobs = 3;
    await world.begin(id, { canary: [4], bakeMs: 200, concurrency: 2 }, 1);
    await world.ended(id);
  },
  cancelled: async (world, id, script) => {
    const release = held(script);
    await world.begin(id, { concurrency: 2 });
    await world.until(id, (s) => s.underWay === 2);
    await world.handle(id).cancel();
    await world.until(id, 'draining');
    release();
    await world.ended(id);
  },
  refused: async (world, id, script) => {
    script.refused = fail('invalid_spec');
    await world.begin(id);
    await world.ended(id);
  },
};

/** Holds every job until it is released. */
function held(script: Script): () => void {
  const { promise: open, resolve: release } = Promise.withResolvers<void>();
  script.act = async () => {
    await open;
    return 'done' as const;
  };
  return release;
}

export async function liveRollouts(world: ScriptedRollouts): Promise<void> {
  for (const [id, live] of Object.entries(lives)) {
    const script = world.script(id);
    script.count(12);
    await live(world, id, script);
  }
  const order = { deployment: 'millrace', id: 'waves', cursor: null, logOffset: 0, limit: 10, only: null };
  await world.env.client.workflow.execute('readOutcomesWorkflow', {
    workflowId: 'rollout-outcomes/waves/1',
    taskQueue: controlQueue(defaultDeployment),
    args: [order],
  });
}
