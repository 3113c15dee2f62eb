/** The routes over a client in memory: statuses, headers, conditions, and every answer against its documented schema. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { z } from 'zod';
import { historyPage } from '../../../src/api/history-schemas.ts';
import {
  acceptedChange,
  hostList,
  jobPage,
  jobStatus,
  plannedChange,
  problem,
  streamPage,
  streamStatus,
} from '../../../src/api/schemas.ts';
import { buildServer } from '../../../src/api/server.ts';
import { failure, MillraceError } from '../../../src/contracts/failure.ts';
import type { HistoryEntry } from '../../../src/contracts/history.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { parseDocument } from '../../../src/contracts/parse.ts';
import type { JobDocument } from '../../../src/contracts/spec.ts';
import { requestEntry, transitionEntry } from '../../support/history.ts';
import { MemoryClient } from '../../support/memory-client.ts';
import { at } from '../../support/positions.ts';

const job = '/v1/tenants/acme/jobs/denied';
const stream = '/v1/tenants/acme/streams/firewall';
const body = (sql = 'SELECT a FROM firewall') => ({ spec: { sql, sink: { kafka: { topic: 'out' } } } });
const streamBody = { spec: { topics: [{ topic: 'acme.firewall' }], schema: { avro: 'string' } } };
const jobDocument = { apiVersion: 'millrace/v1', kind: 'Job', metadata: { tenant: 'acme', name: 'denied' }, ...body() };
const yaml = { 'content-type': 'application/yaml' };
const json = { 'content-type': 'application/json' };

async function server(t: TestContext): Promise<{ app: FastifyInstance; client: MemoryClient }> {
  const client = new MemoryClient();
  const app = await buildServer(client);
  t.after(() => app.close());
  return { app, client };
}

async function put(app: FastifyInstance, url: string, payload: object, headers: Record<string, string> = {}) {
  return app.inject({ method: 'PUT', url, payload, headers });
}

/** The answer as its schema has it: nothing missing, nothing of another type. */
function as<T extends z.ZodType>(schema: T, answer: { json: () => unknown }): z.output<T> {
  return schema.parse(answer.json());
}

async function refused(app: FastifyInstance, status: number, code: string, request: InjectOptions) {
  const answer = await app.inject(request);
  const document = as(problem, answer);
  assert.equal(answer.statusCode, status);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(document.status, status);
  assert.equal(document.code, code);
  assert.equal((await app.inject(document.type)).json().code, code, 'its type explains it');
  return { ...document, headers: answer.headers };
}

test('PUT creates, says where to look, and changes with the revision that it is given', async (t) => {
  const { app } = await server(t);
  const created = await put(app, job, body(), { 'if-none-match': '*' });
  assert.equal(created.statusCode, 202);
  assert.equal(as(acceptedChange, created).links.job, job);
  assert.equal(created.headers['location'], job);
  assert.equal(created.headers['etag'], '"1"');

  const read = await app.inject(job);
  assert.equal(as(jobStatus, read).spec.sql, body().spec.sql);
  assert.equal(read.headers['etag'], '"1"');

  const changed = await put(app, job, body('SELECT b FROM firewall'), { 'if-match': '"1"' });
  assert.equal(changed.headers['etag'], '"2"');
  assert.equal((await put(app, job, body('SELECT b FROM firewall'))).statusCode, 200, 'unchanged');
});

test('a stale If-Match is 412, and If-None-Match: * of what exists too', async (t) => {
  const { app } = await server(t);
  await put(app, job, body());
  for (const headers of [{ 'if-match': '"7"' }, { 'if-none-match': '*' }]) {
    await refused(app, 412, 'stale_revision', { method: 'PUT', url: job, payload: body('SELECT 2 FROM x'), headers });
  }
});

test('conditions that can not be understood are refused by header', async (t) => {
  const { app } = await server(t);
  const wrong = [
    { 'if-match': 'W/"1"' },
    { 'if-match': '*' },
    { 'if-none-match': '"1"' },
    { 'if-match': '"1"', 'if-none-match': '*' },
    { 'idempotency-key': 'x'.repeat(65) },
    { 'idempotency-key': 'millrace/temporal-cancel' },
    { 'idempotency-key': '"rollout/release-2"' },
  ];
  for (const headers of wrong) {
    const p = await refused(app, 400, 'bad_request', { method: 'PUT', url: job, payload: body(), headers });
    assert.ok(Object.keys(headers).includes(p.errors[0]?.parameter ?? ''));
  }
});

