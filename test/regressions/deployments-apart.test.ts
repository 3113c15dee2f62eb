/**
 * Two deployments on one Kafka cluster and in one Temporal namespace, with the same tenant, stream and job: without the
 * deployment's name in every name, the second one's apply was an update of the first one's job, and each fenced the other's tasks.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MillraceClient } from '../../src/client/client.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { withAdmin } from '../support/admin.ts';
import { until } from '../support/patience.ts';
import { closeServers, sharedServers } from '../support/servers.ts';

const apiVersion = 'millrace/v1';
const deployments = ['millrace', 'staging'] as const;
const children: ChildProcess[] = [];
const clients = new Map<string, MillraceClient>();
let bootstrap: string;

before(async () => {
  const { kafka, temporal } = await sharedServers();
  bootstrap = kafka.bootstrap;
  await ensureTopics({ bootstrap }, [{ topic: 'acme.in', partitions: 1 }]);
  const { address } = temporal;
  const start = async (file: string, deployment: string): Promise<void> => {
    const child = spawn(process.execPath, [fileURLToPath(new URL(`../../src/worker/${file}`, import.meta.url))], {
      env: {
        ...process.env,
        KAFKA_BOOTSTRAP: bootstrap,
        TEMPORAL_ADDRESS: address,
        MILLRACE_DEPLOYMENT: deployment,
        // The same in both, as of two installations that were copied.
        MILLRACE_HOST_ID: 'host-1',
        MILLRACE_TUNING: 'dev',
        MILLRACE_LOG: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await new Promise((ready) => child.stdout?.once('data', ready));
  };
  for (const deployment of deployments) {
    clients.set(deployment, new MillraceClient({ address, deployment }));
    await Promise.all([start('control-main.ts', deployment), start('host-main.ts', deployment)]);
  }
});

after(async () => {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all([...clients.values()].map((c) => c.close()));
  await Promise.all(children.map((c) => c.exitCode ?? new Promise((done) => c.once('exit', done))));
  await closeServers();
});

const of = (deployment: string): MillraceClient => clients.get(deployment)!;
const topicOf = (deployment: string): string => `acme.out.${deployment}`;

async function apply(deployment: string): Promise<void> {
  const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
  const metadata = { tenant: 'acme', name: 'same' };
  const spec = { topics: [{ topic: 'acme.in' }], schema: { avro } };
  await of(deployment).applyStream({ apiVersion, kind: 'Stream', metadata, spec });
  const sink = { kafka: { topic: topicOf(deployment) } };
  await of(deployment).applyJob({ apiVersion, kind: 'Job', metadata, spec: { sql: 'SELECT a FROM same', sink } });
  await of(deployment).waitForJob('acme', 'same', (s) => s.state === 'running');
}

test('the same job runs in both, each its own: neither changes, fences, lists nor ends the other', async () => {
  for (const deployment of deployments) await apply(deployment);
  for (const deployment of deployments) {
    const { spec, revision, generation, state } = await of(deployment).getJob('acme', 'same');
    assert.deepEqual(
      { topic: spec.sink.kafka.topic, revision, generation, state },
      { topic: topicOf(deployment), revision: 1, generation: 1, state: 'running' },
    );
    await until('the job is listed', async () => (await of(deployment).listJobs()).items.length > 0);
    assert.equal((await of(deployment).listJobs()).items.length, 1);
    assert.equal((await of(deployment).listStreams()).items.length, 1);
    assert.deepEqual(
      (await of(deployment).listHosts()).map((h) => h.hostId),
      ['host-1'],
    );
    // Of one life: whoever shared a log would tell of two.
    const entries = async () => (await of(deployment).history('acme', 'same')).items;
    await until('its history is written', async () => (await entries()).length > 0);
    const items = await entries();
    assert.equal(new Set(items.map((e) => e.life)).size, 1);
  }
  const topics = await withAdmin(bootstrap, (admin) => admin.listTopics());
  for (const deployment of deployments) assert.ok(topics.includes(`${deployment}.audit`), `${deployment}.audit`);

  await of('staging').operateJob('acme', 'same', { kind: 'stop', mode: 'drain' });
  await of('staging').waitForJob('acme', 'same', (s) => s.state === 'stopped');
  const left = await of('millrace').getJob('acme', 'same');
  assert.deepEqual([left.state, left.generation], ['running', 1]);
});
