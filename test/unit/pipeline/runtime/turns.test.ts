/** Whose turn it is on a thread: shares of time, whatever a step costs. The clock is the test's: tasks say how long a step was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';
import { Turn, Turns } from '../../../../src/pipeline/runtime/turns.ts';

interface Ran {
  readonly name: string;
  readonly ms: number;
}

/** Tasks that always have more to do, each with its own cost of a step, until so many milliseconds are used up. */
async function share(costs: Readonly<Record<string, number>>, ms: number): Promise<Ran[]> {
  const turns = new Turns();
  const ran: Ran[] = [];
  let used = 0;
  await Promise.all(
    Object.entries(costs).map(async ([name, cost]) => {
      const turn = new Turn();
      while (used < ms) {
        await turns.next(turn);
        used += cost;
        ran.push({ name, ms: cost });
        turns.took(turn, cost);
      }
    }),
  );
  return ran;
}

const total = (ran: readonly Ran[], name: string): number =>
  ran.filter((r) => r.name === name).reduce((sum, { ms }) => sum + ms, 0);

test('tasks get the same share of the time, whatever a step of theirs costs', async () => {
  const costs = { cheap: limits.stepMs, dear: 20, huge: 300 };
  const ran = await share(costs, 30_000);
  for (const name of Object.keys(costs)) {
    const got = total(ran, name);
    assert.ok(Math.abs(got - 10_000) <= 2 * 300, `${name} got ${got} of 30,000 ms`);
  }
});

test('a turn is several steps, and then it is the next one', async () => {
  const ran = await share({ a: limits.stepMs, b: limits.stepMs }, 100 * limits.turnMs);
  const steps = limits.turnMs / limits.stepMs;
  const order = ran.map((r) => r.name).join('');
  assert.ok(order.startsWith('a'.repeat(steps) + 'b'.repeat(steps) + 'a'.repeat(steps)), order.slice(0, 20));
});

test('who is alone is never kept waiting by what it owes', async () => {
  const ran = await share({ alone: 1_000 }, 5_000);
  assert.equal(ran.length, 5);
});

test('between two steps the thread looks at its sockets', async () => {
  const turns = new Turns();
  const turn = new Turn();
  let looks = 0;
  let steps = 0;
  const look = (): void => {
    looks++;
    if (steps < 20) setImmediate(look);
  };
  setImmediate(look);
  for (; steps < 20; steps++) {
    await turns.next(turn);
    turns.took(turn, limits.stepMs);
  }
  assert.ok(looks >= 19, `${looks} looks in 20 steps`);
});
