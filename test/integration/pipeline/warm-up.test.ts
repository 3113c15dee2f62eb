/** Warming up: kernels run before their task does, over records that are there already, and nobody sees anything of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompileQuery, Kernel } from '../../../src/pipeline/ports.ts';
import { TaskRunner } from '../../../src/pipeline/runtime/task-runner.ts';
import { JobUnderTest } from './support/bench-of-tasks.ts';
import { brokerForTests } from './support/kafka.ts';
import { compilePlain } from './support/plain-kernel.ts';

const bootstrap = brokerForTests();

/** A runner whose kernels count how often they run. */
function counting(): { readonly runner: TaskRunner; readonly runs: () => number } {
  let runs = 0;
  const compile: CompileQuery = (input) => {
    const query = compilePlain(input);
    return {
      ...query,
      kernel: (stream, schema): Kernel => {
        const kernel = query.kernel(stream, schema);
        return {
          ...kernel,
          run: (...args) => {
            runs++;
            return kernel.run(...args);
          },
        };
      },
    };
  };
  return {
    runner: new TaskRunner({ hostId: 'h1', clusters: { main: { bootstrap: bootstrap() } } }, compile),
    runs: () => runs,
  };
}

test('preparing runs the kernel over the newest records, bad ones too, once for all its tasks, and writes nothing', async () => {
  const job = await JobUnderTest.create(bootstrap());
  job.plan = { ...job.plan, errors: { policy: 'dlq', topic: job.dlq } };
  await job.produce(0, 40);
  await job.produce(40, 48, '!');
  const { runner, runs } = counting();
  await runner.prepare(job.order(job.identity(1, 0, 2)));
  const first = runs();
  assert.ok(first >= 12, `${first} runs`);
  await runner.prepare(job.order(job.identity(1, 1, 2)));
  assert.equal(runs(), first);
  assert.deepEqual(await job.read(job.output), []);
  assert.deepEqual(await job.read(job.dlq), []);
  assert.deepEqual(await job.committed(), new Map());
  await runner.close();
});

test('a topic without records is prepared without a run', async () => {
  const job = await JobUnderTest.create(bootstrap());
  const { runner, runs } = counting();
  await runner.prepare(job.order(job.identity(1)));
  assert.equal(runs(), 0);
  await runner.close();
});
