/** Which topics a task reads, and how many partitions of each: the workflow's word, whatever its own broker tells. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster, SourceTopic } from '../../../../src/pipeline/kafka/cluster.ts';
import { topicsToRead } from '../../../../src/pipeline/runtime/positions.ts';
import { idOf, kept } from '../../../support/positions.ts';

/** A cluster whose topics all have six partitions by now. */
const cluster = {
  topic: async (topic: string): Promise<SourceTopic> => ({ topic, id: idOf(topic), partitions: 6 }),
} as Cluster;

const prepared = ['own', 'other', 'new'].map((topic) => ({ topic, id: idOf(topic), partitions: 4 }));

const read = async (unknown?: readonly string[]) =>
  (await topicsToRead(cluster, prepared, kept({ own: { 0: '1' } }), unknown)).map((t) => [t.topic, t.partitions]);

test('of topics that its order does not tell of, a task reads those that the workflow does not know, as they are, and no others', async () => {
  assert.deepEqual(await read(['new']), [
    ['own', 4],
    ['new', 6],
  ]);
  assert.deepEqual(await read([]), [['own', 4]]);
});

test('an order that does not say which topics are unknown is one of which all may be', async () => {
  assert.deepEqual(await read(), [
    ['own', 4],
    ['other', 6],
    ['new', 6],
  ]);
});
