/**
 * Two jobs whose tasks don't fit beside each other, and a scheduler that is against them: whenever both contend, each gets all of its slots
 * but the last one before either gets that. Giving up after the same time and trying again after the same time, neither would ever run.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../src/contracts/failure.ts';
import type { TaskIdentity } from '../../src/contracts/task.ts';
import { Scripted } from './scripted.ts';

const tasks = { min: 6, max: 6 };
const slots = 10;

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

/** Those that contend, and what they hold. */
const held = new Map(['left', 'right'].map((job) => [job, new Set<string>()]));
/** Whether each has had all but one since the last time that nobody had any. */
let met = false;

const keyOf = ({ generation, index }: TaskIdentity): string => `${generation} ${index}`;

function take(task: TaskIdentity): void {
  for (const [job, keys] of held) for (const done of world.script(job).cancelled) keys.delete(keyOf(done));
  const mine = held.get(task.job)!;
  const sizes = [...held.values()].map((keys) => keys.size);
  if (sizes.every((n) => n === 0)) met = held.size === 1;
  const isLast = mine.size === tasks.min - 1;
  if (sizes.reduce((a, b) => a + b) >= slots || (isLast && !met)) {
    const cause = failure('host_full', 'scripted host_full');
    throw ApplicationFailure.create({ message: cause.message, type: cause.code, details: [cause, []] });
  }
  mine.add(keyOf(task));
  met ||= [...held.values()].every((keys) => keys.size >= tasks.min - 1);
}

/** Lets the server's time pass, a second at a time, so that heartbeats keep up with it. */
async function whoRuns(): Promise<string> {
  for (;;) {
    await world.env.sleep(1_000);
    await new Promise((done) => setTimeout(done, 200));
    for (const name of held.keys()) if ((await world.status(name)).state === 'running') return name;
  }
}

test('one of them runs, and the other when the first has ended', async () => {
  for (const name of held.keys()) {
    world.script(name).prepare = take;
    await world.apply(name, { tasks });
  }
  const first = await whoRuns();
  assert.equal(held.get(first)?.size, tasks.min);
  await world.stop(first, 'cancel');
  await world.handle(first).result();
  held.delete(first);
  met = true;
  const second = await whoRuns();
  assert.notEqual(second, first);
  await world.stop(second, 'cancel');
  await world.handle(second).result();
});
