/**
 * Two attempts to prepare one task overlap (the first was given up by its caller, not by its host). That the first fails in
 * the end must not take the slot from the task that the second made run: nobody could drain or cancel it any more.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { createEngine } from '../../src/pipeline/runtime/engine.ts';
import { JobUnderTest } from '../integration/pipeline/support/bench-of-tasks.ts';

let kafka: EmbeddedKafka;
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(() => kafka.close());

test('a running task still takes orders after an earlier attempt to prepare it has failed', {
  timeout: 60_000,
}, async (t) => {
  const job = await JobUnderTest.create(kafka.bootstrap, { delivery: 'at_least_once' }, 1);
  job.setQuery('SELECT a FROM s');
  const clusters = { main: { bootstrap: kafka.bootstrap }, gone: { bootstrap: '127.0.0.1:1' } };
  const engine = createEngine({ hostId: 'h1', clusters, threads: 1 });
  t.after(() => engine.close());
  const task = job.identity(1);
  const order = job.order(task);
  // The attempt that hangs, here for want of its cluster.
  const gone = { ...order.plan, sink: { kafka: { ...order.plan.sink.kafka, cluster: 'gone' } } };
  const late = assert.rejects(engine.prepare({ task, plan: gone }));
  const run = engine.run(job.runOrder(task, await engine.prepare(order)), () => {});
  await engine.confirm(task, 10);
  await late;
  await engine.confirm(task, 10);
  await engine.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
});
