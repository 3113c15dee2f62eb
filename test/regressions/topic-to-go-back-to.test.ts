/**
 * Another tenant asks for a topic that no job is told to write at the moment: a job that was paused and given another output
 * may be unhealthy with it and go back, and one that goes back may have tasks that still write. Only what was desired, or
 * confirmed and running, was asked, so two tenants wrote one topic.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MillraceClient } from '../../src/client/client.ts';
import { limits } from '../../src/contracts/limits.ts';
import { fail, Scripted } from '../workflow/scripted.ts';

let world: Scripted;
let client: MillraceClient;
before(async () => {
  world = await Scripted.startReal();
  client = new MillraceClient({ address: world.env.address });
});
after(async () => {
  await client.close();
  await world.close();
});

const sink = (topic: string) => ({ kafka: { cluster: 'main', topic, partitions: 1, format: 'json' as const } });

/** Applies as planning does: the topic is claimed first. */
async function apply(job: string, topic: string): Promise<void> {
  assert.ok(await client.claimTopic({ tenant: 'acme', job }, { cluster: 'main', topic }));
  await world.apply(job, { sink: sink(topic) });
}

const asEvil = (topic: string): Promise<boolean> =>
  client.mayWrite({ tenant: 'evil', job: 'j' }, { cluster: 'main', topic });

test('a topic that a job may go back to stays its own, and is free once it may not', async (t) => {
  await apply('back', 'back');
  await world.until('back', 'running');
  await world.operate('back', { kind: 'pause' });
  await world.until('back', 'paused');
  await apply('back', 'elsewhere');
  await world.until('back', (s) => s.spec.sink.kafka.topic === 'elsewhere');
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * limits.topicClaimMs });
  assert.equal(await asEvil('back'), false, 'what has shown health');
  assert.equal(await asEvil('elsewhere'), false, 'what is wanted');
  t.mock.timers.reset();
  await world.operate('back', { kind: 'resume' });
  await world.until('back', 'running');
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * limits.topicClaimMs });
  assert.equal(await asEvil('back'), true);
  assert.equal(await asEvil('elsewhere'), false);
});

test("a topic that a job's tasks may still write stays its own, though it is gone back from", async (t) => {
  const script = world.script('stuck');
  await apply('stuck', 'stuck');
  await world.until('stuck', 'running');
  script.confirm = async () => {
    throw fail('unhealthy');
  };
  script.prepare = ({ generation }) => {
    if (generation > 2) throw fail('no_host');
  };
  await apply('stuck', 'tried');
  const { spec } = await world.until('stuck', 'failed');
  assert.deepEqual([spec.sink.kafka.topic, script.running().includes('2-0')], ['stuck', true]);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * limits.topicClaimMs });
  assert.equal(await asEvil('tried'), false, 'nobody has fenced them yet');
  t.mock.timers.reset();
  script.prepare = () => {};
  script.confirm = async () => {};
  await world.operate('stuck', { kind: 'restart' });
  await world.until('stuck', 'running');
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * limits.topicClaimMs });
  assert.equal(await asEvil('tried'), true);
});
