/**
 * Temporal behind mTLS (its development server has none: a proxy of Node's TLS stands in front), with payloads that are encrypted, and Kafka
 * behind SCRAM; all of it by one configuration file. A job lives there as anywhere; certificates are exchanged under it; and nothing that
 * was written down holds a secret, nor, in Temporal, a spec or SQL.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { streams } from '../../../examples/demo/jobs.ts';
import { MillraceClient } from '../../../src/client/client.ts';
import { clientOptions } from '../../../src/client/credentials.ts';
import { loadPayloadCodec } from '../../../src/client/payload-codec.ts';
import { clientConfig } from '../../../src/config.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import type { JobDocumentInput } from '../../../src/contracts/spec.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import { Authority, type Certificate } from '../../support/certificates.ts';
import { spawnCli } from '../../support/cli.ts';
import { patiently } from '../../support/on-cluster.ts';
import { patienceMs, until } from '../../support/patience.ts';
import { SecuredKafka, user } from '../../support/secured-kafka.ts';
import { TlsFront } from '../../support/tls-front.ts';
import { openPart, type Part } from '../../support/workers.ts';
import { assertExactlyOnce, deniedJob, isCaughtUp, isGone, load } from '../../support/world.ts';

const [acme] = streams as [(typeof streams)[number]];
const codecPath = fileURLToPath(new URL('../../../examples/encryption/codec.mjs', import.meta.url));
/** Never to be seen in anything that is written down. */
const secrets = { apiKey: 'api-key-4711', wrongPassword: 'hunter2-4712', password: user.password };
/** Never to be seen in what Temporal keeps. */
const marker = 'marked4713';

const marked = deniedJob('marked', { tasks: { min: 1, max: 1 } });
const { tenant, name } = marked.document.metadata;
const document: JobDocumentInput = {
  ...marked.document,
  spec: { ...marked.document.spec, sql: `${marked.document.spec.sql} /* ${marker} */` },
};

let kafka: SecuredKafka;
let temporal: EmbeddedTemporal;
let authority: Authority;
let front: TlsFront;
let config: string;
/** Paths of the keys of payloads, and of who signed the server's certificate. */
let keys: string;
let ca: string;
let client: MillraceClient;
let codec: PayloadCodec;
const parts: Part[] = [];

/** Writes a file, and answers a reference to it. */
const put = (file: string, content: string): Promise<string> => kafka.file(file, content);
const pathOf = (reference: string): string => reference.slice('file:'.length);
async function putClient({ cert, key }: Certificate): Promise<{ readonly cert: string; readonly key: string }> {
  return { cert: await put('temporal-client.pem', cert), key: await put('temporal-client.key', key) };
}

before(async () => {
  kafka = await SecuredKafka.start();
  temporal = await startTemporal({ onProgress: () => {} });
  authority = await Authority.create('Temporal');
  const own = await authority.sign({ commonName: 'front' });
  front = await TlsFront.open({ own, ca: authority.ca, target: Number(temporal.address.split(':').at(-1)) });
  keys = pathOf(await put('payload-keys', `k1 ${randomBytes(32).toString('base64')}\n`));
  ca = pathOf(await put('temporal-ca.pem', authority.ca));
  process.env['PAYLOAD_KEYS'] = keys;
  const kafkaCa = await put('kafka-ca.pem', kafka.authority.ca);
  const at = (password: string) =>
    kafka.at('SCRAM', { tls: { ca: kafkaCa }, sasl: { mechanism: 'SCRAM-SHA-512', username: user.name, password } });
  const content = {
    temporal: {
      address: front.address,
      apiKey: await put('api-key', secrets.apiKey),
      codec: codecPath,
      tls: { ca: `file:${ca}`, ...(await putClient(await authority.sign({ commonName: 'first' }))) },
    },
    kafka: {
      clusters: {
        main: at(await put('password', secrets.password)),
        west: at(await put('wrong', secrets.wrongPassword)),
      },
      auditCluster: 'main',
    },
    host: { tuning: 'dev', threads: 1 },
    log: 'trace',
  };
  config = pathOf(await put('millrace.json', JSON.stringify(content)));
  client = new MillraceClient(await clientOptions(clientConfig({ MILLRACE_CONFIG: config })));
  codec = (await loadPayloadCodec(codecPath))!;
  await ensureTopics({ bootstrap: kafka.kafka.bootstrap }, [acme]);
  for (const kind of ['control', 'host'] as const) parts.push(await openPart(kind, { MILLRACE_CONFIG: config }));
});
after(async () => {
  await Promise.all(parts.map((part) => part.close()));
  await client?.close();
  await front?.close();
  await Promise.all([temporal?.close(), kafka?.close()]);
});

