/** Names of several deployments that share a Kafka cluster and a Temporal namespace: none of one is ever another's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import {
  auditTopic,
  controlQueue,
  defaultDeployment,
  deploymentPattern,
  groupId,
  historyWorkflowId,
  hostQueue,
  hostsQueue,
  isTransactionalIdOf,
  jobWorkflowId,
  outcomesWorkflowId,
  planWorkflowId,
  releaseQueue,
  rolloutsQueue,
  rolloutWorkflowId,
  streamWorkflowId,
  transactionalId,
} from '../../../src/contracts/names.ts';

/** Every one looks like a part of some name below. */
const parts = ['a', 'a-b', 'job', 'plan', 'stream', 'audit', 'control', 'hosts', 'host', 'millrace', 'rollout', 'a-g1'];

test('no two deployments share a name of any kind, whatever their tenants, jobs and hosts are called', () => {
  const owners = new Map<string, string>();
  for (const deployment of [...parts, 'millrace-hosts']) {
    const names = [auditTopic, controlQueue, rolloutsQueue, hostsQueue].map((name) => name(deployment));
    for (const a of parts) {
      names.push(hostQueue(deployment, a, 'life'), releaseQueue(deployment, a), rolloutWorkflowId(deployment, a));
      for (const b of parts) {
        const key = { deployment, tenant: a, job: b };
        names.push(groupId(key), transactionalId({ ...key, generation: 1, index: 0 }));
        names.push(jobWorkflowId(deployment, a, b), streamWorkflowId(deployment, a, b));
        names.push(outcomesWorkflowId(deployment, a, b));
        // A request id may be anything, another deployment's workflow id too.
        for (const c of ['r', 'b:job/a/b']) {
          names.push(planWorkflowId(deployment, a, b, c), historyWorkflowId(deployment, a, b, c));
        }
      }
    }
    for (const name of names) {
      const owner = owners.get(name);
      assert.ok(owner === undefined || owner === deployment, `${name} is ${owner}'s and ${deployment}'s`);
      owners.set(name, deployment);
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
