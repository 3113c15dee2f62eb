/** Which transactional ids a task must fence before it may read its partitions' committed offsets. Pure. */
import { transactionalId } from '../../contracts/names.ts';
import type { GenerationRef, JobData } from './state.ts';

/**
 * The ids of every earlier task that may still hold a good one and owned a partition of task `index` of `tasks`.
 * Task i of n owns p ≡ i (mod n), task j of m owns p ≡ j (mod m): they share a partition iff i ≡ j (mod gcd(n, m)).
 */
export function fenceList(job: JobData, generation: GenerationRef, index: number): string[] {
  return suspects(job)
    .filter((g) => g.generation < generation.generation)
    .flatMap((g) => {
      const common = gcd(generation.tasks, g.tasks);
      return indexes(g.tasks)
        .filter((j) => j % common === index % common)
        .map((j) => transactionalId(job.tenant, job.name, g.generation, j));
    });
}

/** Every id of these generations. */
export function allIds(job: JobData, generations: readonly GenerationRef[]): string[] {
  return generations.flatMap((g) =>
    indexes(g.tasks).map((j) => transactionalId(job.tenant, job.name, g.generation, j)),
  );
}

/** The last confirmed generation, which fenced all before it, and those begun since. */
export const suspects = (job: JobData): GenerationRef[] =>
  job.confirmed === null ? job.unconfirmed : [job.confirmed, ...job.unconfirmed];

const indexes = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
