/**
 * Kafka behind TLS and SASL, on a real broker: a job passes every record exactly once through each way of reaching it, and where one
 * side refuses the other, the error says which one, what, and what to look at.
 */
import assert from 'node:assert/strict';
import { tracingChannel } from 'node:diagnostics_channel';
import { after, before, test } from 'node:test';
import type { Connection } from '@platformatic/kafka';
import { type KafkaAccess, kafkaAccess } from '../../../src/contracts/kafka-access.ts';
import { NoAnswer } from '../../../src/pipeline/kafka/broker-error.ts';
import { Authority } from '../../support/certificates.ts';
import { onCluster, patiently } from '../../support/on-cluster.ts';
import { until } from '../../support/patience.ts';
import { SecuredKafka, user } from '../../support/secured-kafka.ts';
import { TokenIssuer, tokenClient } from '../../support/token-issuer.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../pipeline/support/bench-of-tasks.ts';

/** Of the issuer's tokens. */
const tokenSeconds = 10;
/** Of a login by SCRAM-SHA-512. */
const reauthMs = 10_000;

let issuer: TokenIssuer;
let secured: SecuredKafka;
let ca: string;
let password: string;
let clientSecret: string;
before(async () => {
  issuer = await TokenIssuer.start(tokenSeconds);
  secured = await SecuredKafka.start({ issuer, reauthMs });
  ca = await secured.file('ca.pem', secured.authority.ca);
  password = await secured.file('password', `${user.password}\n`);
  clientSecret = await secured.file('client-secret', `${tokenClient.secret}\n`);
});
after(async () => {
  await closeRunners();
  await secured.close();
  await issuer.close();
});

