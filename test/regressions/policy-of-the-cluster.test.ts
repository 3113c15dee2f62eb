/** What the cluster's policy is against is the owner's matter, told with Kafka's own words: no outage that is tried again and again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify } from '../../src/activities/classify.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { brokerForTests } from '../integration/pipeline/support/kafka.ts';
import { uniqueName } from '../support/servers.ts';

const bootstrap = brokerForTests();

test('POLICY_VIOLATION: a topic that the controller does not make is a mismatch, not an outage', async () => {
  // More records than a controller takes for one request of a user's.
  const wanted = { topic: uniqueName('large'), partitions: 10_001 };
  const error = await ensureTopics({ bootstrap: bootstrap() }, [wanted]).then(
    () => assert.fail('it was made'),
    (e: unknown) => e,
  );
  const { code, retry, message } = classify(error, `creating the topic ${wanted.topic}`);
  assert.deepEqual([code, retry], ['topic_mismatch', false]);
  assert.match(message, /Excessively large number of partitions/);
});
