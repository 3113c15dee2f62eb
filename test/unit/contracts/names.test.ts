/** Names of several deployments that share a Kafka cluster and a Temporal namespace: none of one is ever another's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import * as names from '../../../src/contracts/names.ts';
import {
  auditTopic,
  defaultDeployment,
  deploymentPattern,
  groupId,
  hostQueue,
  isTransactionalIdOf,
  jobWorkflowId,
  transactionalId,
} from '../../../src/contracts/names.ts';

/** Every one looks like a part of some name below. */
const parts = ['a', 'a-b', 'job', 'plan', 'stream', 'audit', 'control', 'hosts', 'host', 'millrace', 'rollout', 'a-g1'];

/** What is named by a key, and not by the deployment and the parts behind it. */
const byKey: Readonly<Record<string, (key: names.JobKey) => string>> = {
  groupId: names.groupId,
  transactionalId: (key) => names.transactionalId({ ...key, generation: 1, index: 0 }),
};
/** What names nothing outside by itself: what is said within a deployment's topic, queue or attribute, and questions about names. */
const inside = [
  ...['auditKey', 'rolloutKey', 'streamKey', 'topicKey', 'hostIdentity'],
  ...['hostOf', 'isTransactionalIdOf', 'transactionalIdPattern', 'fitsPattern', 'fitAttribute'],
];

type Name = (deployment: string, a: string, b: string, c: string) => string;
/** Every other function of names.ts: one that is added is asked like these, and fails where it needs to be told of above. */
const named: readonly (readonly [string, Name])[] = Object.entries(names).flatMap(([kind, name]) => {
  if (typeof name !== 'function' || inside.includes(kind)) return [];
  const ofKey = byKey[kind];
  const call: Name = ofKey ? (deployment, tenant, job) => ofKey({ deployment, tenant, job }) : (name as Name);
  return [[kind, call]];
});

test('what the functions of names are sorted by are functions of names', () => {
  const functions = Object.entries(names).flatMap(([kind, name]) => (typeof name === 'function' ? [kind] : []));
  assert.deepEqual(
    [...Object.keys(byKey), ...inside].filter((kind) => !functions.includes(kind)),
    [],
  );
});

test('every name outside begins with its deployment', () => {
  for (const [kind, name] of named) assert.match(name('staging', 'a', 'b', 'c'), /^staging[.:]/, kind);
});

test('no two deployments share a name of any kind, whatever their tenants, jobs and hosts are called', () => {
  const owners = new Map<string, string>();
  for (const deployment of [...parts, 'millrace-hosts']) {
    for (const [kind, name] of named) {
      for (const a of parts) {
        for (const b of parts) {
          // A request id may be anything, another deployment's workflow id too.
          for (const c of ['r', 'b:job/a/b']) {
            const text = name(deployment, a, b, c);
            const owner = owners.get(text);
            assert.ok(
              owner === undefined || owner === deployment,
              `${kind}: ${text} is ${owner}'s and ${deployment}'s`,
            );
            owners.set(text, deployment);
          }
        }
      }
    }
  }
});

test('no two kinds of one deployment share a name', () => {
  const kinds = new Map<string, string>();
  for (const [kind, name] of named) {
    for (const a of parts) {
      const text = name(defaultDeployment, a, 'b', 'c');
      assert.ok((kinds.get(text) ?? kind) === kind, `${text} is of kind ${kinds.get(text)} and ${kind}`);
      kinds.set(text, kind);
    }
  }
});

test("a transactional id is its job's in its own deployment and in no other", () => {
  const job = { deployment: 'staging', tenant: 'acme', job: 'denied' };
  const id = transactionalId({ ...job, generation: 3, index: 1 });
  assert.equal(id, 'staging.acme.denied-g3-1');
  assert.ok(isTransactionalIdOf(job, id));
  assert.ok(!isTransactionalIdOf({ ...job, deployment: defaultDeployment }, id));
});

test("the default deployment's groups, ids, topic and workflows are called as the documents say", () => {
  const job = { deployment: defaultDeployment, tenant: 'acme', job: 'denied' };
  assert.equal(groupId(job), 'millrace.acme.denied');
  assert.equal(transactionalId({ ...job, generation: 1, index: 0 }), 'millrace.acme.denied-g1-0');
  assert.equal(auditTopic(defaultDeployment), 'millrace.audit');
  assert.equal(jobWorkflowId(defaultDeployment, 'acme', 'denied'), 'job/acme/denied');
  assert.equal(jobWorkflowId('staging', 'acme', 'denied'), 'staging:job/acme/denied');
  assert.equal(hostQueue(defaultDeployment, 'h1', '0a1b2c3d'), 'millrace.host.h1.0a1b2c3d');
});

test('the longest names fit what Kafka takes', () => {
  const long = (max: number): string => 'a'.repeat(max);
  const deployment = long(limits.deploymentCharsMax);
  assert.match(deployment, deploymentPattern);
  const job = { deployment, tenant: long(limits.nameCharsMax), job: long(limits.nameCharsMax) };
  assert.ok(transactionalId({ ...job, generation: 2 ** 53 - 1, index: limits.tasksMax }).length <= 249);
});