test('an Idempotency-Key is the request id: the same key twice changes once', async (t) => {
  const { app, client } = await server(t);
  const headers = { 'idempotency-key': '"abc-1"' };
  assert.equal(as(acceptedChange, await put(app, job, body(), headers)).requestId, 'abc-1');
  assert.equal((await put(app, job, body(), headers)).statusCode, 200);
  assert.equal(client.answers.size, 1);
});

test('a dry run answers the verdict and changes nothing', async (t) => {
  const { app, client } = await server(t);
  const planned = await put(app, `${job}?dryRun=true`, body());
  assert.equal(planned.statusCode, 200);
  assert.equal(as(plannedChange, planned).verdict, 'create');
  const checked = await put(app, `${stream}?dryRun=true`, streamBody);
  assert.equal(checked.json().document.spec.ordering, 'key');
  assert.equal(client.jobs.size + client.streams.size, 0);
});

test('a whole document is taken as well, in YAML as in JSON', async (t) => {
  const { app } = await server(t);
  const payload = `apiVersion: millrace/v1
kind: Job
metadata: { tenant: acme, name: denied, labels: { team: soc } }
spec: { sql: SELECT a FROM firewall, sink: { kafka: { topic: out } } }
`;
  const answer = await app.inject({ method: 'PUT', url: job, payload, headers: yaml });
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(as(jobStatus, await app.inject(job)).labels, { team: 'soc' });
});

test('a document of another kind, tenant or name than its address is refused, with its other mistakes', async (t) => {
  const { app } = await server(t);
  const payload = {
    kind: 'Stream',
    metadata: { tenant: 'globex', name: 'x', lables: {} },
    spec: { ...body().spec, sqll: 1 },
  };
  const p = await refused(app, 422, 'invalid_spec', { method: 'PUT', url: job, payload });
  assert.deepEqual(
    p.errors.map((e) => e.pointer),
    ['/kind', '/metadata/tenant', '/metadata/name', '/metadata/lables', '/spec/sqll'],
  );
  assert.ok(p.errors.every((e) => e.remedy !== undefined));
});

test('bodies that are no document: syntax, type, size, several, none', async (t) => {
  const { app } = await server(t);
  const send = (payload: string, headers: Record<string, string>): InjectOptions => ({
    method: 'PUT',
    url: job,
    payload,
    headers,
  });
  const syntax = await refused(app, 400, 'bad_request', send('{"spec": }}', json));
  assert.deepEqual(syntax.errors[0]?.position?.line, 1);
  await refused(app, 400, 'bad_request', send('a: 1\n---\nb: 2\n', yaml));
  await refused(app, 415, 'unsupported_media_type', send('x', { 'content-type': 'text/plain' }));
  await refused(app, 413, 'payload_too_large', send(' '.repeat(limits.specBytesMax + 1), json));
  await refused(app, 422, 'invalid_spec', send('', json));
  await refused(app, 422, 'invalid_spec', send('[1]', json));
});

test('a request that is not answered in time is told so, and may be sent again', async (t) => {
  const client = new MemoryClient();
  client.listJobs = () => new Promise(() => {});
  const app = await buildServer(client, { requestMsMax: 1 });
  t.after(() => app.close());
  const p = await refused(app, 503, 'deadline_exceeded', { url: '/v1/tenants/acme/jobs' });
  assert.ok(Number(p.headers['retry-after']) > 0);
});

test('an SQL mistake keeps its position and caret', async (t) => {
  const { app, client } = await server(t);
  const at = { line: 1, column: 8, length: 1 };
  const excerpt = 'SELECT x\n       ^';
  client.broken = new MillraceError(failure('invalid_sql', 'No column x.'), [
    { path: '/spec/sql', message: 'no column x', remedy: 'write y', position: at, excerpt },
  ]);
  const p = await refused(app, 422, 'invalid_sql', { method: 'PUT', url: job, payload: body() });
  assert.deepEqual(p.errors, [
    { pointer: '/spec/sql', message: 'no column x', remedy: 'write y', position: at, excerpt },
  ]);
});