/** Every event of every workflow, as the server has it: nothing is decoded. */
async function rawHistories(): Promise<unknown[]> {
  const connection = await Connection.connect({ address: temporal.address });
  const { workflowService } = connection;
  const { namespace } = temporal;
  const { executions } = await workflowService.listWorkflowExecutions({ namespace, pageSize: 1_000 });
  const histories: unknown[] = [];
  for (const listed of executions ?? []) {
    histories.push(listed);
    const execution = listed.execution ?? null;
    // Ours are shorter than a page of this size.
    const { history } = await workflowService.getWorkflowExecutionHistory({
      namespace,
      execution,
      maximumPageSize: 10_000,
    });
    histories.push(...(history?.events ?? []));
  }
  await connection.close();
  return histories;
}

/** All that can be read in a value, with payloads as they are, or as the codec shows them. */
async function textOf(value: unknown, shown: (payload: Payload) => Promise<Payload>): Promise<string> {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return String(value);
  const isPayload = 'metadata' in value && 'data' in value;
  const own = isPayload ? await shown(value as Payload) : value;
  return (
    await Promise.all(Object.entries(own).map(async ([key, each]) => `${key} ${await textOf(each, shown)}`))
  ).join(' ');
}

const decrypted = async (payload: Payload): Promise<Payload> => {
  const isOurs = Buffer.from(payload.metadata?.['encoding'] ?? '').toString() === 'binary/encrypted';
  return isOurs ? (await codec.decode([payload]))[0]! : payload;
};

test('a job lives behind mTLS, SCRAM and encryption; certificates are exchanged under it', async () => {
  // A machine that is short of time answers late.
  await patiently(() => client.applyStream(acme.document));
  await patiently(() => client.applyJob(document));
  const running = await client.waitForJob(tenant, name, isCaughtUp, { timeoutMs: patienceMs });
  const { bootstrap } = kafka.kafka;
  await load(bootstrap, 1_000);
  await putClient(await authority.sign({ commonName: 'second' }));
  const seconds = (): number => front.clients.filter((cn) => cn === 'second').length;
  await until('both processes and this one show the second certificate', async () => {
    await patiently(() => client.getJob(tenant, name));
    return seconds() >= 3;
  });
  front.refuse('first');
  await load(bootstrap, 1_000, 1_000);
  const status = await client.waitForJob(
    tenant,
    name,
    (s) => isCaughtUp(s) && s.tasks.some((t) => (t.report?.counters.recordsIn ?? 0) >= 2_000),
    { timeoutMs: patienceMs },
  );
  assert.equal(status.generation, running.generation, 'nothing was begun anew');
  await patiently(() => client.operateJob(tenant, name, { kind: 'pause' }));
  await patiently(() => client.operateJob(tenant, name, { kind: 'resume' }));
  await client.waitForJob(tenant, name, (s) => isCaughtUp(s) && s.generation > status.generation, {
    timeoutMs: patienceMs,
  });
  assert.ok((await client.listJobs({ tenant })).items.some((job) => job.name === name));
  assert.ok((await client.history(tenant, name)).items.length > 0);
  await patiently(() => client.operateJob(tenant, name, { kind: 'stop', mode: 'drain' }));
  await client.waitForJob(tenant, name, isGone, { timeoutMs: patienceMs });
  await assertExactlyOnce({ bootstrap }, marked, 2_000);
});

