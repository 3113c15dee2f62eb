/**
 * The ways in, on real servers: the example documents through the command line and the REST API, down to the records in
 * Kafka. Every process is started by its own command, as docker-compose does.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import avsc from 'avsc';
import { generateEvents } from '../../../examples/firewall/generate.ts';
import { eventSchema } from '../../../examples/firewall/queries.ts';
import type { HistoryEntry } from '../../../src/contracts/history.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import { type Ran, spawnCli } from '../../support/cli.ts';
import { until } from '../../support/patience.ts';

const schemaFile = 'examples/firewall/event.avsc';
const events = 2_000;

let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let api: { readonly child: ChildProcess; readonly url: string };
const children: ChildProcess[] = [];

const environment = (): Record<string, string> => ({
  KAFKA_BOOTSTRAP: kafka.bootstrap,
  TEMPORAL_ADDRESS: temporal.address,
  MILLRACE_TENANT: 'acme',
  MILLRACE_TUNING: 'dev',
  MILLRACE_LOG: 'fatal',
  MILLRACE_API_PORT: '0',
});

/** Starts one process of the system by its command; resolves with the line that says that it is ready. */
async function start(part: string): Promise<{ child: ChildProcess; url: string }> {
  const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, part], {
    env: { ...process.env, ...environment() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`millrace ${part} ended with ${code}`)));
  ended.catch(() => {});
  const [line] = await Promise.race([once(child.stdout!, 'data'), ended]);
  const announced = JSON.parse(String(line)) as { ready: boolean; url?: string };
  assert.equal(announced.ready, true);
  return { child, url: announced.url ?? '' };
}

const millrace = (args: string, stdin = ''): Promise<Ran> => spawnCli(args.split(' '), { env: environment(), stdin });

async function good(args: string, stdin = ''): Promise<string> {
  const ran = await millrace(args, stdin);
  assert.equal(ran.code, 0, `millrace ${args}\n${ran.err}`);
  return ran.out;
}

async function http(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await fetch(new URL(path, api.url), {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}

before(async () => {
  [kafka, temporal] = await Promise.all([startKafka(), startTemporal()]);
  await ensureTopics({ bootstrap: kafka.bootstrap }, [{ topic: 'acme.firewall', partitions: 4 }]);
  await Promise.all([start('worker'), start('host')]);
  api = await start('api');
});

after(async () => {
  const gone = children.map((c) => (c.exitCode === null && c.signalCode === null ? once(c, 'exit') : null));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(gone);
  await Promise.all([kafka.close(), temporal.close()]);
});

const type = avsc.Type.forSchema(JSON.parse(eventSchema) as avsc.Schema);
interface Event {
  readonly event_id: string;
  readonly action: string;
  readonly geo: { readonly country: string | null };
}
const sent = [...generateEvents({ seed: 7, count: events })];
const decoded = sent.map((body) => type.fromBuffer(body) as Event);

/** Buffer.toJSON has been called already. */
function bytesAsBase64(_key: string, value: unknown): unknown {
  const { type: kind, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return kind === 'Buffer' && Array.isArray(data) ? Buffer.from(data).toString('base64') : value;
}

test('produce writes JSON lines as Avro, tail decodes the same bytes', async () => {
  const lines = decoded.map((e) => JSON.stringify(e, bytesAsBase64)).join('\n');
  assert.equal(
    await good(`produce acme.firewall --schema ${schemaFile} --key event_id`, lines),
    `${events} records written to acme.firewall\n`,
  );
  const out = await good(`tail acme.firewall --schema ${schemaFile} --from earliest --no-follow -o json`);
  const records = out
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l));
  const ids = new Map(records.map((r) => [r.value.event_id, r]));
  assert.equal(ids.size, events);
  for (const event of decoded) assert.equal(ids.get(event.event_id)?.key, event.event_id);
  assert.ok(new Set(records.map((r) => r.partition)).size > 1, 'keys spread over partitions');
  const limited = await good('tail acme.firewall --from earliest --limit 3');
  assert.equal(limited.trim().split('\n').length, 3);
});

test('generated events are those of the example, so many as asked for, and go on where the topic ends', async () => {
  await good('produce acme.generated --create 3 --generate firewall --rate 1000 --limit 150');
  assert.equal(
    await good('produce acme.generated --generate firewall --limit 50 -o json'),
    '{\n  "topic": "acme.generated",\n  "records": 50\n}\n',
  );
  const out = await good(`tail acme.generated --schema ${schemaFile} --from earliest --no-follow`);
  const ids = out
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l).event_id as string);
  const made = [...generateEvents({ seed: 1, count: 200 })].map((body) => (type.fromBuffer(body) as Event).event_id);
  assert.deepEqual(ids.sort(), made);
});

