/** Who waits for a prepared task's health learns that it was dropped: an activity that never ended would hold its place on the host for ever. */
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

test('confirm is refused when its task is cancelled before it ran', { timeout: 20_000 }, async (t) => {
  const job = await JobUnderTest.create(kafka.bootstrap, {}, 1);
  job.setQuery('SELECT a FROM s');
  const engine = createEngine({ hostId: 'h1', clusters: { main: { bootstrap: kafka.bootstrap } }, threads: 1 });
  t.after(() => engine.close());
  const task = job.identity(1);
  await engine.prepare(job.order(task));
  const confirmed = engine.confirm(task, 10);
  await engine.cancel(task, 'cancelled');
  await assert.rejects(confirmed, /before it was confirmed/);
});
