/**
 * One idempotency key for two different requests: the second was answered as if it were the first, so that a `stop` under an
 * apply's key was answered 200 and stopped nothing, and a changed body gave a job whose spec is not what runs. And what changes
 * nothing: an unchanged PUT cost five events and a plan each, which a loop that applies everything every minute pays for ever.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { MillraceClient } from '../../src/client/client.ts';
import { MillraceError } from '../../src/contracts/failure.ts';
import { defaultDeployment as deployment, jobWorkflowId, streamWorkflowId } from '../../src/contracts/names.ts';
import type { JobDocumentInput } from '../../src/contracts/spec.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal.ts';
import { Scripted, spec } from '../workflow/scripted.ts';

let server: EmbeddedTemporal;
let world: Scripted;
let client: MillraceClient;
before(async () => {
  server = await startTemporal({ onProgress: () => {} });
  world = await Scripted.start(() => TestWorkflowEnvironment.createFromExistingServer({ address: server.address }));
  client = new MillraceClient({ address: server.address, deployment });
  await client.applyStream({
    apiVersion: 'millrace/v1',
    kind: 'Stream',
    metadata: { tenant: 'acme', name: 's' },
    spec: { topics: [{ topic: 'in' }], schema: { avro: '"string"' } },
  });
});
after(async () => {
  await client.close();
  await world.close();
  await server.close();
});

const job = (name: string, sql = 'SELECT a FROM s'): JobDocumentInput => ({
  apiVersion: 'millrace/v1',
  kind: 'Job',
  metadata: { tenant: 'acme', name },
  spec: { ...spec({ sql }), sink: { kafka: { topic: name } } },
});

const reused = (error: unknown): boolean =>
  error instanceof MillraceError && error.failure.code === 'request_id_reused';

test('the same key for another body, or another verb, is refused and does nothing; for the same it answers the same', async () => {
  const requestId = 'key-1';
  const first = await client.applyJob(job('one'), { requestId });
  await world.until('one', 'running');
  assert.equal((await client.applyJob(job('one'), { requestId })).revision, first.revision);
  await assert.rejects(client.applyJob(job('one', 'SELECT b FROM s'), { requestId }), reused);
  await assert.rejects(client.operateJob('acme', 'one', { kind: 'stop', mode: 'cancel' }, { requestId }), reused);
  await assert.rejects(client.rollBackJob('acme', 'one', 1, { requestId }), reused);
  const status = await client.getJob('acme', 'one');
  assert.deepEqual([status.state, status.revision, status.spec.sql], ['running', 1, 'SELECT a FROM s']);
});

test("a key of Millrace's own is refused, and a cancellation still stops the job", async () => {
  await client.applyJob(job('two'));
  await world.until('two', 'running');
  const requestId = 'millrace/temporal-cancel';
  await assert.rejects(client.operateJob('acme', 'two', { kind: 'restart' }, { requestId }), /Millrace's own/);
  await world.handle('two').cancel();
  assert.equal((await world.handle('two').result())?.state, 'stopped');
});

test('a document that changes nothing leaves no event, of a job or of a stream, and begins no planning', async () => {
  await client.applyJob(job('three'));
  await world.until('three', 'running');
  const { workflow } = world.env.client;
  const ids = [jobWorkflowId(deployment, 'acme', 'three'), streamWorkflowId(deployment, 'acme', 's')];
  const events = async (): Promise<number[]> =>
    Promise.all(ids.map(async (id) => (await workflow.getHandle(id).describe()).historyLength));
  let before = await events();
  // Until what was under way when it came to run is written.
  for (let last: number[] = []; String(last) !== String(before); before = await events()) {
    last = before;
    await new Promise((done) => setTimeout(done, 1_000));
  }
  for (let n = 0; n < 40; n++) {
    const { outcome, revision, verdict } = await client.applyJob(job('three'));
    assert.deepEqual([outcome, revision, verdict?.kind], ['unchanged', 1, 'none']);
  }
  await client.applyStream({
    apiVersion: 'millrace/v1',
    kind: 'Stream',
    metadata: { tenant: 'acme', name: 's' },
    spec: { topics: [{ topic: 'in' }], schema: { avro: '"string"' } },
  });
  assert.deepEqual(await events(), before);
  assert.equal((await client.getJob('acme', 'three')).generation, 1);
  // Its stream changed: the same document asks for another plan.
  await client.applyStream({
    apiVersion: 'millrace/v1',
    kind: 'Stream',
    metadata: { tenant: 'acme', name: 's' },
    spec: { topics: [{ topic: 'in' }, { topic: 'more' }], schema: { avro: '"string"' } },
  });
  await client.applyJob(job('three'));
  assert.ok((await events())[0]! > before[0]!);
});
