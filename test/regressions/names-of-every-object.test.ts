/**
 * A topic, a stream and a label called `constructor`, which every object has: a job that read such a topic failed as if it had been made
 * again, and its tasks could not tell where they stood. What isn't there under such a name isn't there.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessTo } from '../../src/activities/clusters.ts';
import { parseOffsets } from '../../src/cli/rewind-target.ts';
import { changesBetween } from '../../src/client/changes.ts';
import { at, put } from '../../src/contracts/by-name.ts';
import { MillraceError } from '../../src/contracts/failure.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { parseLogical } from '../../src/pipeline/avro/logical.ts';
import { RawProducer } from '../../src/pipeline/index.ts';
import { readTopic } from '../../src/pipeline/kafka/index.ts';
import { positionsOf } from '../../src/pipeline/runtime/places.ts';
import { rewindEffect } from '../../src/policies/rewind-effect.ts';
import { keep, learn, mergePositions, reset } from '../../src/workflows/job/positions.ts';
import { until } from '../support/patience.ts';
import { closeServers } from '../support/servers.ts';
import { openWorkers, type Workers } from '../support/workers.ts';

const names = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];
const apiVersion = 'millrace/v1';
let workers: Workers;
before(async () => {
  workers = await openWorkers();
});
after(async () => {
  await workers.close();
  await closeServers();
});

for (const name of names) {
  test(`${name}: what stands under it is what was put there, and nothing before`, () => {
    const object: Record<string, unknown> = {};
    assert.equal(at(object, name), undefined);
    put(object, name, 'x');
    assert.equal(at(object, name), 'x');
    assert.deepEqual(Object.keys(object), [name]);
    assert.equal(at({}, name), undefined);
  });

  test(`${name}: positions in a topic of this name are told, learnt and kept as any other's`, () => {
    const told = positionsOf([{ topic: name, topicId: 'id', partition: 0, offset: 7 }]);
    assert.deepEqual(Object.entries(told), [[name, { id: 'id', offsets: { 0: '7' } }]]);
    const standing = Object.fromEntries([[name, { id: 'id', partitions: 1, noted: null, offsets: {} }]]);
    const { kept, recreated } = learn({}, standing);
    assert.deepEqual(recreated, []);
    assert.deepEqual(at(keep(kept, told), name), { id: 'id', begun: 1, partitions: 1, offsets: { 0: '7' } });
    assert.deepEqual(keep({}, told), {});
    assert.deepEqual(Object.entries(mergePositions({}, told)), Object.entries(told));
    assert.deepEqual(Object.keys(reset({}, kept)), [name]);
    assert.match(rewindEffect({}, told, 'exactly_once'), /^1 partition had no position yet/);
    assert.deepEqual(Object.entries(parseOffsets(`${name}:0=7`)), [[name, { 0: '7' }]]);
  });

  test(`${name}: a cluster, a label, a type of this name that isn't there is told as missing`, () => {
    const unknown = (e: unknown) => e instanceof MillraceError && e.failure.code === 'invalid_spec';
    assert.throws(() => accessTo({ main: { bootstrap: '127.0.0.1:9092' } }, name), unknown);
    const labels = Object.fromEntries([[name, 'x']]);
    assert.deepEqual(changesBetween({ labels: {} }, { labels }), [
      { path: `/labels/${name}`, from: undefined, to: 'x' },
    ]);
    assert.equal(parseLogical({ logicalType: 'date' }, name, undefined), undefined);
  });
}

test('a job reads a stream and a topic of this name, is paused, rewound and resumed, and found by a label', async () => {
  const { client, bootstrap } = workers;
  await ensureTopics({ bootstrap }, [{ topic: 'constructor', partitions: 1 }]);
  const producer = await RawProducer.open({ bootstrap });
  producer.append('constructor', 0, { value: Buffer.from([2, 0x61]) });
  await producer.flush();
  await producer.close();
  await Promise.all([workers.start('control'), workers.start('host')]);
  const avro = { type: 'record', name: 'E', fields: [{ name: 'constructor', type: 'string' }] };
  const stream = { topics: [{ topic: 'constructor' }], schema: { avro } };
  const metadata = { tenant: 'constructor', name: 'constructor', labels: { constructor: 'x' } };
  await client.applyStream({ apiVersion, kind: 'Stream', metadata, spec: stream });
  const spec = { sql: 'SELECT `constructor` FROM `constructor`', sink: { kafka: { topic: 'toString' } } };
  await client.applyJob({ apiVersion, kind: 'Job', metadata, spec });
  const output = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const batch of readTopic({ bootstrap, topic: 'toString' })) {
      for (const { value } of batch) found.push(String(value));
    }
    return found;
  };
  const row = '{"constructor":"a"}';
  await client.waitForJob('constructor', 'constructor', (s) => s.state === 'running');
  await until('the row is output', async () => (await output()).length === 1);
  assert.deepEqual(await output(), [row]);
  await client.operateJob('constructor', 'constructor', { kind: 'pause' });
  await client.waitForJob('constructor', 'constructor', (s) => s.state === 'paused');
  await client.operateJob('constructor', 'constructor', {
    kind: 'rewind',
    to: { offsets: { constructor: { 0: '0' } } },
  });
  await client.operateJob('constructor', 'constructor', { kind: 'resume' });
  await until('the row is output again', async () => (await output()).length === 2);
  const status = await client.waitForJob('constructor', 'constructor', (s) => s.state === 'running');
  assert.equal(status.lastFailure, null);
  await until('it is found by its label', async () => {
    const { items } = await client.listJobs({ labels: ['constructor=x'] });
    return items.length === 1;
  });
});
