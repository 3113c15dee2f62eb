/** Who owns a topic that several want to write, as far as its claims tell. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import {
  type ClaimTopic,
  claimed,
  isStale,
  standingOf,
  type TopicClaims,
} from '../../../src/contracts/topic-claims.ts';

const asks = (tenant: string, job: string, version = 0): ClaimTopic => ({ requestId: 'r', tenant, job, version });
const later = limits.topicClaimMs;

test('a topic that is claimed is held while its job may be on its way; then the job is asked', () => {
  const claims = claimed(null, asks('acme', 'j'), 0);
  assert.equal(standingOf(null, 'evil', 0), 'free');
  assert.equal(standingOf(claims, 'acme', 0), 'free');
  assert.equal(standingOf(claims, 'evil', later - 1), 'held');
  assert.equal(standingOf(claims, 'evil', later), 'ask');
});

test('a claim of another tenant that has not seen the last one is stale, one of its own tenant never', () => {
  const claims = claimed(claimed(null, asks('acme', 'a'), 0), asks('acme', 'b'), 1);
  assert.deepEqual([claims.jobs, claims.version], [['a', 'b'], 2]);
  assert.ok(isStale(claims, asks('evil', 'j', 1)));
  assert.ok(!isStale(claims, asks('evil', 'j', 2)));
  assert.ok(!isStale(claims, asks('acme', 'c', 0)));
  assert.deepEqual(claimed(claims, asks('evil', 'j', 2), 5).jobs, ['j']);
});

test('more jobs than are remembered make a topic held: not all of its writers can be asked', () => {
  let claims: TopicClaims | null = null;
  for (let i = 0; i <= limits.topicClaimsKept; i++) claims = claimed(claims, asks('acme', `j${i}`), 0);
  assert.equal(claims?.jobs.length, limits.topicClaimsKept);
  assert.equal(standingOf(claims, 'evil', 2 * later), 'held');
});
