/** What counts as a change of topics: by what a task knows and what brokers tell at this moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addedPartitions, sinkChanges } from '../../../../src/pipeline/runtime/topic-changes.ts';
import type { Sight } from '../../../../src/pipeline/runtime/topic-watch.ts';

const sight = (partitions: number, id = 'id', bytes?: number, isOwn = true): Sight => ({
  topics: new Map([['t', { id, leaders: Array.from({ length: partitions }, () => 1) }]]),
  maxMessageBytes: new Map(bytes === undefined ? [] : [['t', { bytes, isOwn }]]),
});
const nothing: Sight = { topics: new Map(), maxMessageBytes: new Map() };
const read = [{ topic: 't', id: 'id', partitions: 4 }];
const written = [{ ...read[0]!, bounds: { topicBytes: 1_000, batchBytes: 900 }, isOwnBound: true }];
const byDefault = written.map((t) => ({ ...t, isOwnBound: false }));

test('partitions count that were added to the topic that is read', () => {
  assert.deepEqual(addedPartitions(read, sight(6)), [{ topic: 't', use: 'read', fact: 'partitions', from: 4, to: 6 }]);
  assert.deepEqual(addedPartitions(read, sight(4)), []);
  assert.deepEqual(addedPartitions(read, sight(3)), [], 'a broker that is behind');
  assert.deepEqual(addedPartitions(read, sight(6, 'another')), [], 'a topic that was made again is no growth');
  assert.deepEqual(addedPartitions(read, nothing), [], 'a topic that is gone');
});

test('of what is written count its partitions, and the batches that it takes', () => {
  const partitions = (to: number) => ({ topic: 't', use: 'written', fact: 'partitions', from: 4, to });
  assert.deepEqual(sinkChanges(written, sight(6, 'id', 1_000)), [partitions(6)]);
  assert.deepEqual(sinkChanges(written, sight(3, 'id', 1_000)), [], 'a broker that is behind');
  assert.deepEqual(sinkChanges(written, sight(3, 'another', 1_000)), [partitions(3)], 'it is written by its name');
  assert.deepEqual(sinkChanges(written, sight(4, 'another', 1_000)), []);
  for (const to of [500, 2_000]) {
    assert.deepEqual(sinkChanges(written, sight(4, 'id', to)), [
      { topic: 't', use: 'written', fact: 'max.message.bytes', from: 1_000, to },
    ]);
  }
  assert.deepEqual(sinkChanges(written, sight(4)), [], 'whose configuration may not be read');
  assert.deepEqual(sinkChanges(written, nothing), []);
  assert.equal(sinkChanges(written, sight(4, 'id', 2_000, false)).length, 1, 'what it had of its own is taken back');
  assert.equal(sinkChanges(byDefault, sight(4, 'id', 2_000)).length, 1);
  assert.deepEqual(sinkChanges(byDefault, sight(4, 'id', 2_000, false)), [], 'another broker has another default');
});
