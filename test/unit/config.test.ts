/** The environment → which cluster holds the audit topic. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlConfig } from '../../src/config.ts';
import { MillraceError } from '../../src/contracts/failure.ts';

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
