/** Which transactional ids a task must fence before it may read its partitions' committed offsets. Pure. */
import { transactionalId } from './names.ts';
import type { GenerationRef, TaskIdentity } from './task.ts';

/**
 * The ids of every task of these generations that owned a partition of the task's.
 * Task i of n owns p ≡ i (mod n), task j of m owns p ≡ j (mod m): they share a partition iff i ≡ j (mod gcd(n, m)).
 */
export function fenceList(task: TaskIdentity, former: readonly GenerationRef[]): string[] {
  const { index, tasks } = task;
  return former.flatMap((g) => {
    const common = gcd(tasks, g.tasks);
    return indexes(g.tasks)
      .filter((j) => j % common === index % common)
      .map((j) => transactionalId({ ...task, generation: g.generation, index: j }));
  });
}

export const indexes = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
