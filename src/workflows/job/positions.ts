/** Positions that the workflow keeps, for a start that finds the group's offsets gone. Pure: how they come and go is in steps/. */
import type { Positions } from '../../contracts/task.ts';

/** What is known now, and what was known of all other partitions. */
export function mergePositions(old: Positions, fresh: Positions): Positions {
  const topics = Object.entries(fresh).map(([topic, at]) => [topic, { ...old[topic], ...at }] as const);
  return { ...old, ...Object.fromEntries(topics) };
}

/**
 * Those of the partitions of task `index` of `tasks`: every task's order carries its own, and all orders together must
 * fit one message. Of a topic without any of them one other stays, which tells that the job has read the topic.
 */
export function positionsOf(positions: Positions, index: number, tasks: number): Positions {
  const topics = Object.entries(positions).map(([topic, at]) => {
    const kept = Object.entries(at);
    const own = kept.filter(([partition]) => Number(partition) % tasks === index);
    return [topic, Object.fromEntries(own.length > 0 ? own : kept.slice(0, 1))] as const;
  });
  return Object.fromEntries(topics);
}
