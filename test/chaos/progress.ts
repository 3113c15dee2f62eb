/** How far a job has come, by what Kafka says alone: Temporal may be away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { patienceMs } from '../support/patience.ts';
import { patiently, pollMs } from './patience.ts';
import { readCommitted, readEnds } from './read.ts';
import type { Run } from './run.ts';

/** Whether all that stands before these ends of the input is committed. */
export async function isCommitted(
  run: Pick<Run, 'world' | 'names' | 'producer' | 'former'>,
  ends: readonly number[],
): Promise<boolean> {
  const { world, names, producer, former } = run;
  const committed = await patiently('read', () =>
    readCommitted(world.kafka.bootstrap, names, producer.partitions, former?.newId),
  );
  return ends.every((end, p) => committed[p]! >= end);
}

/** Resolves when every partition is read as far as it is written now. Throws where one isn't, however long it is waited for. */
export async function untilCommitted(run: Run): Promise<void> {
  const began = performance.now();
  const ends = await patiently('read', () => readEnds(run.world.kafka.bootstrap, run.names.input));
  while (!(await isCommitted(run, ends))) {
    if (performance.now() - began > patienceMs) throw new Error('not all of the input is committed that is there');
    await sleep(pollMs);
  }
  run.timeline.note(
    `what was in ${ends.length} partitions is committed after ${Math.round(performance.now() - began)} ms`,
  );
}