const byPassword = (mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512', reference = password) =>
  ({ mechanism, username: user.name, password: reference }) as const;
const byToken = ({ of = issuer, reference = clientSecret }: { of?: TokenIssuer; reference?: string } = {}) =>
  ({
    mechanism: 'OAUTHBEARER',
    tokenEndpoint: of.tokenEndpoint,
    clientId: tokenClient.id,
    clientSecret: reference,
  }) as const;

const ways: Readonly<Record<string, () => Promise<KafkaAccess>>> = {
  TLS: async () => secured.at('TLS', { tls: { ca } }),
  'TLS with a certificate of the client': async () => secured.at('MTLS', { tls: { ca, ...(await secured.client()) } }),
  'SASL PLAIN': async () => secured.at('PLAIN', { tls: { ca }, sasl: byPassword('PLAIN') }),
  'SCRAM-SHA-256': async () => secured.at('SCRAM', { tls: { ca }, sasl: byPassword('SCRAM-SHA-256') }),
  'SCRAM-SHA-512': async () => secured.at('SCRAM', { tls: { ca }, sasl: byPassword('SCRAM-SHA-512') }),
  OAUTHBEARER: async () => secured.at('OAUTH', { tls: { ca }, sasl: byToken() }),
};

const total = (offsets: ReadonlyMap<number, number>): number => [...offsets.values()].reduce((a, b) => a + b, 0);

for (const [way, reach] of Object.entries(ways)) {
  test(`${way}: a job passes every record exactly once`, async () => {
    const access = kafkaAccess.parse(await reach());
    const job = await JobUnderTest.create(secured.kafka.bootstrap);
    const runner = job.runner('h1', { main: access });
    const task = job.identity(1);
    const run = runner.run(job.runOrder(task, await patiently(() => runner.prepare(job.order(task)))), () => {});
    await job.produce(0, 2_000);
    await until('all of it is committed', async () => total(await job.committed()) >= 2_000);
    runner.drain(task, 'order');
    assert.equal((await run).kind, 'drained');
    assertExactlyOnce(await job.read(job.output, 2_000), 0, 2_000);
  });
}

/** SaslHandshake: one for each login, the first and those that follow. */
const handshakeKey = 17;

/** Counts logins by connection, of all that are opened to this listener until it ends. */
function countLogins({ bootstrap }: KafkaAccess): {
  readonly of: ReadonlyMap<Connection, number>;
  readonly end: () => void;
} {
  const of = new Map<Connection, number>();
  const channel = tracingChannel('plt:kafka:connections:api');
  const count = (context: unknown): void => {
    const { apiKey, connection } = context as { readonly apiKey: number; readonly connection: Connection };
    if (apiKey === handshakeKey && bootstrap.endsWith(`:${connection.port}`))
      of.set(connection, (of.get(connection) ?? 0) + 1);
  };
  channel.start.subscribe(count);
  return { of, end: () => channel.start.unsubscribe(count) };
}

const again = ['SCRAM-SHA-512', 'OAUTHBEARER'] as const;

test('every connection of a running task logs in again in time, and nothing is lost, repeated or begun anew', async (t) => {
  // Beside each other: most of it is waiting.
  await Promise.all(again.map((way) => t.test(way, () => longRun(way))));
});

async function longRun(way: (typeof again)[number]): Promise<void> {
  const job = await JobUnderTest.create(secured.kafka.bootstrap);
  const access = kafkaAccess.parse(await ways[way]!());
  const runner = job.runner(way, { main: access });
  const task = job.identity(1);
  const tokens = issuer.given;
  const logins = countLogins(access);
  const run = runner.run(job.runOrder(task, await patiently(() => runner.prepare(job.order(task)))), () => {});
  let made = 0;
  await until('every connection has logged in three times', async () => {
    await job.produce(made, made + 200);
    made += 200;
    return [...logins.of.values()].every((times) => times >= 3);
  });
  await until('all of it is committed', async () => total(await job.committed()) >= made);
  logins.end();
  assert.ok(logins.of.size >= 3, 'it fetches, produces and asks over connections of their own');
  for (const { status } of logins.of.keys()) assert.match(status, /^(connected|reauthenticating)$/);
  if (way === 'OAUTHBEARER') assert.ok(issuer.given >= tokens + 2, 'tokens are asked for anew');
  runner.drain(task, 'order');
  assert.equal((await run).kind, 'drained');
  assertExactlyOnce(await job.read(job.output, made), 0, made);
}

async function refused(access: KafkaAccess): Promise<string> {
  const error = await onCluster(access, (cluster) => cluster.look([])).catch((e: unknown) => e);
  assert.ok(error instanceof NoAnswer, `${JSON.stringify(access)}: ${error}`);
  return error.message;
}

test('whoever refuses is named, with what was refused and what to look at', async (t) => {
  const strangers = await Authority.create('Strangers');
  const stranger = await secured.file('stranger.pem', strangers.ca);
  const wrong = await secured.file('wrong', 'hunter2');
  const others = await TokenIssuer.start(tokenSeconds);
  t.after(() => others.close());
  const client = (of: Authority, expired = false) =>
    of.sign({ commonName: user.name, expired }).then((certificate) => secured.client(certificate));
  const oauth = (sasl: ReturnType<typeof byToken>) => secured.at('OAUTH', { tls: { ca }, sasl });
  for (const [access, said] of [
    [secured.at('TLS', { tls: { ca: stranger } }), /Millrace refused the broker's certificate: .*tls\.ca/],
    [secured.at('TLS', { tls: {} }), /Millrace refused the broker's certificate/],
    [secured.at('EXPIRED', { tls: { ca } }), /Millrace refused the broker's certificate: certificate has expired/],
    [
      secured.at('ELSEWHERE', { tls: { ca } }),
      /Millrace refused the broker's certificate: .*127\.0\.0\.1 is not in the cert/,
    ],
    [secured.at('MTLS', { tls: { ca } }), /the broker refused the client's certificate .*shown no certificate/],
    [
      secured.at('MTLS', { tls: { ca, ...(await client(secured.authority, true)) } }),
      /the broker refused the client's certificate .*the one of tls\.cert/,
    ],
    [
      secured.at('MTLS', { tls: { ca, ...(await client(strangers)) } }),
      /the broker refused the client's certificate .*the one of tls\.cert/,
    ],
    [secured.at('PLAINTEXT', { tls: { ca } }), /there is no TLS between them/],
    [
      secured.at('SCRAM', { tls: { ca }, sasl: byPassword('SCRAM-SHA-512', wrong) }),
      /the broker refused the login of alice by SCRAM-SHA-512: /,
    ],
    [
      secured.at('PLAIN', { tls: { ca }, sasl: byPassword('PLAIN', wrong) }),
      /the broker refused the login of alice by PLAIN: /,
    ],
    [
      secured.at('SCRAM', { tls: { ca }, sasl: byPassword('PLAIN') }),
      /the broker refused the login of alice by PLAIN: /,
    ],
    [oauth(byToken({ of: others })), /the broker refused the login of millrace by OAUTHBEARER: /],
    [
      oauth(byToken({ reference: wrong })),
      /\(the issuer of tokens http:\S+ refused the client millrace: it answered 401 \(invalid_client/,
    ],
    [
      oauth({ ...byToken(), tokenEndpoint: 'http://127.0.0.1:1/token' }),
      /\(the issuer of tokens http:\S+ can't be reached \(.*ECONNREFUSED/,
    ],
    [secured.at('TLS', { tls: { ca: 'file:/nowhere' } }), /the file \/nowhere can't be read \(ENOENT\)/],
    [secured.at('TLS', { tls: { ca: 'env:NOT_SET' } }), /the variable NOT_SET is not set/],
    [
      secured.at('SCRAM', { tls: { ca }, sasl: byPassword('SCRAM-SHA-512', 'file:/nowhere') }),
      /\(the file \/nowhere can't be read \(ENOENT\)\)/,
    ],
  ] as const) {
    const message = await refused(access);
    t.diagnostic(message);
    assert.match(message, said);
    for (const secret of [user.password, tokenClient.secret, 'hunter2', 'PRIVATE KEY'])
      assert.ok(!message.includes(secret), message);
  }
});

test('a password that was exchanged in its file holds from the next connection on', async () => {
  const reference = await secured.file('exchanged', 'hunter2');
  const access = secured.at('SCRAM', { tls: { ca }, sasl: byPassword('SCRAM-SHA-512', reference) });
  await onCluster(access, async (cluster) => {
    await assert.rejects(cluster.look([]), NoAnswer);
    await secured.file('exchanged', user.password);
    assert.equal((await cluster.look([])).brokers.length, 1);
  });
});
