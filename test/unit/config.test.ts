/** The environment → configuration: what is taken, and how a mistake is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientConfig, controlConfig, hostConfig } from '../../src/config.ts';
import { MillraceError } from '../../src/contracts/failure.ts';
import { limits } from '../../src/contracts/limits.ts';

const clusters = (...names: string[]) =>
  JSON.stringify(Object.fromEntries(names.map((n, i) => [n, `127.0.0.1:${9_000 + i}`])));

test('the audit topic is on the cluster that is named, else on main or the only one', () => {
  const of = (env: Record<string, string>): string => controlConfig(env).auditCluster;
  assert.equal(of({}), 'main');
  assert.equal(of({ MILLRACE_CLUSTERS: clusters('east') }), 'east');
  assert.equal(of({ MILLRACE_CLUSTERS: clusters('east', 'main') }), 'main');
  assert.equal(of({ MILLRACE_CLUSTERS: clusters('east', 'main'), MILLRACE_AUDIT_CLUSTER: 'east' }), 'east');
});

test('where it can not be known which, the variable and the clusters are named', () => {
  for (const more of [{}, { MILLRACE_AUDIT_CLUSTER: 'north' }]) {
    assert.throws(
      () => controlConfig({ MILLRACE_CLUSTERS: clusters('east', 'west'), ...more }),
      (e) => e instanceof MillraceError && /MILLRACE_AUDIT_CLUSTER .* east, west/.test(e.message),
    );
  }
});

test("the deployment's name is millrace where none is named, and checked where one is", () => {
  assert.equal(controlConfig({}).deployment, 'millrace');
  assert.equal(controlConfig({ MILLRACE_DEPLOYMENT: 'prod-eu' }).deployment, 'prod-eu');
  for (const name of ['', 'Prod', 'a.b', 'a:b', 'a/b', '-a', '1a', 'a_b', 'a'.repeat(33)]) {
    assert.throws(
      () => clientConfig({ MILLRACE_DEPLOYMENT: name }),
      (e) => e instanceof MillraceError && /MILLRACE_DEPLOYMENT is wrong/.test(e.message),
      name,
    );
  }
});

test('topics that begin with an underscore are reserved where no others are named', () => {
  const of = (env: Record<string, string>): readonly string[] => controlConfig(env).reservedTopics;
  assert.deepEqual(of({}), ['_*']);
  assert.deepEqual(of({ MILLRACE_RESERVED_TOPICS: '_schemas,raw.*' }), ['_schemas', 'raw.*']);
  assert.deepEqual(of({ MILLRACE_RESERVED_TOPICS: '' }), []);
  assert.throws(() => of({ MILLRACE_RESERVED_TOPICS: 'a*b' }), /MILLRACE_RESERVED_TOPICS/);
});

test("the default deployment's own topic is kept from the jobs of others, and what is named", () => {
  const of = (env: Record<string, string>): readonly string[] => controlConfig(env).privateTopics;
  assert.deepEqual(of({ MILLRACE_DEPLOYMENT: 'staging' }), ['millrace.audit']);
  assert.deepEqual(of({ MILLRACE_PRIVATE_TOPICS: 'west.audit,secret.*' }), ['west.audit', 'secret.*']);
  assert.throws(() => of({ MILLRACE_PRIVATE_TOPICS: 'a*b' }), /MILLRACE_PRIVATE_TOPICS/);
});

test('a host is in no rack where none is named', () => {
  assert.equal(hostConfig({}).rack, '');
  assert.equal(hostConfig({ MILLRACE_RACK: 'eu-west-1a' }).rack, 'eu-west-1a');
  assert.throws(() => hostConfig({ MILLRACE_RACK: 'r'.repeat(256) }), /MILLRACE_RACK is wrong/);
});

test("in production a host's tasks have the longer to be taken up again, the more it takes; in development it is to be noticed soon that one is gone", () => {
  assert.equal(hostConfig({ MILLRACE_SLOTS: '400' }).tuning.takeUpMs, 400 * limits.takeUpMsPerTask);
  assert.equal(hostConfig({ MILLRACE_SLOTS: '400', MILLRACE_TUNING: 'dev' }).tuning.takeUpMs, undefined);
});

test('a cluster is its bootstrap servers, or an object of these and how they are reached; secrets are references', () => {
  const of = (main: unknown): unknown => controlConfig({ MILLRACE_CLUSTERS: JSON.stringify({ main }) }).clusters['main'];
  const bootstrap = 'kafka-1:9093,kafka-2:9093';
  assert.deepEqual(of(bootstrap), { bootstrap });
  assert.deepEqual(of({ bootstrap, tls: true }), { bootstrap, tls: {} });
  const sasl = { mechanism: 'SCRAM-SHA-512', username: 'millrace', password: 'env:KAFKA_PASSWORD' };
  assert.deepEqual(of({ bootstrap, tls: { ca: 'file:/ca.pem' }, sasl }), { bootstrap, tls: { ca: 'file:/ca.pem' }, sasl });
  for (const [wrong, said] of [
    [{ bootstrap: 'kafka' }, /main/],
    [{ bootstrap, sasl: { ...sasl, password: 'hunter2' } }, /never the secret itself/],
    [{ bootstrap, sasl: { ...sasl, mechanism: 'GSSAPI' } }, /main/],
    [{ bootstrap, tls: { cert: 'file:/c.pem' } }, /belong together/],
    [{ bootstrap, tls: { insecure: true } }, /main/],
  ] as const) {
    assert.throws(
      () => of(wrong),
      (e) => e instanceof MillraceError && said.test(e.message) && !e.message.includes('hunter2'),
      JSON.stringify(wrong),
    );
  }
});