test('lists select and page', async (t) => {
  const { app } = await server(t);
  for (const name of ['a', 'b', 'c']) {
    const labelled = { metadata: { labels: name === 'b' ? { team: 'soc' } : {} }, ...body() };
    await put(app, `/v1/tenants/acme/jobs/${name}`, labelled);
  }
  await put(app, '/v1/tenants/globex/jobs/z', body());
  const names = async (query: string) =>
    as(jobPage, await app.inject(`/v1/tenants/acme/jobs${query}`)).items.map((j) => j.name);
  assert.deepEqual(await names(''), ['a', 'b', 'c']);
  assert.deepEqual(await names('?label=team=soc'), ['b']);
  assert.deepEqual(await names('?label=team=soc&label=x=y'), []);
  assert.deepEqual(await names('?state=failed'), []);
  assert.deepEqual(await names('?stream=other'), []);
  const first = as(jobPage, await app.inject('/v1/tenants/acme/jobs?limit=2'));
  assert.equal(first.items.length, 2);
  assert.deepEqual(await names(`?limit=2&cursor=${first.next}`), ['c']);
});

test('a history is read back page by page, and then on with what has come since', async (t) => {
  const { app, client } = await server(t);
  const asked = [
    { kind: 'pause' },
    { kind: 'rewind', to: { offsets: { in: { 0: '7' } } } },
    { kind: 'apply', spec: (parseDocument(jobDocument) as JobDocument).spec, labels: { team: 'soc' } },
  ] as const;
  const entries: HistoryEntry[] = [
    transitionEntry(1, { from: null, to: 'deploying' }),
    transitionEntry(2, { cause: failure('bad_record', 'x', { stage: 'sql' }), ended: at({ in: { 0: '1', 11: '2' } }) }),
    ...asked.map((a, i) => requestEntry(3 + i, { asked: a, why: 'because' })),
  ];
  client.histories.set('acme/denied', entries);
  const get = async (query: string) => as(historyPage, await app.inject(`${job}/history${query}`));
  const whole = await get('');
  assert.deepEqual(whole.items, [...entries].reverse(), 'what is documented is all that there is');
  const [first, rest] = [
    await get('?limit=3'),
    await get(`?cursor=${encodeURIComponent((await get('?limit=3')).next!)}`),
  ];
  assert.deepEqual([...first.items, ...rest.items], whole.items);
  assert.equal(rest.next, null);
  entries.push(transitionEntry(6));
  assert.deepEqual((await get(`?cursor=${encodeURIComponent(whole.newer!)}`)).items, [entries[5]]);
  assert.deepEqual(as(historyPage, await app.inject('/v1/tenants/acme/jobs/none/history')).items, []);
  await refused(app, 400, 'bad_request', { url: `${job}/history?limit=0` });
});

test('a query or path that is wrong is refused by parameter', async (t) => {
  const { app } = await server(t);
  const p = await refused(app, 400, 'bad_request', { url: '/v1/tenants/acme/jobs?limit=0&state=runing' });
  assert.deepEqual(p.errors.map((e) => e.parameter).sort(), ['limit', 'state']);
  const q = await refused(app, 400, 'bad_request', { url: '/v1/tenants/Ac%20me/jobs/x' });
  assert.deepEqual(
    q.errors.map((e) => e.parameter),
    ['tenant'],
  );
  await refused(app, 400, 'bad_request', { url: '/v1/tenants/%zz/jobs' });
});

async function post(app: FastifyInstance, verb: string, payload?: object, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: `${job}/${verb}`, headers, ...(payload === undefined ? {} : { payload }) });
}

const operations: readonly [verb: string, payload: object | undefined, asked: object][] = [
  ['pause', undefined, { kind: 'pause' }],
  ['resume', undefined, { kind: 'resume' }],
  ['restart', {}, { kind: 'restart' }],
  ['rescale', { tasks: 4 }, { kind: 'rescale', tasks: 4 }],
  ['rewind', { to: 'earliest' }, { kind: 'rewind', to: 'earliest' }],
  ['rewind', { to: { offsets: { t: { 0: '7' } } } }, { kind: 'rewind', to: { offsets: { t: { 0: '7' } } } }],
  ['upgrade', { release: '1.4.0' }, { kind: 'upgrade', release: '1.4.0' }],
  ['stop', { kind: 'stop', mode: 'cancel' }, { kind: 'stop', mode: 'cancel' }],
];

test('an operation is accepted with links, with who asks and why', async (t) => {
  const { app, client } = await server(t);
  await put(app, job, body());
  for (const [verb, payload, asked] of operations) {
    const why = 'Störung: läuft über';
    const heads = { 'millrace-actor': 'ada', 'millrace-reason': Buffer.from(why).toString('latin1') };
    const answer = await post(app, verb, payload, heads);
    assert.equal(answer.statusCode, 202, `${verb}: ${answer.body}`);
    const outcome = as(acceptedChange, answer);
    assert.equal(outcome.links.job, job);
    assert.equal(answer.headers['location'], job);
    assert.equal(answer.headers['etag'], `"${outcome.revision}"`);
    assert.deepEqual(client.accepted.at(-1), { asked, options: { by: 'ada', why } });
  }
  assert.equal(client.accepted[0]?.options.by, 'anonymous', 'nobody said who');
  assert.equal(as(jobStatus, await app.inject(job)).state, 'stopped');
});

