/** One body stopped the API: its keys were compared each with each, `[[[[…` took half a minute, and nobody else was answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildServer } from '../../src/api/server.ts';
import { limits } from '../../src/contracts/limits.ts';
import { MemoryClient } from '../support/memory-client.ts';

const path = '/v1/tenants/acme/jobs/denied';
const filled = (make: (i: number) => string, between: string): string => {
  const parts: string[] = [];
  for (let chars = 0; chars < limits.specBytesMax - 100; chars += (parts.at(-1)?.length ?? 0) + between.length)
    parts.push(make(parts.length));
  return parts.join(between);
};

/** Each as large as a body may be. */
const bodies: readonly (readonly [type: string, text: string])[] = [
  ['json', `{${filled((i) => `"k${i}":1`, ',')}}`],
  ['json', '['.repeat(limits.specBytesMax)],
  ['json', `${'['.repeat(limits.specBytesMax / 2)}${']'.repeat(limits.specBytesMax / 2)}`],
  ['json', `{"metadata":{"labels":{${filled((i) => `"k ${i}":1`, ',').slice(0, 300_000)}"":1}}}`],
  ['yaml', filled((i) => `k${i}: 1`, '\n')],
  ['yaml', '['.repeat(limits.specBytesMax)],
  ['yaml', '- '.repeat(limits.specBytesMax / 2)],
  ['yaml', '] '.repeat(limits.specBytesMax / 2)],
  ['yaml', `a: &a [${'x, '.repeat(10_000)}]\nb: [${'*a, '.repeat(10_000)}]`],
  ['yaml', '\n'.repeat(limits.documentPiecesMax - 10)],
  ['yaml', Array.from({ length: 16_000 }, (_, i) => `k${i}: 1`).join('\n')],
];

test('however heavy bodies are, each is refused, and /healthz answers meanwhile', async (t) => {
  const app = await buildServer(new MemoryClient());
  t.after(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  let heavy = 0;
  const sent = bodies.map(async ([type, body]) => {
    const headers = { 'content-type': `application/${type}` };
    const answer = await fetch(url + path, { method: 'PUT', headers, body });
    heavy++;
    await answer.body?.cancel();
    return answer.status;
  });
  for (let healthy = 0; healthy < 20; healthy++) assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.ok(heavy < bodies.length, 'heavy bodies are still being read when /healthz has answered 20 times');
  assert.deepEqual(new Set(await Promise.all(sent)), new Set([400, 422]));
});

const nested = (i: number, depth: number): string =>
  `&a${i} ${'['.repeat(depth)}${i === 0 ? '' : `*a${i - 1}`}${']'.repeat(depth)}`;

/** Small as texts; what they stand for is not. Each is refused by who reads it, and never comes to where documents are checked. */
const multiplied: readonly (readonly [what: string, avro: string])[] = [
  ['a long key', `{a: &a {${'k'.repeat(100_000)}: 1}, b: [${Array(6_000).fill('*a').join(', ')}]}`],
  [
    'a key of a body that is read at once',
    `{a: &a {${'k'.repeat(4_000)}: 1}, b: [${Array(800).fill('*a').join(', ')}]}`,
  ],
  [
    'keys without a value',
    `{a: &a {${Array.from({ length: 200 }, (_, i) => `k${i}`).join(', ')}}, b: [${Array(1_000).fill('*a').join(', ')}]}`,
  ],
  ['depth', `[${Array.from({ length: 15 }, (_, i) => nested(i, 200)).join(', ')}]`],
];

test('what aliases make of a body counts: keys, values that are left out, depth', async (t) => {
  const app = await buildServer(new MemoryClient());
  t.after(() => app.close());
  const codes: string[] = [];
  for (const [what, avro] of multiplied) {
    const payload = `spec:\n  topics: [{topic: t}]\n  schema:\n    avro: ${avro}\n`;
    for (const url of ['/v1/tenants/acme/streams/heavy', path]) {
      const answer = await app.inject({ method: 'PUT', url, payload, headers: { 'content-type': 'application/yaml' } });
      codes.push(`${what}: ${answer.json().code}`);
    }
  }
  assert.deepEqual(
    codes,
    multiplied.flatMap(([what]) => Array(2).fill(`${what}: bad_request`)),
  );
});

test('a body that is only large is taken, and what was read beside others is what was sent', async (t) => {
  const app = await buildServer(new MemoryClient());
  t.after(() => app.close());
  const document = (name: string) => ({
    spec: {
      topics: [{ topic: name }],
      schema: {
        avro: {
          type: 'record',
          name: 'R',
          fields: Array.from({ length: 4_000 }, (_, i) => ({ name: `${name}${i}`, type: 'int' })),
        },
      },
    },
  });
  await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const url = `/v1/tenants/acme/streams/${name}`;
      const answer = await app.inject({ method: 'PUT', url, payload: document(name) });
      assert.equal(answer.statusCode, 200);
      assert.deepEqual(answer.json().spec.schema, document(name).spec.schema);
    }),
  );
});

test('more large bodies than may wait are told to come again', async (t) => {
  const app = await buildServer(new MemoryClient());
  t.after(() => app.close());
  const payload = '\n'.repeat(limits.bodyAtOnceCharsMax + 1);
  const headers = { 'content-type': 'application/yaml' };
  const answers = await Promise.all(
    Array.from({ length: limits.bodiesWaitingMax + 2 }, () =>
      app.inject({ method: 'PUT', url: path, payload, headers }),
    ),
  );
  const codes = answers.map((a) => a.json().code);
  assert.deepEqual(new Set(codes), new Set(['invalid_spec', 'too_many_requests']));
  assert.ok(answers.every((a) => a.statusCode !== 429 || a.headers['retry-after'] !== undefined));
});

test('a change that a page of another site sends is refused, with a body or without', async (t) => {
  const app = await buildServer(new MemoryClient());
  t.after(() => app.close());
  const url = `${path}/pause`;
  for (const origin of ['https://evil.example', 'null', 'http://localhost:81']) {
    for (const forwarded of [
      {},
      { 'x-forwarded-host': 'api.acme.example, evil.example' },
      { 'x-forwarded-host': '/' },
    ]) {
      const answer = await app.inject({ method: 'POST', url, headers: { origin, host: 'localhost:80', ...forwarded } });
      assert.equal(answer.statusCode, 403);
      assert.equal(answer.json().code, 'foreign_origin');
    }
  }
  for (const headers of [
    {},
    { origin: 'http://localhost:81', host: 'localhost:81' },
    { origin: 'https://api.acme.example', host: 'inside', 'x-forwarded-host': 'api.acme.example' },
    { origin: 'https://api.acme.example', host: 'inside', 'x-forwarded-host': 'api.acme.example, edge, inside' },
    { origin: 'https://api.acme.example', host: 'inside', 'x-forwarded-host': 'API.acme.example:443' },
  ]) {
    assert.equal((await app.inject({ method: 'POST', url, headers })).statusCode, 404, 'there is no such job');
  }
  assert.equal((await app.inject({ url: '/healthz', headers: { origin: 'https://evil.example' } })).statusCode, 200);
});
