/**
 * How many partitions one job reads at most: as many as its workflow has room for the positions of, in its state and in what it sends
 * to all tasks of a generation at once. In the same words where a spec is planned, where it is accepted, and where a generation begins.
 */
import { jsonBytes } from './json-bytes.ts';
import { limits } from './limits.ts';
import { type Refusal, refusedAt } from './task-bounds.ts';

/** Topic → its partitions. */
export type PartitionCounts = Readonly<Record<string, number>>;

/** As long as offsets get: numbers beyond are none that JavaScript counts in. */
const longestOffset = String(Number.MAX_SAFE_INTEGER);

/**
 * Which part of that room a topic takes. The state tells the topic once and each partition's offset; the orders of as many tasks as
 * there are partitions tell each the topic and one offset, and those of fewer tasks are shorter.
 */
export function roomTaken(topic: string, partitions: number): number {
  const offsets = { [Math.max(0, partitions - 1)]: longestOffset };
  const first = jsonBytes({ [topic]: { id: 'x'.repeat(22), begun: partitions, partitions, offsets } });
  const kept = first + (partitions - 1) * jsonBytes(offsets);
  return Math.max(kept / limits.positionsBytesMax, (partitions * first) / limits.sentPositionsBytesMax);
}

/** Null where a job can read all of them. */
export function beyondPositions(path: string, topics: PartitionCounts): Refusal | null {
  const all = Object.entries(topics);
  const taken = all.reduce((sum, [topic, partitions]) => sum + roomTaken(topic, partitions), 0);
  if (taken <= 1) return null;
  const partitions = all.reduce((sum, [, n]) => sum + n, 0);
  const fit = Math.floor(partitions / taken);
  const message = `the job would read ${partitions} partitions of ${all.length === 1 ? 'one topic' : `${all.length} topics`}, and its workflow has room for the positions of about ${fit} such`;
  return refusedAt(
    'invalid_spec',
    path,
    message,
    'read some of its topics in another job, or topics of fewer partitions',
  );
}
