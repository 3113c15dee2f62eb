/** Topics change under running tasks, which tell it: the job takes it up as a new generation, once, when it may. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Standing } from '../../src/contracts/positions.ts';
import type { TopicChange } from '../../src/contracts/topic-change.ts';
import { topicsChangedSignal } from '../../src/workflows/job/messages.ts';
import { idOf } from '../support/positions.ts';
import { fail, failedEnd, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

const grown: TopicChange = { topic: 'in', use: 'read', fact: 'partitions', from: 4, to: 6 };

const tell = (name: string, generation: number, changes: readonly TopicChange[] = [grown]): Promise<void> =>
  world.handle(name).signal(topicsChangedSignal, { generation, changes });

/** A job that runs, whose topic gets partitions. */
async function running(name: string) {
  const script = world.script(name);
  let partitions = 4;
  script.standing = (): Readonly<Record<string, Standing>> => ({
    in: { id: idOf('in'), partitions, noted: null, offsets: {} },
  });
  await world.apply(name, { start: 'latest', tasks: { min: 2, max: 2 } });
  await world.until(name, 'running');
  return {
    script,
    grow: () => {
      partitions = 6;
    },
  };
}

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
}

test('partitions that are added are read by a new generation, as new ones, and its history says which', async () => {
  const { script, grow } = await running('grows');
  const admission = Promise.withResolvers<void>();
  script.admit = () => admission.promise;
  grow();
  await tell('grows', 1);
  const waiting = await world.until('grows', (s) => s.progress?.doing === 'recoveries admitted');
  assert.equal(waiting.state, 'running', 'its tasks work on meanwhile');
  assert.deepEqual(waiting.changes, [grown]);
  assert.match(waiting.next, /in grew from 4 to 6 partitions/);
  admission.resolve();
  const status = await world.until('grows', (s) => s.state === 'running' && s.generation === 2);
  assert.deepEqual(status.changes, []);
  const told = script.runs.filter((r) => r.task.generation === 2).map((r) => r.keptPositions['in']);
  assert.deepEqual(
    told.map((t) => [t?.begun, t?.partitions]),
    [
      [4, 6],
      [4, 6],
    ],
  );
  assert.deepEqual(script.runs.find((r) => r.task.generation === 2 && r.task.index === 1)?.fence, [
    'millrace.acme.grows-g1-1',
  ]);
  await end('grows');
  const followed = script.history.filter((e) => e.kind === 'transition' && e.event === 'followed');
  assert.deepEqual(
    followed.map((e) => [e.by, e.why]),
    [['millrace', 'in grew from 4 to 6 partitions: the new ones are read from their beginning']],
  );
});

test('what is told twice, or late, makes one generation', async () => {
  const { script, grow } = await running('once');
  grow();
  await Promise.all([tell('once', 1), tell('once', 1)]);
  await world.until('once', (s) => s.state === 'running' && s.generation === 2);
  await tell('once', 1);
  const status = await world.until('once', 'running');
  assert.equal(status.generation, 2);
  assert.deepEqual(status.changes, []);
  // However often topics change, and whatever brokers say of them, tasks have a minute between.
  await tell('once', 2);
  const next = await world.until('once', (s) => s.changes.length > 0);
  assert.deepEqual([next.state, next.generation], ['running', 2]);
  await end('once');
  assert.equal(script.history.filter((e) => e.kind === 'transition' && e.event === 'followed').length, 1);
});

test('a generation that can not be prepared leaves the one that runs, and the next one takes it up', async () => {
  const { script, grow } = await running('refused');
  grow();
  let broken = true;
  script.prepare = () => {
    if (broken) throw fail('no_host');
  };
  await tell('refused', 1);
  const status = await world.until('refused', (s) => s.state === 'running' && s.generation === 2);
  assert.deepEqual(status.changes, [grown], 'it still says what is not read');
  assert.deepEqual(script.running().sort(), ['1-0', '1-1']);
  broken = false;
  await world.operate('refused', { kind: 'restart' });
  await world.until('refused', (s) => s.state === 'running' && s.generation === 3 && s.changes.length === 0);
  await end('refused');
});

test('topics that can not be looked at make no generation that would read what the last one did', async () => {
  const { script, grow } = await running('unseen');
  grow();
  script.committed = () => {
    throw fail('not_authorized');
  };
  await tell('unseen', 1);
  await world.until('unseen', (s) => s.state === 'running' && s.generation === 2);
  assert.deepEqual(script.running().sort(), ['1-0', '1-1']);
  await end('unseen');
});

