/** A worker that gives up is made anew, says so to what it had begun, and ends when it is told to, whatever has become of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Worker } from '@temporalio/worker';
import { KeptWorker } from '../../../src/worker/kept-worker.ts';
import type { RunnableWorker } from '../../../src/worker/process.ts';
import { until } from '../../support/patience.ts';

/** A worker whose end the test decides. */
class Scripted implements RunnableWorker {
  state: ReturnType<Worker['getState']> = 'INITIALIZED';
  readonly lost: AbortSignal;
  readonly #ending = Promise.withResolvers<void>();

  constructor(lost: AbortSignal) {
    this.lost = lost;
  }

  run(): Promise<void> {
    this.state = 'RUNNING';
    return this.#ending.promise;
  }

  getState(): typeof this.state {
    return this.state;
  }

  shutdown(): void {
    this.state = 'STOPPING';
    this.#ending.resolve();
  }

  /** As the SDK's: where something is under way, `run` never settles. */
  giveUp(how: 'rejects' | 'hangs'): void {
    this.state = 'FAILED';
    if (how === 'rejects') this.#ending.reject(new Error('refused'));
  }
}

async function kept(make: (made: readonly Scripted[]) => void = () => {}) {
  const made: Scripted[] = [];
  const told: unknown[] = [];
  const worker = await KeptWorker.create(
    async (lost) => {
      make(made);
      made.push(new Scripted(lost));
      return made.at(-1) as Scripted;
    },
    (cause) => told.push(cause),
    { lookMs: 1, againMs: 1 },
  );
  const run = worker.run();
  return { worker, run, made, told };
}

for (const how of ['rejects', 'hangs'] as const) {
  test(`one that has given up, and ${how}, is made anew, and what it had begun hears of it`, async () => {
    const { worker, run, made, told } = await kept();
    made[0]?.giveUp(how);
    await until('another runs', () => made.length === 2 && made[1]?.state === 'RUNNING');
    assert.deepEqual([made[0]?.lost.aborted, made[1]?.lost.aborted, told.length], [true, false, 1]);
    assert.equal(worker.getState(), 'RUNNING');
    worker.shutdown();
    await run;
    assert.deepEqual([made.length, made[1]?.lost.aborted], [2, false], 'what ends as told to has not given up');
  });
}

test('one that can not be made is tried again', async () => {
  let refusals = 2;
  const { worker, run, made, told } = await kept((before) => {
    if (before.length === 1 && refusals-- > 0) throw new Error('refused');
  });
  made[0]?.giveUp('rejects');
  await until('another is made', () => made.length === 2);
  assert.equal(told.length, 3);
  worker.shutdown();
  await run;
});

test('told to end, it ends, though there is none at the moment, or one that never does', async () => {
  const between = await kept((before) => {
    if (before.length === 1) throw new Error('refused');
  });
  between.made[0]?.giveUp('rejects');
  await until('none can be made', () => between.told.length > 3);
  between.worker.shutdown();
  await between.run;
  assert.equal(between.made.length, 1);

  const hanging = await kept();
  hanging.made[0]?.giveUp('hangs');
  hanging.worker.shutdown();
  await hanging.run;
});