test('Ctrl-C ends the making of events in good order: what was told is written', async () => {
  const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
  const args = ['produce', 'acme.until', '--create', '1', '--generate', 'firewall', '--rate', '500'];
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  await until(
    'some are written',
    async () => (await millrace('tail acme.until --from earliest --no-follow')).out !== '',
  );
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'close'), [0, null]);
  const written = (await good('tail acme.until --from earliest --no-follow')).trimEnd().split('\n').length;
  assert.equal(told, `${written} records written to acme.until\n`);
});

test('a line that does not fit the schema is told by its number, and nothing after it is written', async () => {
  const ran = await millrace(`produce acme.firewall --schema ${schemaFile}`, '{"event_id": 5}\n');
  assert.equal(ran.code, 3);
  assert.match(ran.err, /Line 1: .*\n {2}\/event_id: 5 is no string/s);
});

test('plan, apply and wait bring the examples to life, and the output is exactly what the query keeps', async () => {
  const files = '-f examples/stream.yaml -f examples/job.yaml';
  const planned = await millrace(`plan ${files}`);
  assert.equal(planned.code, 1, planned.err);
  assert.match(planned.out, /stream acme\/firewall: create\njob acme\/denied: create/);
  const applied = await good(`apply ${files} --wait --timeout 60s`);
  assert.match(applied, /job acme\/denied runs as asked \(revision 1\)/);
  const again = await millrace(`plan ${files}`);
  assert.equal(again.code, 0, again.out + again.err);
  await good('wait job/denied --for lag=0 --timeout 60s');
  const out = await good('tail acme.denied --from earliest --no-follow');
  const ids = out
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l).event_id as string);
  const kept = decoded.filter((e) => e.action === 'deny' && e.geo.country !== null && e.geo.country !== 'US');
  assert.deepEqual(ids.sort(), kept.map((e) => e.event_id).sort());
  const described = await good('describe job denied');
  assert.match(described, /State +running/);
  const queried = await spawnCli(
    [
      'query',
      '--topic',
      'acme.firewall',
      '--schema',
      schemaFile,
      '--sql',
      "SELECT event_id FROM x WHERE action = 'deny'",
    ],
    { env: environment() },
  );
  assert.equal(queried.out.trim().split('\n').length, decoded.filter((e) => e.action === 'deny').length);
});

