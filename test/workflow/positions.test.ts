/**
 * What a workflow keeps of its job's positions: read whenever the job fails and whenever a generation is prepared, so that
 * a job that waited longer than the broker remembers its offsets goes on where it stood.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { noCounters } from '../../src/contracts/task.ts';
import { type PlainPositions, plain } from '../support/positions.ts';
import { fail, failedEnd, Scripted } from './scripted.ts';

const dayMs = 86_400_000;

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

/** A broker that answers these one after the other; then it has forgotten everything. */
function answers(name: string, ...all: PlainPositions[]): { asked: number } {
  const count = { asked: 0 };
  world.script(name).committed = () => all[count.asked++] ?? {};
  return count;
}

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
}

test('a job that waited for its owner until its offsets were forgotten goes on from those read as it failed', async () => {
  const script = world.script('forgotten');
  const count = answers('forgotten', {}, { in: { 0: '70', 1: '71' } });
  await world.apply('forgotten', { tasks: { min: 2, max: 2 } });
  await world.until('forgotten', 'running');
  assert.equal(count.asked, 1);
  script.drained = { kind: 'drained', by: 'order', positions: {}, counters: noCounters };
  script.end(1, failedEnd('bad_record'), 0);
  await world.until('forgotten', () => count.asked === 2);
  await world.env.sleep(8 * dayMs);
  assert.equal(count.asked, 2, 'a job that waits asks for nothing');
  await world.apply('forgotten', { sql: 'SELECT b FROM s', tasks: { min: 2, max: 2 } });
  await world.until('forgotten', 'running');
  const kept = script.runs.filter((r) => r.task.generation === 2).map((r) => [r.task.index, plain(r.keptPositions)]);
  assert.deepEqual(kept.sort(), [
    [0, { in: { 0: '70' } }],
    [1, { in: { 1: '71' } }],
  ]);
  await end('forgotten');
});

test('a job that is tried again keeps its positions each time that it fails', async () => {
  const script = world.script('outwaits');
  const count = answers('outwaits', {}, {}, { in: { 0: '80' } });
  let broken = true;
  await world.apply('outwaits');
  await world.until('outwaits', 'running');
  script.prepare = () => {
    if (broken) throw fail('kafka_unavailable');
  };
  script.end(1, failedEnd('kafka_unavailable'));
  await world.until('outwaits', (s) => s.state === 'failed' && s.generation === 2 && count.asked === 3);
  broken = false;
  await world.env.sleep(10_000);
  await world.until('outwaits', 'running');
  assert.deepEqual(plain(script.runs.at(-1)!.keptPositions), { in: { 0: '80' } });
  await end('outwaits');
});

test('each new generation is told the positions read as it was prepared; newer ones replace older ones', async () => {
  const script = world.script('fresh');
  const count = answers('fresh', { in: { 0: '1' }, other: { 0: '5' } }, { in: { 0: '2' } });
  await world.apply('fresh');
  await world.until('fresh', 'running');
  await world.apply('fresh', { sql: 'SELECT b FROM s' });
  await world.until('fresh', (s) => s.state === 'running' && s.generation === 2);
  assert.deepEqual(
    script.runs.map((r) => plain(r.keptPositions)),
    [{ in: { 0: '1' } }, { in: { 0: '2' } }],
  );
  assert.equal(count.asked, 2);
  await end('fresh');
});

test('positions that can not be read stop nothing, and those known before stay', async () => {
  const script = world.script('unreadable');
  script.committed = () => ({ in: { 0: '33' } });
  await world.apply('unreadable');
  await world.until('unreadable', 'running');
  let asked = 0;
  script.committed = () => {
    asked += 1;
    throw fail('not_authorized');
  };
  script.end(1, failedEnd('bad_record'));
  await world.until('unreadable', (s) => s.state === 'failed' && asked === 1);
  await world.apply('unreadable', { sql: 'SELECT b FROM s' });
  await world.until('unreadable', 'running');
  assert.equal(asked, 2);
  assert.deepEqual(plain(script.runs.at(-1)!.keptPositions), { in: { 0: '33' } });
  await end('unreadable');
});

test('a stop waits for positions that nobody answers no longer than a glance may take', async () => {
  const script = world.script('unanswered');
  await world.apply('unanswered');
  await world.until('unanswered', 'running');
  let asked = false;
  script.committed = () => {
    asked = true;
    return new Promise<PlainPositions>(() => {});
  };
  script.end(1, failedEnd('bad_record'));
  await world.until('unanswered', () => asked);
  await end('unanswered');
});
