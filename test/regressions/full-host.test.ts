/**
 * A host whose slots were all taken went on asking for tasks on its queues, won the matches, since it had nothing else to do, and
 * refused what it got. Its free slots decide when it asks.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { defaultDeployment, jobWorkflowId } from '../../src/contracts/names.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { closeServers, sharedServers } from '../support/servers.ts';
import { openWorkers, type Workers } from '../support/workers.ts';

const apiVersion = 'millrace/v1';
let workers: Workers;
let connection: Connection;

before(async () => {
  workers = await openWorkers();
  await ensureTopics({ bootstrap: workers.bootstrap }, [{ topic: 'acme.in', partitions: 1 }]);
  connection = await Connection.connect({ address: (await sharedServers()).temporal.address });
  await Promise.all([
    workers.start('control'),
    workers.start('host', { MILLRACE_HOST_ID: 'small', MILLRACE_SLOTS: '1' }),
  ]);
  const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
  const spec = { topics: [{ topic: 'acme.in' }], schema: { avro } };
  await workers.client.applyStream({ apiVersion, kind: 'Stream', metadata: { tenant: 'acme', name: 'events' }, spec });
});

after(async () => {
  await Promise.all([workers.close(), connection.close()]);
  await closeServers();
});

async function deploy(name: string): Promise<string> {
  await workers.client.applyJob({
    apiVersion,
    kind: 'Job',
    metadata: { tenant: 'acme', name },
    spec: { sql: 'SELECT a FROM events', sink: { kafka: { topic: `acme.${name}` } } },
  });
  const status = await workers.client.waitForJob('acme', name, (s) => s.state === 'running');
  return String(status.tasks[0]?.hostId);
}

/** Whether a preparation of this job came to a host that refused it. */
async function wasRefused(name: string): Promise<boolean> {
  const handle = new Client({ connection }).workflow.getHandle(jobWorkflowId(defaultDeployment, 'acme', name));
  const events = (await handle.fetchHistory()).events ?? [];
  return events.some(
    (e) => e.activityTaskStartedEventAttributes?.lastFailure?.applicationFailureInfo?.type === 'host_full',
  );
}

test('a full host is asked for nothing, and takes a task again when it has a slot', async () => {
  assert.equal(await deploy('first'), 'small');
  const names = Array.from({ length: 11 }, (_, i) => `j${i}`);
  await workers.start('host', { MILLRACE_HOST_ID: 'large', MILLRACE_SLOTS: String(names.length) });
  for (const name of names) assert.equal(await deploy(name), 'large');
  const refused = await Promise.all(names.map(wasRefused));
  assert.deepEqual(
    names.filter((_, i) => refused[i]),
    [],
  );

  await workers.client.operateJob('acme', 'first', { kind: 'stop', mode: 'cancel' });
  await workers.client.waitForJob('acme', 'first', (s) => s.state === 'stopped');
  assert.equal(await deploy('again'), 'small');
});