test('an operation is done once by its key, and refused on a stale revision', async (t) => {
  const { app, client } = await server(t);
  await put(app, job, body());
  const headers = { 'idempotency-key': 'op-1', 'if-match': '"1"' };
  assert.equal((await post(app, 'rescale', { tasks: 4 }, headers)).statusCode, 202);
  const again = await post(app, 'rescale', { tasks: 4 }, headers);
  assert.equal(again.statusCode, 200);
  assert.equal(as(acceptedChange, again).revision, 2);
  assert.equal(client.accepted.length, 2);
  const stale = { method: 'POST', url: `${job}/pause`, headers: { 'if-match': '"1"' } } as const;
  await refused(app, 412, 'stale_revision', stale);
});

test('an operation that the state forbids is 409, with the reason', async (t) => {
  const { app } = await server(t);
  await put(app, `${job}?paused=true`, body());
  assert.equal(as(jobStatus, await app.inject(job)).state, 'paused');
  assert.equal((await post(app, 'pause')).statusCode, 200, 'it is paused already');
  const p = await refused(app, 409, 'forbidden_state', { method: 'POST', url: `${job}/restart` });
  assert.match(p.detail, /it is paused: resume it/);
  await refused(app, 404, 'not_found', { method: 'POST', url: '/v1/tenants/acme/jobs/other/pause' });
});

test('every mistake in an operation is told, with its place in the body', async (t) => {
  const { app, client } = await server(t);
  await put(app, job, body());
  for (const [verb, payload, pointers] of [
    ['rescale', { tasks: 0, tusks: 4 }, ['/tasks', '/tusks']],
    ['rescale', {}, ['/tasks']],
    ['rewind', { to: 'yesterday' }, ['/to']],
    ['rewind', { to: { offsets: { t: { 0: 'x', 1: 'y' } } } }, ['/to/offsets/t/0', '/to/offsets/t/1']],
    ['stop', { mode: 'now' }, ['/mode']],
    ['pause', { kind: 'stop' }, ['/kind']],
    ['pause', [1], ['']],
    ['rollback', { revision: 0, to: 3 }, ['/revision', '/to']],
  ] as const) {
    const p = await refused(app, 422, 'invalid_spec', { method: 'POST', url: `${job}/${verb}`, payload });
    assert.deepEqual(p.errors.map((e) => e.pointer).sort(), pointers, verb);
    assert.ok(
      p.errors.every((e) => e.remedy !== undefined || e.pointer === '/to'),
      JSON.stringify(p.errors),
    );
  }
  assert.equal(client.accepted.length, 1);
});

test('a rollback applies an earlier spec as a new revision: the one before, or the one that is named', async (t) => {
  const { app } = await server(t);
  for (const sql of ['SELECT a FROM x', 'SELECT b FROM x', 'SELECT c FROM x']) await put(app, job, body(sql));
  assert.equal(as(acceptedChange, await post(app, 'rollback')).revision, 4);
  assert.equal(as(jobStatus, await app.inject(job)).spec.sql, 'SELECT b FROM x');
  assert.equal((await post(app, 'rollback', { revision: 1 })).statusCode, 202);
  assert.equal(as(jobStatus, await app.inject(job)).spec.sql, 'SELECT a FROM x');
  await refused(app, 404, 'not_found', { method: 'POST', url: `${job}/rollback`, payload: { revision: 9 } });
});

test('a change that is refused is 409 with every reason; a dry run answers the same as a verdict', async (t) => {
  const { app, client } = await server(t);
  await put(app, job, body());
  const reason = (path: string) =>
    ({ path, kind: 'drain_replace', what: 'it changes', why: 'it matters', remedy: 'do this' }) as const;
  client.verdict = { kind: 'drain_replace', reasons: [reason('/spec/delivery'), reason('/spec/sink/kafka/topic')] };
  const change = body('SELECT b FROM firewall');
  const planned = as(plannedChange, await put(app, `${job}?dryRun=true`, change));
  assert.equal(planned.verdict, 'drain_replace');
  assert.deepEqual(planned.reasons, client.verdict.reasons);
  assert.deepEqual(planned.changes, [
    { path: '/spec/sql', from: 'SELECT a FROM firewall', to: 'SELECT b FROM firewall' },
  ]);
  const request = { method: 'PUT', url: `${job}?inFlightOnly=true`, payload: change } as const;
  const p = await refused(app, 409, 'change_refused', request);
  assert.deepEqual(
    p.errors.map((e) => [e.pointer, e.message, e.remedy]),
    ['/spec/delivery', '/spec/sink/kafka/topic'].map((at) => [at, 'it changes: it matters', 'do this']),
  );
  assert.equal(as(acceptedChange, await put(app, job, change)).verdict?.kind, 'drain_replace', 'not forbidden');
});

