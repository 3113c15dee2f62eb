/**
 * Kafka behind TLS and SASL, on a real broker: a job passes every record exactly once through each way of reaching it, and where one
 * side refuses the other, the error says which one, what, and what to look at.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type KafkaAccess, kafkaAccess } from '../../../src/contracts/kafka-access.ts';
import { NoAnswer } from '../../../src/pipeline/kafka/broker-error.ts';
import { onCluster } from '../../support/on-cluster.ts';
import { until } from '../../support/patience.ts';
import { SecuredKafka, user } from '../../support/secured-kafka.ts';
import { assertExactlyOnce, closeRunners, JobUnderTest } from '../pipeline/support/bench-of-tasks.ts';

let secured: SecuredKafka;
let ca: string;
let password: string;
before(async () => {
  secured = await SecuredKafka.start();
  ca = await secured.file('ca.pem', secured.authority.ca);
  password = await secured.file('password', `${user.password}\n`);
});
after(async () => {
  await closeRunners();
  await secured.close();
});

const byPassword = (mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512', reference = password) =>
  ({ mechanism, username: user.name, password: reference }) as const;

const ways: Readonly<Record<string, () => Promise<KafkaAccess>>> = {
  TLS: async () => secured.at('TLS', { tls: { ca } }),
  'TLS with a certificate of the client': async () => secured.at('MTLS', { tls: { ca, ...(await secured.client()) } }),
  'SASL PLAIN': async () => secured.at('PLAIN', { tls: { ca }, sasl: byPassword('PLAIN') }),
  'SCRAM-SHA-256': async () => secured.at('SCRAM', { tls: { ca }, sasl: byPassword('SCRAM-SHA-256') }),
  'SCRAM-SHA-512': async () => secured.at('SCRAM', { tls: { ca }, sasl: byPassword('SCRAM-SHA-512') }),
};

for (const [way, reach] of Object.entries(ways)) {
  test(`${way}: a job passes every record exactly once`, async () => {
    const access = kafkaAccess.parse(await reach());
    const job = await JobUnderTest.create(secured.kafka.bootstrap);
    const runner = job.runner('h1', { main: access });
    const task = job.identity(1);
    const run = runner.run(job.runOrder(task, await runner.prepare(job.order(task))), () => {});
    await job.produce(0, 2_000);
    await until(
      'all of it is committed',
      async () => [...(await job.committed()).values()].reduce((a, b) => a + b, 0) >= 2_000,
    );
    runner.drain(task, 'order');
    assert.equal((await run).kind, 'drained');
    assertExactlyOnce(await job.read(job.output, 2_000), 0, 2_000);
  });
}

async function refused(access: KafkaAccess): Promise<string> {
  const error = await onCluster(access, (cluster) => cluster.look([])).catch((e: unknown) => e);
  assert.ok(error instanceof NoAnswer, String(error));
  return error.message;
}

test('whoever refuses is named, with what was refused and what to look at', async () => {
  const stranger = await secured.file(
    'stranger.pem',
    (await (await import('../../support/certificates.ts')).Authority.create()).ca,
  );
  const wrong = await secured.file('wrong', 'wrong');
  for (const [access, said] of [
    [secured.at('TLS', { tls: { ca: stranger } }), /Millrace refused the broker's certificate: .*tls\.ca/],
    [secured.at('TLS', { tls: {} }), /Millrace refused the broker's certificate/],
    [secured.at('MTLS', { tls: { ca } }), /the broker refused the client's certificate .*shown no certificate/],
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
    [secured.at('TLS', { tls: { ca: 'file:/nowhere' } }), /the file \/nowhere can't be read \(ENOENT\)/],
    [secured.at('TLS', { tls: { ca: 'env:NOT_SET' } }), /the variable NOT_SET is not set/],
  ] as const) {
    const message = await refused(access);
    assert.match(message, said);
    assert.ok(!message.includes(user.password));
  }
});
