/** The OpenAPI document and its page. */
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { buildServer } from '../../../src/api/server.ts';
import { MemoryClient } from '../../support/memory-client.ts';

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema?: unknown;
    readonly description?: string;
  }[];
  readonly responses?: Readonly<Record<string, unknown>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>>; readonly required?: boolean };
}
interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: unknown;
}
interface Schema {
  readonly $ref?: string;
  readonly examples?: readonly unknown[];
}
interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title?: string; readonly version?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const verbs = ['pause', 'rescale', 'restart', 'resume', 'rewind', 'rollback', 'stop', 'upgrade'];

let app: FastifyInstance;
let document: OpenApi;
before(async () => {
  app = await buildServer(new MemoryClient(), { version: '1.2.3' });
  document = (await app.inject('/openapi.json')).json();
});

test('every route is in it, as version 3.1', () => {
  assert.match(document.openapi, /^3\.1\.\d+$/);
  assert.equal(document.info.version, '1.2.3');
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((m) => `${m.toUpperCase()} ${path}`),
  );
  assert.deepEqual(routes.sort(), [
    'DELETE /v1/tenants/{tenant}/jobs/{job}',
    'DELETE /v1/tenants/{tenant}/streams/{stream}',
    'GET /healthz',
    'GET /problems/{code}',
    'GET /readyz',
    'GET /v1/hosts',
    'GET /v1/rollouts',
    'GET /v1/rollouts/{rollout}',
    'GET /v1/rollouts/{rollout}/outcomes',
    'GET /v1/tenants/{tenant}/jobs',
    'GET /v1/tenants/{tenant}/jobs/{job}',
    'GET /v1/tenants/{tenant}/jobs/{job}/history',
    'GET /v1/tenants/{tenant}/streams',
    'GET /v1/tenants/{tenant}/streams/{stream}',
    'POST /v1/rollouts',
    'POST /v1/rollouts/{rollout}/abort',
    'POST /v1/rollouts/{rollout}/pause',
    'POST /v1/rollouts/{rollout}/resume',
    ...verbs.map((v) => `POST /v1/tenants/{tenant}/jobs/{job}/${v}`),
    'PUT /v1/tenants/{tenant}/jobs/{job}',
    'PUT /v1/tenants/{tenant}/streams/{stream}',
  ]);
});

test('it keeps the rules of OpenAPI 3.1 that tools rely on', () => {
  const ids = new Set<string>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods)) {
      assert.ok(operation.operationId !== undefined && !ids.has(operation.operationId), `${path}: operationId, unique`);
      ids.add(operation.operationId);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((p) => p.in === 'path').map((p) => p.name);
      assert.deepEqual(declared.sort(), inPath.sort(), `${path}: path parameters`);
      assert.ok((operation.parameters ?? []).every((p) => p.schema !== undefined));
      assert.ok(Object.keys(operation.responses ?? {}).length > 0);
      for (const status of Object.keys(operation.responses ?? {}))
        assert.match(status, /^([1-5]\d\d|[1-5]XX|default)$/);
    }
  }
});

test('every reference leads somewhere, and no component is left unused', () => {
  const text = JSON.stringify(document);
  const references = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
  assert.deepEqual([...references].sort(), Object.keys(document.components.schemas).sort());
  assert.doesNotMatch(text, /__SCHEMA|"\$ref":"(?!#\/components)/);
});

test('every verb on a job takes the same heads, and a body only where it has something to say', () => {
  for (const verb of verbs) {
    const operation = document.paths[`/v1/tenants/{tenant}/jobs/{job}/${verb}`]?.['post'];
    const heads = (operation?.parameters ?? []).filter((p) => p.in === 'header').map((p) => p.name);
    assert.deepEqual(heads.sort(), [
      'idempotency-key',
      'if-match',
      'if-none-match',
      'millrace-actor',
      'millrace-reason',
    ]);
    const silent = ['pause', 'resume', 'restart'].includes(verb);
    assert.equal(operation?.requestBody === undefined, silent, verb);
    if (!silent) assert.equal(operation?.requestBody?.required, !['stop', 'rollback'].includes(verb), verb);
    assert.ok('200' in (operation?.responses ?? {}) && '202' in (operation?.responses ?? {}));
  }
});

test('every query parameter and head says what it is for, and every body shows an example', () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const { parameters = [], requestBody } of Object.values(methods)) {
      for (const p of parameters.filter((p) => p.in !== 'path')) assert.ok(p.description, `${path} ${p.name}`);
      for (const { schema, example, examples } of Object.values(requestBody?.content ?? {})) {
        const [, name = ''] = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '') ?? [];
        assert.ok(example ?? examples ?? document.components.schemas[name]?.examples, `${path} has an example`);
      }
    }
  }
});

test('documents may be sent as JSON and as YAML', () => {
  const content = document.paths['/v1/tenants/{tenant}/jobs/{job}']?.['put']?.requestBody?.content ?? {};
  assert.ok('application/json' in content && 'application/yaml' in content);
});

test('the page to try it fetches nothing from elsewhere', async () => {
  const page = await app.inject('/docs/');
  assert.equal(page.statusCode, 200);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  assert.ok(links.length > 3);
  for (const link of links) {
    assert.doesNotMatch(link, /^(https?:)?\/\//);
    const target = new URL(link, 'http://here/docs/').pathname;
    assert.equal((await app.inject(target)).statusCode, 200, target);
  }
});
