/**
 * One idempotency key for two different requests: the second was answered as if it were the first, so that a `stop` under an
 * apply's key was answered 200 and stopped nothing, and a changed body gave a job whose spec is not what runs. And what changes
 * nothing: an unchanged PUT cost five events and a plan each, which a loop that applies everything every minute pays for ever; a
 * resume of what runs cost as many, and an unchanged PUT of a job that Kafka's outage had failed began a generation each time.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MillraceClient } from '../../src/client/client.ts';
import type { ChangeOptions } from '../../src/client/port.ts';
import { MillraceError } from '../../src/contracts/failure.ts';
import { defaultDeployment as deployment, jobWorkflowId, streamWorkflowId } from '../../src/contracts/names.ts';
import type { Operation } from '../../src/contracts/operation.ts';
import type { JobDocumentInput } from '../../src/contracts/spec.ts';
import type { RequestOutcome, StreamStatus } from '../../src/contracts/status.ts';
import { fail, outcomeOf, Scripted, spec } from '../workflow/scripted.ts';

let world: Scripted;
let client: MillraceClient;
before(async () => {
  world = await Scripted.startReal();
  client = new MillraceClient({ address: world.env.address, deployment });
  await stream('in');
});
after(async () => {
  await client.close();
  await world.close();
});

const stream = (...topics: readonly string[]): Promise<StreamStatus> =>
  client.applyStream({
    apiVersion: 'millrace/v1',
    kind: 'Stream',
    metadata: { tenant: 'acme', name: 's' },
    spec: { topics: topics.map((topic) => ({ topic })), schema: { avro: '"string"' } },
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

const eventsOf = (...ids: readonly string[]): Promise<number[]> =>
  Promise.all(ids.map(async (id) => (await world.env.client.workflow.getHandle(id).describe()).historyLength));

/** Once what was under way is written. */
async function eventsAtRest(...ids: readonly string[]): Promise<number[]> {
  let events = await eventsOf(...ids);
  for (let last: number[] = []; String(last) !== String(events); events = await eventsOf(...ids)) {
    last = events;
    await new Promise((done) => setTimeout(done, 1_000));
  }
  return events;
}

test('a document that changes nothing leaves no event, of a job or of a stream, and begins no planning', async () => {
  await client.applyJob(job('three'));
  await world.until('three', 'running');
  const ids = [jobWorkflowId(deployment, 'acme', 'three'), streamWorkflowId(deployment, 'acme', 's')];
  const events = (): Promise<number[]> => eventsOf(...ids);
  const before = await eventsAtRest(...ids);
  for (let n = 0; n < 40; n++) {
    const { outcome, revision, verdict } = await client.applyJob(job('three'));
    assert.deepEqual([outcome, revision, verdict?.kind], ['unchanged', 1, 'none']);
  }
  await stream('in');
  assert.deepEqual(await events(), before);
  assert.equal((await client.getJob('acme', 'three')).generation, 1);
  // Its stream changed: the same document asks for another plan.
  await stream('in', 'more');
  await client.applyJob(job('three'));
  assert.ok((await events())[0]! > before[0]!);
});

test('an operation that changes nothing leaves no event either, and forgets no request', async () => {
  const id = jobWorkflowId(deployment, 'acme', 'four');
  const upgrade = { kind: 'upgrade', release: '2.0' } as const;
  const rescale = { kind: 'rescale', tasks: 1 } as const;
  const operate = (operation: Operation, options: ChangeOptions = {}): Promise<RequestOutcome> =>
    client.operateJob('acme', 'four', operation, options);
  await client.applyJob(job('four'), { requestId: 'first' });
  await world.until('four', 'running');
  const { requestId } = await operate(upgrade);
  await world.until('four', (s) => outcomeOf(s, requestId)?.outcome === 'deployed');
  const running = await eventsAtRest(id);
  for (let n = 0; n < 40; n++) {
    const { outcome, revision, asked } = await operate({ kind: 'resume' }, { requestId: `resume-${n}` });
    assert.deepEqual([outcome, revision, asked], ['unchanged', 1, 'resume']);
  }
  assert.deepEqual(await eventsOf(id), running);
  assert.equal((await operate(rescale, { expectedRevision: 1 })).outcome, 'unchanged');
  assert.equal((await operate(upgrade)).outcome, 'unchanged');
  assert.deepEqual(await eventsOf(id), running);
  // What was asked before is answered by how it went, and a condition is kept, though nothing is to do.
  await assert.rejects(operate({ kind: 'resume' }, { requestId: 'first' }), reused);
  await assert.rejects(operate({ kind: 'resume' }, { expectedRevision: 7 }), /based on revision 7/);
  assert.equal((await operate({ kind: 'pause' }, { requestId: 'pause' })).outcome, 'pending');
  await world.until('four', 'paused');
  const paused = await eventsAtRest(id);
  assert.equal((await operate({ kind: 'pause' }, { requestId: 'pause' })).outcome, 'paused');
  assert.equal((await operate({ kind: 'pause' })).outcome, 'unchanged');
  assert.deepEqual(await eventsOf(id), paused);
  assert.equal((await operate({ kind: 'resume' })).outcome, 'pending', 'what changes something is asked');
});

test('an unchanged document leaves a job that is tried again by itself to its time; a restart does not wait', async () => {
  await stream('in');
  const script = world.script('five');
  const admission = { asked: Promise.withResolvers<void>(), given: Promise.withResolvers<void>() };
  let away = true;
  let attempts = 0;
  script.prepare = () => {
    attempts += 1;
    if (away) throw fail('kafka_unavailable');
  };
  script.admit = () => {
    admission.asked.resolve();
    return admission.given.promise;
  };
  await client.applyJob(job('five'), { requestId: 'first' });
  // Its time has come, and it waits for leave.
  await admission.asked.promise;
  const id = jobWorkflowId(deployment, 'acme', 'five');
  const [before, begun] = [await eventsAtRest(id), attempts];
  const unchanged = await client.applyJob(job('five'));
  assert.equal(unchanged.outcome, 'unchanged');
  assert.match(unchanged.note ?? '', /tried again .* by itself/);
  assert.deepEqual(await eventsOf(id), before);
  // As an older client sends it, which leaves that to the workflow.
  const { spec: same } = await world.status('five');
  assert.equal((await world.apply('five', same, { requestId: 'older' })).outcome, 'unchanged');
  const status = await world.status('five');
  assert.deepEqual([status.state, attempts, outcomeOf(status, 'first')?.outcome], ['failed', begun, 'pending']);
  away = false;
  const { requestId } = await client.operateJob('acme', 'five', { kind: 'restart' });
  await world.until('five', (s) => outcomeOf(s, requestId)?.outcome === 'deployed');
  admission.given.resolve();
});
