/** A task and its workflow that can't hear each other for a while: what lives is taken up again, what doesn't is recovered. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { noCounters } from '../../src/contracts/task.ts';
import { Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

/** The attempt of the running task's activity that the server waits for. */
async function attempt(name: string): Promise<number> {
  const { raw } = await world.handle(name).describe();
  return raw.pendingActivities?.find((a) => a.activityType?.name === 'runTask')?.attempt ?? 0;
}

test('a task whose heartbeats ceased for a while is listened to again, and no new generation begins', async () => {
  const script = world.script('unheard');
  script.heartbeatMs = 2_000;
  await world.apply('unheard');
  await world.until('unheard', 'running');
  script.loseTemporal();
  while ((await attempt('unheard')) < 2) await world.until('unheard', 'running');
  assert.equal((await world.status('unheard')).generation, 1);
  assert.deepEqual(script.running(), ['1-0']);
  assert.equal(script.runs.length, 1, 'it was begun once');
  // Its end is heard, which a new generation shows.
  script.end(1, { kind: 'superseded', counters: noCounters });
  await world.until('unheard', (s) => s.state === 'running' && s.generation === 2);
  await world.stop('unheard', 'cancel');
  await world.handle('unheard').result();
});

test('a host whose tasks all come back together has as long to take them up as it says', async () => {
  const script = world.script('together');
  script.takeUpMs = 40_000;
  await world.apply('together');
  await world.until('together', 'running');
  const { events = [] } = await world.handle('together').fetchHistory();
  const scheduled = events!.map((e) => e.activityTaskScheduledEventAttributes);
  const waits = scheduled.find((a) => a?.activityType?.name === 'runTask')?.scheduleToStartTimeout?.seconds;
  assert.ok(Number(waits) >= 45, `it waits ${waits} s`);
  await world.stop('together', 'cancel');
  await world.handle('together').result();
});

test('a task that its host knows nothing of any more is recovered, and fenced by what takes its place', async () => {
  const script = world.script('gone');
  script.heartbeatMs = 2_000;
  await world.apply('gone');
  await world.until('gone', 'running');
  script.silence();
  script.heartbeatMs = 60_000;
  await world.until('gone', (s) => s.generation === 2);
  await world.until('gone', () => script.runs.length === 2);
  assert.deepEqual(script.runs.at(-1)?.fence, ['millrace.acme.gone-g1-0']);
  await world.stop('gone', 'cancel');
  await world.handle('gone').result();
});

test('what an owner asks for goes before leave to recover', async () => {
  const script = world.script('waits');
  await world.apply('waits');
  await world.until('waits', 'running');
  script.admit = () => new Promise(() => {});
  script.end(1, { kind: 'superseded', counters: noCounters });
  await world.until('waits', (s) => s.progress?.doing === 'recoveries admitted');
  assert.equal((await world.status('waits')).state, 'running');
  await world.operate('waits', { kind: 'restart' }, { requestId: 'r1' });
  await world.until('waits', (s) => s.state === 'running' && s.generation === 2);
  await world.stop('waits', 'cancel');
  await world.handle('waits').result();
});

test('orders that the server hands out and nobody gets are handed out again, and no new generation begins', async () => {
  const script = world.script('lost');
  script.heartbeatMs = 2_000;
  script.isLost = ({ attempt }) => attempt === 1;
  await world.apply('lost');
  const { generation } = await world.until('lost', 'running');
  assert.equal(generation, 1);
  assert.equal(script.runs.length, 1, 'it was begun once');
  await world.stop('lost', 'cancel');
  await world.handle('lost').result();
});
