/** Where a task's partitions stand, put together by topic: to be committed, or told. */
import { at, put } from '../../contracts/by-name.ts';
import type { Positions } from '../../contracts/positions.ts';
import type { TopicCommit } from '../kafka/api/offset-commit.ts';
import type { ReadTopic } from './positions.ts';
import type { InputPartition } from './source.ts';

/** What is to be committed of these places; `topics`: by name. */
export function commitsOf(
  places: readonly Pick<InputPartition, 'topic' | 'topicId' | 'partition' | 'position' | 'epoch'>[],
  topics: ReadonlyMap<string, ReadTopic>,
): Map<string, TopicCommit> {
  const commits = new Map<string, TopicCommit & { offsets: Map<number, { offset: number; leaderEpoch: number }> }>();
  for (const { topic, topicId, partition, position, epoch } of places) {
    let commit = commits.get(topic);
    if (commit === undefined) {
      commit = { note: { topicId, begun: topics.get(topic)?.begun ?? 0 }, offsets: new Map() };
      commits.set(topic, commit);
    }
    commit.offsets.set(partition, { offset: position, leaderEpoch: epoch });
  }
  return commits;
}

export function positionsOf(
  places: readonly Pick<InputPartition & { offset: number }, 'topic' | 'topicId' | 'partition' | 'offset'>[],
): Positions {
  const positions: Record<string, { id: string; offsets: Record<number, string> }> = {};
  for (const { topic, topicId, partition, offset } of places) {
    const there = at(positions, topic) ?? { id: topicId, offsets: {} };
    there.offsets[partition] = String(offset);
    put(positions, topic, there);
  }
  return positions;
}
