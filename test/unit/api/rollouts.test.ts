/** /v1/rollouts over rollouts in memory: statuses, headers, refusals, and every answer against its documented schema. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import {
  acceptedRollout,
  acceptedRolloutRequest,
  outcomePage,
  previewPage,
  rolloutPage,
  rolloutStatus,
} from '../../../src/api/rollout-schemas.ts';
import { problem } from '../../../src/api/schemas.ts';
import { buildServer } from '../../../src/api/server.ts';
import { failure } from '../../../src/contracts/failure.ts';
import { MemoryClient } from '../../support/memory-client.ts';

const body = {
  action: { kind: 'restart' },
  selector: { tenant: 'acme', labels: { team: 'soc' } },
  strategy: { canary: ['10%'], maxFailures: 2 },
};

async function server(t: TestContext): Promise<{ app: FastifyInstance; client: MemoryClient }> {
  const client = new MemoryClient();
  const app = await buildServer(client);
  t.after(() => app.close());
  return { app, client };
}

const post = (app: FastifyInstance, url: string, payload?: object, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });

test('POST starts one, says where to look, and twice with the same key starts one', async (t) => {
  const { app, client } = await server(t);
  const headers = { 'idempotency-key': 'k1', 'millrace-actor': 'ann', 'millrace-reason': 'new schema' };
  const started = await post(app, '/v1/rollouts', body, headers);
  assert.equal(started.statusCode, 202);
  const answer = acceptedRollout.parse(started.json());
  assert.equal(started.headers['location'], answer.links.rollout);
  assert.deepEqual((await post(app, '/v1/rollouts', body, headers)).json(), started.json());
  assert.deepEqual(client.rollouts.started, [
    { id: 'r-k1', options: { requestId: 'k1', by: 'ann', why: 'new schema' } },
  ]);
  const read = await app.inject(answer.links.rollout);
  const status = rolloutStatus.parse(read.json());
  assert.deepEqual([status.state, status.by, status.order.strategy.canary], ['rolling', 'ann', ['10%']]);
});

test('with an id of its own; which is used once', async (t) => {
  const { app } = await server(t);
  assert.equal((await post(app, '/v1/rollouts', { ...body, id: 'mine' })).json().id, 'mine');
  const again = await post(app, '/v1/rollouts', { ...body, id: 'mine' });
  assert.deepEqual([again.statusCode, problem.parse(again.json()).code], [409, 'forbidden_state']);
});

test('every mistake of the body is told at its place', async (t) => {
  const { app } = await server(t);
  const wrong = { action: { kind: 'restrat' }, selector: {}, strategy: { concurrency: 0 }, more: 1 };
  const answer = await post(app, '/v1/rollouts', wrong);
  assert.equal(answer.statusCode, 422);
  const pointers = problem.parse(answer.json()).errors.map((e) => e.pointer);
  assert.deepEqual(pointers.sort(), ['/action/kind', '/more', '/selector/tenant', '/strategy/concurrency']);
  assert.equal((await post(app, '/v1/rollouts')).statusCode, 422);
});

test('a dry run answers the jobs by pages, and starts nothing', async (t) => {
  const { app, client } = await server(t);
  client.rollouts.total = 25;
  const first = await post(app, '/v1/rollouts?dryRun=true&limit=20', body);
  assert.equal(first.statusCode, 200);
  const page = previewPage.parse(first.json());
  assert.deepEqual([page.items.length, page.total, page.waves], [20, 25, [3, 22]]);
  const second = await post(app, `/v1/rollouts?dryRun=true&limit=20&cursor=${page.next}`, body);
  assert.deepEqual([second.json().items.length, second.json().next], [5, null]);
  assert.equal(client.rollouts.all.size, 0);
  const patch = { ...body, action: { kind: 'patch', patch: { spec: { sql: 'x' } } } };
  const [job] = previewPage.parse((await post(app, '/v1/rollouts?dryRun=true', patch)).json()).items;
  assert.equal(job?.change?.verdict, 'refused');
});

test('lists, and outcomes, by pages', async (t) => {
  const { app, client } = await server(t);
  await post(app, '/v1/rollouts', { ...body, id: 'one' });
  await post(app, '/v1/rollouts', { ...body, id: 'two' });
  const listed = rolloutPage.parse((await app.inject('/v1/rollouts?limit=1')).json());
  assert.deepEqual([listed.items.map((r) => r.id), listed.next], [['two'], '1']);
  assert.deepEqual((await app.inject('/v1/rollouts?state=halted')).json().items, []);
  const at = '2026-01-01T00:00:00.000Z';
  const common = { tenant: 'acme', revision: 1, at };
  client.rollouts.told.set('one', [
    { ...common, name: 'a', outcome: 'done', cause: null },
    { ...common, name: 'b', outcome: 'failed', cause: failure('bad_record', 'why') },
  ]);
  const page = outcomePage.parse((await app.inject('/v1/rollouts/one/outcomes?outcome=failed')).json());
  assert.deepEqual(
    page.items.map((o) => [o.name, o.cause?.code]),
    [['b', 'bad_record']],
  );
  assert.equal((await app.inject('/v1/rollouts/one/outcomes?outcome=lost')).statusCode, 400);
});

test('pause, resume and abort: 202, 200 where it is so already, 409 where it is forbidden, 404 where there is none', async (t) => {
  const { app } = await server(t);
  await post(app, '/v1/rollouts', { ...body, id: 'one' });
  const paused = await post(app, '/v1/rollouts/one/pause', undefined, { 'idempotency-key': 'p' });
  assert.equal(paused.statusCode, 202);
  assert.deepEqual(acceptedRolloutRequest.parse(paused.json()), {
    requestId: 'p',
    asked: 'pause',
    outcome: 'accepted',
    links: { rollout: '/v1/rollouts/one' },
  });
  assert.equal((await post(app, '/v1/rollouts/one/pause')).statusCode, 200);
  assert.equal((await post(app, '/v1/rollouts/one/resume')).statusCode, 202);
  assert.equal((await post(app, '/v1/rollouts/one/abort')).statusCode, 202);
  assert.equal((await post(app, '/v1/rollouts/one/resume')).statusCode, 409);
  assert.equal((await post(app, '/v1/rollouts/none/pause')).statusCode, 404);
  assert.equal((await app.inject('/v1/rollouts/none')).statusCode, 404);
  assert.equal((await app.inject('/v1/rollouts/No_Id')).statusCode, 400);
});
