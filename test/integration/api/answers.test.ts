/** Every answer of the API is as its OpenAPI document says, whatever is asked, and never a server's error: on real servers. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { buildServer } from '../../../src/api/server.ts';
import { MillraceClient } from '../../../src/client/client.ts';
import type { StreamDocumentInput } from '../../../src/contracts/spec.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import { MemoryClient } from '../../support/memory-client.ts';
import { withoutPython } from '../../support/python.ts';
import { schemathesis, wrongAnswers } from '../../support/schemathesis.ts';

const skip = await withoutPython(schemathesis);
const seconds = 30;
const seed = Number(process.env['ORACLE_SEED'] ?? 1);

const fields = ['source_ip', 'rule', 'action'].map((name) => ({ name, type: 'string' }));
const stream: StreamDocumentInput = {
  apiVersion: 'millrace/v1',
  kind: 'Stream',
  metadata: { tenant: 'acme', name: 'firewall' },
  spec: { topics: [{ topic: 'acme.firewall' }], schema: { avro: { type: 'record', name: 'E', fields } } },
};

let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let client: MillraceClient;
let control: ChildProcess;
let app: FastifyInstance;
let url: string;

before(async () => {
  [kafka, temporal] = await Promise.all([startKafka(), startTemporal()]);
  const main = fileURLToPath(new URL('../../../src/worker/control-main.ts', import.meta.url));
  const env = { KAFKA_BOOTSTRAP: kafka.bootstrap, TEMPORAL_ADDRESS: temporal.address, MILLRACE_LOG: 'fatal' };
  control = spawn(process.execPath, [main], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((ready) => control.stdout?.once('data', ready));
  client = new MillraceClient({ address: temporal.address });
  app = await buildServer(client);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  await ensureTopics({ bootstrap: kafka.bootstrap }, [{ topic: 'acme.firewall', partitions: 1 }]);
  await client.applyStream(stream);
  await client.applyJob(
    {
      apiVersion: 'millrace/v1',
      kind: 'Job',
      metadata: { tenant: 'acme', name: 'denied' },
      spec: { sql: 'SELECT rule FROM firewall', sink: { kafka: { topic: 'acme.denied' } } },
    },
    { paused: true },
  );
  await client.rollouts.start({ action: { kind: 'pause' }, selector: { tenant: 'acme' } }, { id: 'first' });
});

after(async () => {
  await app.close();
  await client.close();
  control.kill('SIGTERM');
  await new Promise((done) => control.once('exit', done));
  await Promise.all([kafka.close(), temporal.close()]);
});

test('a cursor is good for the list that it came from; another, or what is none, is told so', async () => {
  const get = async (path: string) => {
    const answer = await app.inject(path);
    return {
      status: answer.statusCode,
      ...(answer.json() as { code?: string; next?: string; items?: { name: string }[] }),
    };
  };
  const streams = '/v1/tenants/acme/streams?limit=1';
  await client.applyStream({ ...stream, metadata: { tenant: 'acme', name: 'second' } });
  let first = await get(streams);
  while (typeof first.next !== 'string') first = await get(streams);
  const second = await get(`${streams}&cursor=${first.next}`);
  assert.deepEqual([first.items?.[0]?.name, second.items?.[0]?.name].sort(), ['firewall', 'second']);
  const wrong = ['jobs', 'streams'].flatMap((list) => ['x', 'AAAA', '%C3%A4', 'x'.repeat(500)].map((c) => [list, c]));
  for (const [list, cursor] of [...wrong, ['jobs', first.next]]) {
    const { status, code } = await get(`/v1/tenants/acme/${list}?cursor=${cursor}`);
    assert.deepEqual([status, code], [422, 'invalid_spec'], `${list} ${cursor}`);
  }
  const rollouts = await get('/v1/rollouts?cursor=x');
  assert.deepEqual([rollouts.status, rollouts.code], [422, 'invalid_spec']);
});

test('what Temporal says of itself reaches nobody who asks the API', async (t) => {
  const lonely = new MillraceClient({ address: '127.0.0.1:1' });
  const server = await buildServer(lonely);
  t.after(() => Promise.all([server.close(), lonely.close()]));
  const answer = await server.inject('/v1/tenants/acme/jobs');
  assert.equal(answer.json().code, 'temporal_unavailable');
  assert.doesNotMatch(answer.body, /UNAVAILABLE|127\.0\.0\.1|ECONN|remote_addr/);
});

test('whatever is asked of the API is answered as its document says', { skip: skip ?? false }, async () => {
  assert.equal(await wrongAnswers({ url, seconds, seed }), null);
});

test('what is asked of a job, a stream and a rollout that are there, too', { skip: skip ?? false }, async () => {
  const paths = { tenant: 'acme', job: 'denied', stream: 'firewall', rollout: 'first' };
  assert.equal(await wrongAnswers({ url, seconds, seed, paths }), null);
});

test('the checker turns red on an answer that is not as its document says', { skip: skip ?? false }, async (t) => {
  const lying = new MemoryClient();
  lying.listHosts = async () => [{ hostId: 1 } as never];
  const server = await buildServer(lying);
  t.after(() => server.close());
  const lyingUrl = await server.listen({ port: 0, host: '127.0.0.1' });
  const found = await wrongAnswers({ url: lyingUrl, seconds: 10, seed, route: '/v1/hosts' });
  assert.match(found ?? '', /Response violates schema/);
});
