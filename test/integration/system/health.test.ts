/** The health window on the whole system: a change that makes records fail is rolled back while events flow, a job of which nothing passes waits for its owner. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MillraceClient } from '../../../src/client/client.ts';
import type { JobDocumentInput } from '../../../src/contracts/spec.ts';
import { type System, startSystem } from '../../../src/dev/system.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import { RawProducer } from '../../../src/pipeline/index.ts';

const apiVersion = 'millrace/v1';
const topic = 'acme.events';
const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
/** Every fifth event is a number. */
const texts = ['1', 'x', 'y', 'z', 'w'];

let system: System;
let client: MillraceClient;
let flow: NodeJS.Timeout;
let producer: RawProducer;
let flushed: Promise<void> = Promise.resolve();

before(async () => {
  system = await startSystem({ onProgress: () => {} });
  client = new MillraceClient({ address: system.temporal.address });
  const { bootstrap } = system.kafka;
  await ensureTopics({ bootstrap }, [{ topic, partitions: 1 }]);
  producer = await RawProducer.open({ bootstrap });
  flow = setInterval(() => {
    for (const text of texts) producer.append(topic, 0, { value: Buffer.from(`\x02${text}`) });
    flushed = flushed.then(() => producer.flush());
  }, 10);
  const spec = { topics: [{ topic }], schema: { avro } };
  await client.applyStream({ apiVersion, kind: 'Stream', metadata: { tenant: 'acme', name: 'events' }, spec });
});

after(async () => {
  clearInterval(flow);
  await flushed;
  await producer.close();
  await client.close();
  await system.close();
});

function job(name: string, where: string): JobDocumentInput {
  return {
    apiVersion,
    kind: 'Job',
    metadata: { tenant: 'acme', name },
    spec: {
      sql: `SELECT a FROM events${where}`,
      sink: { kafka: { topic: `acme.${name}` } },
      errors: { policy: 'dlq', topic: `acme.${name}.dlq` },
    },
  };
}

test('a change that makes most records fail is rolled back, and the job runs on as it was', async () => {
  await client.applyJob(job('changed', ''));
  await client.waitForJob('acme', 'changed', (s) => s.state === 'running');
  const { requestId, verdict } = await client.applyJob(job('changed', ' WHERE CAST(a AS INT) > 0'));
  assert.equal(verdict?.kind, 'in_flight');
  const status = await client.waitForJob('acme', 'changed', (s) =>
    s.requests.some((r) => r.requestId === requestId && r.outcome !== 'pending'),
  );
  const { outcome, cause } = status.requests.find((r) => r.requestId === requestId)!;
  assert.deepEqual([outcome, cause?.code], ['rolled_back', 'error_rate'], cause?.message);
  assert.match(cause!.message, /failed \((7|8)\d(\.\d)? %\); before it was 0 %/);
  const after = await client.waitForJob('acme', 'changed', (s) => s.state === 'running');
  assert.equal(after.activePlan?.sql, 'SELECT a FROM events');
});

test('a change that makes no more records fail than before is kept', async () => {
  await client.applyJob(job('picky', ' WHERE CAST(a AS INT) > 0'));
  await client.waitForJob('acme', 'picky', (s) => s.state === 'running');
  const { requestId } = await client.applyJob(job('picky', ' WHERE CAST(a AS INT) > 1'));
  const status = await client.waitForJob('acme', 'picky', (s) =>
    s.requests.some((r) => r.requestId === requestId && r.outcome !== 'pending'),
  );
  const { outcome, cause } = status.requests.find((r) => r.requestId === requestId)!;
  assert.equal(outcome, 'deployed', cause?.message);
});

test('a first generation of which nothing passes waits for its owner', async () => {
  await client.applyJob(job('hopeless', " WHERE CAST(a || '?' AS INT) > 0"));
  const failed = await client.waitForJob('acme', 'hopeless', (s) => s.state === 'failed');
  assert.deepEqual([failed.lastFailure?.code, failed.retryAt], ['error_rate', null]);
});
