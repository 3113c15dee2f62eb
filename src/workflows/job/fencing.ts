/** Which generations' tasks may still hold a transactional id that is good. Pure; who fences whom is in contracts/fencing.ts. */
import { indexes } from '../../contracts/fencing.ts';
import { transactionalId } from '../../contracts/names.ts';
import type { GenerationRef } from '../../contracts/task.ts';
import { keyOf } from './run.ts';
import type { JobData } from './state.ts';

/** Those that a generation's tasks must fence: by reference, since its tasks and theirs make up to 65,000 pairs each. */
export const formerOf = (job: JobData, { generation }: GenerationRef): GenerationRef[] =>
  suspects(job).filter((g) => g.generation < generation);

/** Every id of these generations. */
export function allIds(job: JobData, generations: readonly GenerationRef[]): string[] {
  return generations.flatMap(({ generation, tasks }) =>
    indexes(tasks).map((index) => transactionalId({ ...keyOf(job), generation, index })),
  );
}

/** The last confirmed generation, which fenced all before it, and those begun since; by reference, for it is sent to tasks. */
export function suspects({ confirmed, unconfirmed }: JobData): GenerationRef[] {
  const all = confirmed === null ? unconfirmed : [confirmed, ...unconfirmed];
  return all.map(({ generation, tasks }) => ({ generation, tasks }));
}
