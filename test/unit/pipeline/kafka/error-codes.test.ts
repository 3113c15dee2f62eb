/** What becomes of each code that a broker may answer: whose it is, and the failure that a job is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureCode } from '../../../../src/contracts/failure.ts';
import { BrokerError, isFenced, isFinal, kafkaFailure } from '../../../../src/pipeline/kafka/broker-error.ts';
import { errorCodes, type Whose, whoseError } from '../../../../src/pipeline/kafka/error-codes.ts';

type Expected = readonly [whose: Whose, failure: FailureCode, codes: readonly number[]];

const expected: readonly Expected[] = [
  ['record', 'bad_record', [32, 87]],
  ['record', 'record_too_large', [10, 18]],
  ['owner', 'not_authorized', [29, 30, 31, 53, 58]],
  ['owner', 'topic_missing', [3]],
  ['owner', 'offset_out_of_range', [1]],
  ['owner', 'topic_mismatch', [17, 24, 33, 34, 35, 37, 38, 39, 40, 43, 44, 50, 54, 76, 97]],
  [
    'outage',
    'kafka_unavailable',
    [2, 5, 6, 7, 8, 9, 11, 13, 14, 15, 16, 19, 20, 41, 51, 52, 56, 57, 60, 74, 75, 78, 88, 89, 100],
  ],
  ['lost', 'kafka_unavailable', [-1, 4, 12, 21, 22, 23, 25, 26, 27, 28, 36, 42, 45, 46, 48, 55, 59, 119, 120]],
  ['successor', 'superseded', [47, 49, 90]],
];

for (const [whose, failure, codes] of expected) {
  for (const code of codes) {
    const name = errorCodes.find((e) => e.code === code)?.name;
    test(`${name} is ${whose}: ${failure}`, () => {
      const error = new BrokerError(code, 'Produce', 'to out/0');
      assert.equal(whoseError(code), whose);
      const { code: told, retry, message } = kafkaFailure(error, 'b:1');
      assert.deepEqual([told, retry], [failure, whose === 'outage' || whose === 'lost']);
      assert.ok(name !== undefined && message.includes(name));
      assert.equal(isFinal(error), whose === 'owner' && code !== 3);
      assert.equal(isFenced(error), whose === 'successor');
    });
  }
}

test('every code of the table is expected above, once', () => {
  const listed = expected.flatMap(([, , codes]) => codes);
  assert.deepEqual(
    listed.toSorted((a, b) => a - b),
    errorCodes.map((e) => e.code).toSorted((a, b) => a - b),
  );
});

test('a code that nobody knows yet is tried again', () => {
  assert.deepEqual(
    [whoseError(9_999), kafkaFailure(new BrokerError(9_999, 'Produce', ''), 'b:1').code],
    ['outage', 'kafka_unavailable'],
  );
});
