/** What tasks tell of their job's topics: what of it counts, in which state, and what becomes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import { jobStates } from '../../../src/contracts/status.ts';
import type { TopicChange } from '../../../src/contracts/topic-change.ts';
import { changesOf, changesText, hear } from '../../../src/workflows/job/topics.ts';
import { jobIn } from './jobs.ts';

const grown: TopicChange = { topic: 'in', use: 'read', fact: 'partitions', from: 2, to: 4 };

test('only what tasks of the generation that runs have told is left to do, in every state', () => {
  for (const state of jobStates) {
    const job = jobIn(state);
    hear(job, { generation: 1, changes: [grown] });
    const runs = state === 'running' || state === 'updating';
    assert.deepEqual(changesOf(job), runs ? [grown] : [], state);
    hear(job, { generation: 2, changes: [{ ...grown, to: 5 }] });
    assert.deepEqual(changesOf(job), [], `${state}: the next generation has told`);
    hear(job, { generation: 1, changes: [grown] });
    assert.equal(job.topics?.generation, 2, 'late words of an earlier one are over');
  }
});

test('however much is told, it is bounded', () => {
  const job = jobIn('running');
  hear(job, { generation: 1, changes: Array.from({ length: 10_000 }, () => ({ ...grown, topic: 'x'.repeat(249) })) });
  assert.equal(changesOf(job).length, limits.topicChangesMax);
  assert.equal(changesText(changesOf(job)).length, limits.reasonCharsMax);
});