test('mistakes are told to who asks, in full; and what refuses Millrace is told with its side', async () => {
  const wrong = { ...document, spec: { ...document.spec, sql: `SELECT ${marker}x FROM firewall` } };
  await assert.rejects(
    client.applyJob({ ...wrong, metadata: { ...document.metadata, name: 'wrong' } }),
    (e) => e instanceof MillraceError && e.message.includes(`${marker}x`),
  );
  await client.applyStream({
    ...acme.document,
    metadata: { tenant, name: 'west' },
    spec: { ...acme.document.spec, topics: [{ cluster: 'west', topic: acme.topic }] },
  });
  const refused: JobDocumentInput = {
    ...document,
    metadata: { ...document.metadata, name: 'refused' },
    spec: {
      ...document.spec,
      sql: 'SELECT rule FROM west',
      sink: { kafka: { ...document.spec.sink.kafka, cluster: 'west' } },
    },
  };
  // Planning tries for as long as a caller waits, so that he may be told to ask again first.
  await until('the refusal is told', async () => {
    const error = await client.applyJob(refused).catch((e: unknown) => e);
    assert.ok(error instanceof MillraceError, String(error));
    return /the broker refused the login of alice by SCRAM-SHA-512/.test(error.message);
  });
});

test('the command line reads the same file, and says what Temporal refuses', async () => {
  const jobs = await spawnCli(['get', 'jobs', '-t', tenant], {
    env: { MILLRACE_CONFIG: config, PAYLOAD_KEYS: keys },
  });
  assert.equal(jobs.code, 0, jobs.err);
  const at = { TEMPORAL_ADDRESS: front.address, TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca };
  const { cert, key } = await kafka.client(
    await (await Authority.create('Strangers')).sign({ commonName: 'stranger' }),
  );
  const stranger = {
    TEMPORAL_TLS_CLIENT_CERT_PATH: pathOf(cert),
    TEMPORAL_TLS_CLIENT_KEY_PATH: pathOf(key),
  };
  for (const [env, said] of [
    [at, /the server refused the client's certificate .*shown no certificate, and temporal\.tls\.cert/],
    [
      { ...at, ...stranger },
      /the server ended the connection when it was shown the certificate of temporal\.tls\.cert/,
    ],
    [
      { TEMPORAL_ADDRESS: front.address, TEMPORAL_TLS: 'true' },
      /Millrace refused the server's certificate: .*temporal\.tls\.ca/,
    ],
    [{ TEMPORAL_ADDRESS: front.address }, /the server speaks TLS, and temporal\.tls is not set/],
    [{ ...at, TEMPORAL_ADDRESS: temporal.address }, /there is no TLS between them/],
    [{ ...at, TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere' }, /the file \/nowhere can't be read \(ENOENT\)/],
  ] as const) {
    const { code, err } = await spawnCli(['setup', '--check'], { env });
    assert.notEqual(code, 0);
    assert.match(err, said);
  }
});

test('no secret is in a log or a history, and Temporal holds neither specs nor SQL that can be read', async () => {
  const histories = await rawHistories();
  assert.ok(histories.length > 50, 'there is something to look at');
  const raw = await textOf(histories, async (payload) => payload);
  for (const word of [marker, 'SELECT', 'time_generated', 'writerSchema', 'millrace/v1']) {
    const at = raw.indexOf(word);
    assert.ok(at < 0, raw.slice(Math.max(0, at - 200), at + 100));
  }
  const read = await textOf(histories, decrypted);
  assert.ok(read.includes(marker) && read.includes('refused the login'), 'it is there for who has the key');
  const logs = parts.map((part) => part.said()).join('');
  assert.ok(logs.includes('polling'), 'they have said something');
  for (const [what, secret] of Object.entries({ ...secrets, key: 'PRIVATE KEY' })) {
    assert.ok(!read.includes(secret), `a history holds the ${what}`);
    assert.ok(!logs.includes(secret), `a log holds the ${what}`);
  }
});
