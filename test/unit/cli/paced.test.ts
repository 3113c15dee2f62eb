/** How many generated records are due. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paced } from '../../../src/cli/generate/paced.ts';

const never = new AbortController().signal;

async function steps(pace: Parameters<typeof paced>[0]): Promise<number[]> {
  const found: number[] = [];
  for await (const due of paced(pace)) found.push(due);
  return found;
}
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

test('as many as the limit says come, at whatever pace, and no step is empty', async () => {
  for (const [perSecond, limit] of [
    [null, 12_345],
    [1_000, 500],
    [1_000_000, 12_345],
  ] as const) {
    const found = await steps({ perSecond, limit, stop: never });
    assert.equal(sum(found), limit);
    assert.ok(found.every((due) => due > 0));
  }
  assert.deepEqual(await steps({ perSecond: 10, limit: 0, stop: never }), []);
});

test('who is told to stop gets no more, and none is waited for', async () => {
  const stop = new AbortController();
  let seen = 0;
  for await (const due of paced({ perSecond: null, stop: stop.signal })) {
    seen += due;
    stop.abort();
  }
  assert.equal(seen, 10_000);
  assert.deepEqual(await steps({ perSecond: 1, stop: AbortSignal.abort() }), []);
});
