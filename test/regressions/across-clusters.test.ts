/**
 * A job that reads one cluster and writes to another, on two real ones: its group and ids are where it reads. Fenced, read and
 * set on the sink's cluster, a former life went on, and the new one skipped what that had committed and never output. Among its
 * records are some whose values lie outside of their types, which ended task after task as `internal`.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MillraceClient } from '../../src/client/client.ts';
import type { JobStatus } from '../../src/contracts/status.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { RawProducer, readTopic } from '../../src/pipeline/index.ts';
import { until } from '../support/patience.ts';

const [tenant, name] = ['acme', 'crossing'];
let east: EmbeddedKafka;
let west: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let client: MillraceClient;
let producer: RawProducer;
let written = 0;
const children: ChildProcess[] = [];

before(async () => {
  [east, west, temporal] = await Promise.all([startKafka(), startKafka(), startTemporal()]);
  await ensureTopics({ bootstrap: west.bootstrap }, [{ topic: 'acme.in', partitions: 1 }]);
  producer = await RawProducer.open({ bootstrap: west.bootstrap });
  client = new MillraceClient({ address: temporal.address });
  await Promise.all(['control-main.ts', 'host-main.ts'].map(start));
  await client.applyStream({
    apiVersion: 'millrace/v1',
    kind: 'Stream',
    metadata: { tenant, name: 'events' },
    spec: {
      topics: [{ cluster: 'west', topic: 'acme.in' }],
      schema: {
        avro: {
          type: 'record',
          name: 'E',
          fields: [
            { name: 'id', type: 'int' },
            { name: 't', type: { type: 'int', logicalType: 'time-millis' } },
          ],
        },
      },
    },
  });
});

after(async () => {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all([client.close(), producer.close()]);
  await Promise.all(children.map((c) => c.exitCode ?? new Promise((done) => c.once('exit', done))));
  await Promise.all([east.close(), west.close(), temporal.close()]);
});

async function start(file: string): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../../src/worker/${file}`, import.meta.url))], {
    env: {
      ...process.env,
      MILLRACE_CLUSTERS: JSON.stringify({ main: east.bootstrap, west: west.bootstrap }),
      TEMPORAL_ADDRESS: temporal.address,
      MILLRACE_TUNING: 'dev',
      MILLRACE_LOG: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise((ready) => child.stdout?.once('data', ready));
}

/** An int in Avro's encoding. */
function zigzag(n: number): number[] {
  const bytes: number[] = [];
  let left = 2 * n;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return [...bytes, left];
}

/** So many records more; those whose number ends in 7 have a time of day that no day has. */
async function produce(count: number): Promise<void> {
  for (const end = written + count; written < end; written++)
    producer.append('acme.in', 0, {
      value: Buffer.from([...zigzag(written), ...zigzag(written % 10 === 7 ? 86_400_000 : written)]),
    });
  await producer.flush();
}

async function read(topic: string): Promise<string[]> {
  const values: string[] = [];
  for await (const records of readTopic({ bootstrap: east.bootstrap, topic }))
    for (const { value } of records) values.push(value!.toString('latin1'));
  return values;
}

const good = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => from + i)
    .filter((n) => n % 10 !== 7)
    .map((n) => `{"id":${n}}`);

async function isOutput(wanted: readonly string[]): Promise<void> {
  await until(`${wanted.length} rows are output`, async () => (await read('acme.out')).length >= wanted.length);
  assert.deepEqual(await read('acme.out'), wanted);
}

const apply = () =>
  client.applyJob({
    apiVersion: 'millrace/v1',
    kind: 'Job',
    metadata: { tenant, name },
    spec: {
      sql: "SELECT id FROM events WHERE t < TIME '23:59:59'",
      delivery: 'at_least_once',
      errors: { policy: 'dlq', topic: 'acme.dlq' },
      sink: { kafka: { topic: 'acme.out' } },
    },
  });

const statusWith = (holds: (s: JobStatus) => boolean): Promise<JobStatus> => client.waitForJob(tenant, name, holds);

test('a job across clusters goes on where it ended: after a pause, in its next life, and where a rewind says', async () => {
  await produce(100);
  await apply();
  const first = await statusWith((s) => s.state === 'running');
  await isOutput(good(0, 100));

  await client.operateJob(tenant, name, { kind: 'pause' });
  await statusWith((s) => s.state === 'paused');
  await produce(100);
  await client.operateJob(tenant, name, { kind: 'resume' });
  const second = await statusWith((s) => s.state === 'running');
  await isOutput(good(0, 200));
  // Nothing that its records hold has begun a generation.
  assert.equal(second.generation, first.generation + 1);
  assert.equal((await read('acme.dlq')).length, 20);

  await client.operateJob(tenant, name, { kind: 'stop', mode: 'cancel' });
  await statusWith((s) => s.state === 'stopped');
  await produce(100);
  await apply();
  await isOutput(good(0, 300));

  await statusWith((s) => s.state === 'running');
  await client.operateJob(tenant, name, { kind: 'rewind', to: 'earliest' });
  await isOutput([...good(0, 300), ...good(0, 300)]);
});
