/** How a job ends, from every state: what ran finishes or stops, everything that could commit is fenced, then it is over. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RequestOutcome } from '../../src/contracts/status.ts';
import { fail, outcomeOf, refusalOf, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

const never = (): Promise<void> => new Promise(() => {});

/** Brings a job into a state in which it stays. */
const states: Readonly<Record<string, (name: string) => Promise<void>>> = {
  deploying: async (name) => {
    world.script(name).confirm = never;
    await world.apply(name);
    await world.until(name, () => world.script(name).running().length === 1);
  },
  running: async (name) => {
    await world.apply(name);
    await world.until(name, 'running');
  },
  updating: async (name) => {
    await world.apply(name);
    await world.until(name, 'running');
    world.script(name).confirm = never;
    await world.apply(name, { sql: 'SELECT b FROM s' });
    await world.until(name, () => world.script(name).runs.length === 2);
  },
  rolling_back: async (name) => {
    await world.apply(name);
    await world.until(name, 'running');
    world.script(name).confirm = async ({ generation }) => {
      if (generation === 2) throw fail('bad_record');
      return never();
    };
    await world.apply(name, { sql: 'SELECT b FROM s' });
    await world.until(name, () => world.script(name).runs.length === 3);
  },
  failed: async (name) => {
    world.script(name).prepare = () => {
      throw fail('topic_missing');
    };
    await world.apply(name);
    await world.until(name, 'failed');
  },
};

for (const [state, reach] of Object.entries(states)) {
  for (const mode of ['drain', 'cancel'] as const) {
    test(`${mode} while ${state}: nothing runs on, every id is fenced, the job is over`, async () => {
      const name = `${mode}-${state.replace('_', '-')}`;
      await reach(name);
      assert.equal((await world.status(name)).state, state);
      await world.stop(name, mode, 'bye');
      const last = await world.handle(name).result();
      assert.equal(last?.state, 'stopped');
      assert.equal(outcomeOf(last, 'bye')?.outcome, 'stopped');
      assert.deepEqual(world.script(name).running(), []);
      for (const { task } of world.script(name).runs.slice(-1)) {
        assert.ok(world.script(name).fenced.has(`millrace.acme.${name}-g${task.generation}-0`));
      }
      assert.ok(last.requests.every((r: RequestOutcome) => r.outcome !== 'pending'));
    });
  }
}

test('a drain that no task answers is turned into a cancel by asking for one', async () => {
  await world.apply('escalates');
  await world.until('escalates', 'running');
  world.script('escalates').drained = null;
  await world.stop('escalates', 'drain', 'gently');
  await world.until('escalates', 'draining');
  await world.stop('escalates', 'cancel', 'now');
  const last = await world.handle('escalates').result();
  assert.deepEqual([outcomeOf(last, 'gently')?.outcome, outcomeOf(last, 'now')?.outcome], ['stopped', 'stopped']);
});

test('while a job drains, a spec is refused by the name of the state', async () => {
  await world.apply('closing');
  await world.until('closing', 'running');
  world.script('closing').drained = null;
  await world.stop('closing', 'drain');
  await world.until('closing', 'draining');
  await assert.rejects(world.apply('closing', { sql: 'SELECT b FROM s' }), (error) => {
    assert.equal(refusalOf(error)?.code, 'forbidden_state');
    assert.match(refusalOf(error)?.message ?? '', /is being stopped/);
    return true;
  });
  await world.stop('closing', 'cancel');
  await world.handle('closing').result();
});

test('a stopped job is created again under its name, as a new life', async () => {
  await world.apply('reborn');
  await world.until('reborn', 'running');
  await world.stop('reborn', 'drain');
  await world.handle('reborn').result();
  const accepted = await world.apply('reborn', {}, { expectedRevision: 0 });
  assert.equal(accepted.revision, 1);
  await world.until('reborn', 'running');
  await world.stop('reborn', 'cancel');
  await world.handle('reborn').result();
});

test('a cancellation of the workflow itself is a cancel', async () => {
  await world.apply('by-operator');
  await world.until('by-operator', 'running');
  await world.handle('by-operator').cancel();
  const last = await world.handle('by-operator').result();
  assert.equal(last?.state, 'stopped');
  assert.ok(world.script('by-operator').fenced.has('millrace.acme.by-operator-g1-0'));
});

test('a drain whose host is gone loses its task to the heartbeats, fences it, and ends all the same', async () => {
  const script = world.script('silent');
  script.heartbeatMs = 2_000;
  await world.apply('silent');
  await world.until('silent', 'running');
  script.drained = null;
  script.silence();
  await world.stop('silent', 'drain');
  const last = await world.until('silent', 'stopped');
  assert.equal(last.state, 'stopped');
  assert.ok(script.fenced.has('millrace.acme.silent-g1-0'));
});