test('a task that is lost meanwhile goes first, and the recovery takes up the topics too', async () => {
  const { script, grow } = await running('lost');
  // The first to ask is the generation that follows; the recovery asks after it.
  const asked = Promise.withResolvers<void>();
  script.admit = () => {
    script.admit = async () => {};
    asked.resolve();
    return new Promise(() => {});
  };
  grow();
  await tell('lost', 1);
  await asked.promise;
  script.end(1, failedEnd('host_lost'), 1);
  await world.until('lost', (s) => s.state === 'running' && s.generation === 2);
  assert.equal(script.runs.at(-1)?.keptPositions['in']?.partitions, 6);
  assert.deepEqual((await world.status('lost')).changes, []);
  await end('lost');
  assert.ok(script.history.every((e) => e.kind !== 'transition' || e.event !== 'followed'));
});

test('new partitions that are far behind are no fault of the generation that reads them', async () => {
  const { script, grow } = await running('behind');
  script.vitals = ({ generation }) => {
    const lag = generation === 1 ? { lagFirst: 0, lagLast: 0 } : { lagFirst: 1_000, lagLast: 1_000_000 };
    return { ms: 10_000, recordsIn: 1_000, recordsFailed: 0, ...lag };
  };
  grow();
  await tell('behind', 1);
  const status = await world.until('behind', (s) => s.state === 'running' && s.generation > 1);
  assert.equal(status.generation, 2);
  assert.equal(status.lastFailure, null);
  await end('behind');
});

test('a job that is paused does nothing about its topics; resumed, it reads what there is', async () => {
  const { script, grow } = await running('paused');
  await world.operate('paused', { kind: 'pause' });
  await world.until('paused', 'paused');
  grow();
  await tell('paused', 1);
  assert.deepEqual((await world.status('paused')).changes, []);
  await world.operate('paused', { kind: 'resume' });
  const status = await world.until('paused', 'running');
  assert.equal(status.generation, 2);
  assert.equal(script.runs.at(-1)?.keptPositions['in']?.partitions, 6);
  await end('paused');
});

test('partitions beyond what there is room for stay unread, also after a recovery, and the job says so', async () => {
  const { script } = await running('roomless');
  const count = 50_000;
  script.standing = () => ({ in: { id: idOf('in'), partitions: count, noted: null, offsets: { 0: '5', 49999: '7' } } });
  const beyond: TopicChange = { ...grown, to: count };
  await tell('roomless', 1, [beyond]);
  const seen = await world.until('roomless', (s) => s.changes.length > 0);
  assert.deepEqual([seen.state, seen.generation, seen.changes], ['running', 1, [{ ...beyond, noRoom: true }]]);
  script.end(1, failedEnd('host_lost'), 1);
  const after = await world.until('roomless', (s) => s.state === 'running' && s.generation > 1);
  assert.equal(after.lastFailure?.code, 'host_lost');
  assert.deepEqual(script.runs.at(-1)?.unknownTopics, []);
  // Which of its tasks begins first is nobody's matter.
  const begun = script.runs.filter((r) => r.task.generation === after.generation);
  const kept = begun.sort((a, b) => a.task.index - b.task.index).map((r) => r.keptPositions['in']);
  assert.deepEqual(
    kept.map((k) => [k?.partitions, k?.offsets]),
    [
      [4, { 0: '5' }],
      [4, {}],
    ],
  );
  await end('roomless');
});

test('a job that begins with more partitions than there is room for fails with how many those are', async () => {
  const script = world.script('too-many');
  script.standing = () => ({ in: { id: idOf('in'), partitions: 50_000, noted: null, offsets: {} } });
  await world.apply('too-many');
  const { lastFailure, retryAt } = await world.until('too-many', 'failed');
  assert.equal(lastFailure?.code, 'invalid_spec');
  assert.match(
    lastFailure.message,
    /would read 50000 partitions of one topic, .* room for the positions of about \d{4} such/,
  );
  assert.equal(retryAt, null, 'its owner is asked');
  await end('too-many');
});

test('what is asked of the job goes first', async () => {
  const { script } = await running('asked');
  script.admit = () => new Promise(() => {});
  await tell('asked', 1);
  await world.until('asked', (s) => s.progress?.doing === 'recoveries admitted');
  await end('asked');
  assert.ok(script.history.every((e) => e.kind !== 'transition' || e.event !== 'followed'));
});