test('the API reads, checks and changes the same jobs', async () => {
  const path = '/v1/tenants/acme/jobs/denied';
  const read = await http('GET', path);
  assert.equal(read.status, 200);
  assert.equal(read.headers.get('etag'), '"1"');
  assert.equal(read.body.state, 'running');

  const spec = { sql: 'SELECT event_id, nope FROM firewall', sink: { kafka: { topic: 'acme.denied' } } };
  const wrong = await http('PUT', path, { spec });
  assert.equal(wrong.status, 422);
  assert.equal(wrong.body.code, 'invalid_sql');
  assert.equal(wrong.body.errors[0].pointer, '/spec/sql');
  assert.deepEqual(wrong.body.errors[0].position, { line: 1, column: 18, length: 4 });

  const better = { ...read.body.spec, sql: "SELECT event_id FROM firewall WHERE action = 'deny'" };
  assert.equal((await http('PUT', path, { spec: better }, { 'if-match': '"9"' })).status, 412);
  assert.equal((await http('PUT', `${path}?dryRun=true`, { spec: better })).body.verdict, 'drain_replace');
  const changed = await http('PUT', path, { spec: better }, { 'if-match': '"1"', 'idempotency-key': 'change-1' });
  assert.equal(changed.status, 202);
  assert.equal(changed.headers.get('etag'), '"2"');
  await good('wait job/denied --for revision=2');
  await good('wait job/denied --for state=running');
  const repeated = await http('PUT', path, { spec: better }, { 'if-match': '"1"', 'idempotency-key': 'change-1' });
  assert.equal(repeated.body.revision, 2, 'the same key, the same answer');
  assert.equal((await http('GET', '/v1/tenants/acme/jobs/none')).body.code, 'not_found');
});

test('what happened to the job is told by the API and the command line, page by page', async () => {
  const path = '/v1/tenants/acme/jobs/denied/history';
  let whole: HistoryEntry[] = [];
  // A job doesn't wait for the writing of its history.
  await until('all of it is written', async () => {
    whole = (await http('GET', path)).body.items;
    return whole[0]?.kind === 'transition' && whole[0].to === 'running' && whole[0].revision === 2;
  });
  assert.deepEqual(
    whole.map((e) => e.seq),
    whole.map((_, i) => whole.length - i),
    'each entry once, the newest first',
  );
  const [created] = whole.slice(-1);
  assert.ok(whole.length >= 4 && whole.every((e) => e.life === created!.life));
  const change = whole.find((e) => e.requestId === 'change-1' && e.kind === 'request');
  assert.equal(change?.revision, 2);
  const paged: HistoryEntry[] = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await http('GET', `${path}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    paged.push(...page.body.items);
    cursor = page.body.next;
  }
  assert.deepEqual(paged, whole);
  assert.deepEqual(JSON.parse(await good('history job denied -o json')), { items: whole.toReversed() });
  assert.equal((await http('GET', `${path}?cursor=nonsense`)).body.code, 'invalid_spec');
  assert.equal((await millrace('history job never-there')).code, 4);
});

test('a stream stays while a job reads it, and goes after the jobs have drained', async () => {
  assert.equal((await millrace('delete stream firewall')).code, 5);
  assert.equal((await http('DELETE', '/v1/tenants/acme/jobs/denied')).status, 202);
  await good('delete job large-transfers --wait');
  await good('wait job/denied --for state=stopped');
  assert.equal((await millrace('get job denied')).code, 4);
  await until('its end is written', async () => / draining → stopped /.test(await good('history job denied --tail 1')));
  for (let tries = 0; ; tries++) {
    // The list of readers comes from Temporal's visibility store, which follows by a moment.
    const { status } = await http('DELETE', '/v1/tenants/acme/streams/firewall');
    if (status === 204) break;
    assert.ok(status === 409 && tries < 50, `answered ${status}`);
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.equal((await millrace('get stream firewall')).code, 4);
});

test('while Temporal is away the API lives and answers 503; it comes back by itself', async () => {
  await temporal.stop();
  assert.equal((await http('GET', '/healthz')).status, 200);
  const away = await http('GET', '/readyz');
  assert.equal(away.status, 503);
  assert.ok(away.headers.get('retry-after'));
  await temporal.restart();
  for (let tries = 0; (await http('GET', '/readyz')).status !== 200; tries++) assert.ok(tries < 20);
});

test('SIGTERM ends the API in good order', async () => {
  api.child.kill('SIGTERM');
  const [code] = await once(api.child, 'exit');
  assert.equal(code, 0);
});
