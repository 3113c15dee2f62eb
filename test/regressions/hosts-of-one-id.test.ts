/**
 * Two hosts that bear the same id polled one queue: each took what was meant for the other, said that it knew no such task, or ran it unprepared
 * and unheard of. A process has a queue of its own, whatever it is called: what bears an id in the place of one that hangs isn't held up.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { closeServers } from '../support/servers.ts';
import { openWorkers, type Workers } from '../support/workers.ts';

const apiVersion = 'millrace/v1';
const names = Array.from({ length: 6 }, (_, i) => `j${i}`);
let workers: Workers;

before(async () => {
  workers = await openWorkers();
  await ensureTopics({ bootstrap: workers.bootstrap }, [{ topic: 'acme.in', partitions: 2 }]);
  const same = { MILLRACE_HOST_ID: 'same', MILLRACE_SLOTS: '6' };
  await Promise.all([workers.start('control'), workers.start('host', same), workers.start('host', same)]);
  const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
  const spec = { topics: [{ topic: 'acme.in' }], schema: { avro } };
  await workers.client.applyStream({ apiVersion, kind: 'Stream', metadata: { tenant: 'acme', name: 'events' }, spec });
});
after(async () => {
  await workers.close();
  await closeServers();
});

test('jobs run on both as on hosts of two ids: deployed once, drained in order', async () => {
  const { client } = workers;
  for (const name of names) {
    await client.applyJob({
      apiVersion,
      kind: 'Job',
      metadata: { tenant: 'acme', name },
      spec: { sql: 'SELECT a FROM events', sink: { kafka: { topic: `acme.${name}` } }, tasks: { min: 2, max: 2 } },
    });
  }
  for (const name of names) {
    const { generation, lastFailure } = await client.waitForJob('acme', name, (s) => s.state === 'running');
    assert.deepEqual({ name, generation, lastFailure }, { name, generation: 1, lastFailure: null });
  }
  for (const name of names) {
    await client.operateJob('acme', name, { kind: 'pause' });
    const { lastFailure } = await client.waitForJob('acme', name, (s) => s.state === 'paused');
    assert.deepEqual({ name, lastFailure }, { name, lastFailure: null });
  }
});
