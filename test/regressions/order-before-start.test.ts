/**
 * An order that comes while a task is still compiling and connecting (it was run without having been prepared, or too
 * long after) is for that task: a host that shuts down would wait for ever for one that did not hear it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { transactionalId } from '../../src/contracts/names.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { takeTransactionalId } from '../../src/pipeline/kafka/transaction.ts';
import { closeRunners, JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(async () => {
  await closeRunners();
  await kafka.close();
});

for (const order of ['drain', 'cancel'] as const) {
  test(`a ${order} that comes before the task has started ends it`, { timeout: 20_000 }, async () => {
    const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
    const task = job.identity(1);
    const cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
    const producer = await takeTransactionalId(cluster, transactionalId(job.identity(1)));
    await cluster.close();
    const runner = job.runner();
    const run = runner.run(job.runOrder(task, producer), () => {});
    if (order === 'drain') runner.drain(task, 'host_shutdown');
    else runner.cancel(task, 'cancelled');
    assert.equal((await run).kind, order === 'drain' ? 'drained' : 'cancelled');
    await runner.close();
  });
}
