/** Whoever waits hears the answer of whom it waits for: timeouts stand in the order of who waits for whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../../src/contracts/limits.ts';

test('each timeout on the way to Kafka is longer than those it waits for', () => {
  const order = [
    'produceSlowMs',
    'secondBrokerMs',
    'connectMs',
    'produceMs',
    'requestMs',
    'taskRetryMs',
    'transactionTimeoutMs',
  ] as const;
  const values = order.map((name) => limits[name]);
  assert.deepEqual(
    values,
    [...new Set(values)].sort((a, b) => a - b),
  );
  assert.ok(limits.fetchWaitMsMax < limits.requestMs);
});
