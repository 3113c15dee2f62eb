/** The environment → configuration: what is taken, and how a mistake is told. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const of = (main: unknown): unknown =>
    controlConfig({ MILLRACE_CLUSTERS: JSON.stringify({ main }) }).clusters['main'];
  const bootstrap = 'kafka-1:9093,kafka-2:9093';
  assert.deepEqual(of(bootstrap), { bootstrap });
  assert.deepEqual(of({ bootstrap, tls: true }), { bootstrap, tls: {} });
  const sasl = { mechanism: 'SCRAM-SHA-512', username: 'millrace', password: 'env:KAFKA_PASSWORD' };
  assert.deepEqual(of({ bootstrap, tls: { ca: 'file:/ca.pem' }, sasl }), {
    bootstrap,
    tls: { ca: 'file:/ca.pem' },
    sasl,
  });
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

/** A configuration file with this content, for as long as `use` runs. */
function withFile(content: string, use: (path: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-config-'));
  const path = join(directory, 'millrace.yaml');
  try {
    writeFileSync(path, content);
    use(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('a variable wins over the file, which wins over the default', () => {
  const content = 'deployment: staging\nhost: { slots: 7, rack: a }\ntopics: { reserved: [raw.*] }\n';
  withFile(content, (MILLRACE_CONFIG) => {
    const { deployment, slots, rack, reservedTopics, privateTopics } = hostConfig({
      MILLRACE_CONFIG,
      MILLRACE_RACK: 'b',
    });
    assert.deepEqual([deployment, slots, rack], ['staging', 7, 'b']);
    assert.deepEqual([reservedTopics, privateTopics], [['raw.*'], ['millrace.audit']]);
  });
});

test('a variable that names one cluster wins over the clusters of the file', () => {
  withFile('kafka: { clusters: { east: east:9092, west: west:9092 }, auditCluster: west }', (MILLRACE_CONFIG) => {
    assert.deepEqual(controlConfig({ MILLRACE_CONFIG }).clusters, {
      east: { bootstrap: 'east:9092' },
      west: { bootstrap: 'west:9092' },
    });
    const KAFKA_BOOTSTRAP = '127.0.0.1:9';
    const { clusters: known } = controlConfig({ MILLRACE_CONFIG, KAFKA_BOOTSTRAP, MILLRACE_AUDIT_CLUSTER: 'main' });
    assert.deepEqual(known, { main: { bootstrap: KAFKA_BOOTSTRAP } });
  });
});

test('every mistake of a file is told with its line, its column and its path, and no secret with it', () => {
  for (const [content, ...said] of [
    ['host:\n  slots: many\n', /line 2, column 3, host\.slots: .*number/],
    ['host:\n  slot: 7\n', /line 2, column 3, host\.slot: there is no such setting: is it slots\?/],
    ['hosts: {}\n', /line 1, column 1, hosts: there is no such setting: is it host\?/],
    ['host: { slots: 0 }\napi: { port: 70000 }\n', /line 1, column 9, host\.slots: .*; line 2, column 8, api\.port: /],
    [
      'kafka: { clusters: { a: a:1, b: b:1 }, auditCluster: c }',
      /column 40, kafka\.auditCluster: one of the clusters: a, b/,
    ],
    ['kafka: { clusters: { a: a:1, b: b:1 } }', /kafka\.auditCluster: one of the clusters: a, b/],
    [
      'kafka:\n  clusters:\n    main:\n      bootstrap: a:1\n      sasl: { mechanism: PLAIN, username: u, password: hunter2 }\n',
      /line 5, column \d+, kafka\.clusters\.main\.sasl\.password: a reference: .*never the secret itself/,
    ],
    ['temporal: { apiKey: hunter2 }', /line 1, column 13, temporal\.apiKey: a reference/],
    ['temporal: { tls: { cert: file:/c } }', /temporal\.tls\.cert: temporal\.tls\.key \(TEMPORAL_\w+\) belongs to it/],
    ['a: [', /line \d+, column \d+: /],
    ['- 1\n', /line 1, column 1/],
  ] as const) {
    withFile(content, (MILLRACE_CONFIG) => {
      assert.throws(
        () => controlConfig({ MILLRACE_CONFIG }),
        (e) =>
          e instanceof MillraceError &&
          e.message.startsWith(`The configuration ${MILLRACE_CONFIG} is wrong: `) &&
          said.every((each) => each.test(e.message)) &&
          !e.message.includes('hunter2'),
        content,
      );
    });
  }
  assert.throws(
    () => controlConfig({ MILLRACE_CONFIG: '/nowhere.yaml' }),
    /\/nowhere\.yaml, .* can't be read \(ENOENT\)/,
  );
});

test("Temporal's secrets are references, by its own variables too", () => {
  const env = {
    TEMPORAL_API_KEY: 'hunter2',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/ca.pem',
    TEMPORAL_TLS_CLIENT_CERT_PATH: '/c.pem',
    TEMPORAL_TLS_CLIENT_KEY_PATH: '/c.key',
  };
  const { address, namespace, deployment, ...rest } = clientConfig(env);
  assert.deepEqual([address, namespace, deployment], ['127.0.0.1:7233', 'default', 'millrace']);
  assert.deepEqual(rest, {
    apiKey: 'env:TEMPORAL_API_KEY',
    tls: { ca: 'file:/ca.pem', cert: 'file:/c.pem', key: 'file:/c.key' },
  });
  assert.equal(clientConfig({ TEMPORAL_API_KEY: 'file:/key' }).apiKey, 'file:/key');
  assert.deepEqual(clientConfig({ TEMPORAL_API_KEY: 'hunter2', TEMPORAL_TLS: 'false' }).tls, undefined);
  assert.deepEqual(clientConfig({ TEMPORAL_TLS: 'true' }).tls, {});
  assert.deepEqual(clientConfig({ TEMPORAL_API_KEY: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' }).tls, undefined);
  assert.throws(() => clientConfig({ TEMPORAL_TLS: 'yes' }), /TEMPORAL_TLS is wrong/);
  assert.throws(() => clientConfig({ TEMPORAL_TLS_CLIENT_KEY_PATH: '/k' }), /TEMPORAL_TLS_CLIENT_CERT_PATH/);
});