test('who asks and why are bounded, and may not be empty', async (t) => {
  const { app } = await server(t);
  const long = { 'millrace-actor': 'x'.repeat(limits.actorCharsMax + 1), 'millrace-reason': ' ' };
  const p = await refused(app, 400, 'bad_request', { method: 'PUT', url: job, payload: body(), headers: long });
  assert.deepEqual(p.errors.map((e) => e.parameter).sort(), ['millrace-actor', 'millrace-reason']);
});

test('hosts are listed with their release', async (t) => {
  const { app } = await server(t);
  assert.deepEqual(
    as(hostList, await app.inject('/v1/hosts')).items.map((h) => `${h.hostId} ${h.release}`),
    ['h1 1.0.0'],
  );
});

test('DELETE is on its way with 202, and what is not there is 404', async (t) => {
  const { app } = await server(t);
  await put(app, job, body());
  await refused(app, 412, 'stale_revision', { method: 'DELETE', url: job, headers: { 'if-match': '"9"' } });
  const answer = await app.inject({ method: 'DELETE', url: `${job}?mode=cancel` });
  assert.equal(answer.statusCode, 202);
  assert.equal(as(jobStatus, await app.inject(job)).state, 'stopped');
  await refused(app, 404, 'not_found', { method: 'DELETE', url: '/v1/tenants/acme/jobs/other' });
  await refused(app, 400, 'bad_request', { method: 'DELETE', url: `${job}?mode=now` });
});

test('streams: put, read, list, refuse while in use, delete', async (t) => {
  const { app, client } = await server(t);
  const made = await put(app, stream, streamBody);
  assert.equal(made.headers['etag'], '"1"');
  assert.equal(as(streamStatus, made).name, 'firewall');
  assert.equal(as(streamStatus, await app.inject(stream)).revision, 1);
  assert.equal(as(streamPage, await app.inject('/v1/tenants/acme/streams')).items.length, 1);
  await put(app, job, body());
  await refused(app, 409, 'stream_in_use', { method: 'DELETE', url: stream });
  client.jobs.clear();
  assert.equal((await app.inject({ method: 'DELETE', url: stream })).statusCode, 204);
  await refused(app, 404, 'not_found', { url: stream });
});

test('while a server is away: 503 with Retry-After, not ready, and still alive', async (t) => {
  const { app, client } = await server(t);
  client.broken = new MillraceError(failure('temporal_unavailable', 'Temporal does not answer.'));
  for (const url of ['/readyz', job, '/v1/tenants/acme/jobs']) {
    const p = await refused(app, 503, 'temporal_unavailable', { url });
    assert.match(String(p.headers['retry-after']), /^\d+$/);
  }
  assert.equal((await app.inject('/healthz')).statusCode, 200);
  client.broken = new MillraceError(failure('too_many_requests', 'Ten changes wait already.'));
  assert.ok((await refused(app, 429, 'too_many_requests', { url: job })).headers['retry-after']);
});

test('a mistake inside of Millrace says nothing of the inside', async (t) => {
  const { app, client } = await server(t);
  for (const error of [new TypeError('secret at /etc/x'), new MillraceError(failure('internal', 'secret state'))]) {
    client.broken = error;
    const answer = await app.inject(job);
    assert.equal(answer.statusCode, 500);
    assert.equal(as(problem, answer).code, 'internal');
    assert.doesNotMatch(answer.body, /secret|stack/);
  }
});

test('no route is a problem too', async (t) => {
  const { app } = await server(t);
  await refused(app, 404, 'route_not_found', { url: '/nope' });
  await refused(app, 404, 'route_not_found', { method: 'POST', url: '/v1/tenants/acme/jobs', payload: {} });
  await refused(app, 400, 'bad_request', { url: `/v1/tenants/${'x'.repeat(600)}/jobs` });
});
