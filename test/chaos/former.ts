/**
 * The input topic that is deleted and made again under its name while the job and its operation go on. Owns what is known of
 * the former one, and how the output of both is told apart: numbers go on, offsets begin anew.
 */
import { type Evidence, findDifferences, findDisorder, type Input } from './checker.ts';
import { patiently } from './patience.ts';
import { readEvidence } from './read.ts';
import type { Run } from './run.ts';
import { recreate } from './topics.ts';

export interface Former {
  readonly inputs: readonly (readonly Input[])[];
  /** When nothing more was written to it; the job may have gone on until it was deleted. */
  readonly committed: readonly number[];
  /** By partition: the first number that is in the new one. */
  readonly end: readonly number[];
  /** Of the one that took its name. */
  readonly newId: string;
}

/** The producer waits meanwhile. */
export async function replaceInput(run: Run, absentMs: number): Promise<void> {
  const { world, names, producer, timeline, outputs } = run;
  const { bootstrap } = world.kafka;
  await producer.hold(async () => {
    const { inputs, committed } = await patiently('read', () =>
      readEvidence(bootstrap, names, producer.partitions, outputs.slice(0, 0)),
    );
    timeline.note(`${names.input} is deleted`);
    const newId = await recreate(bootstrap, names.input, producer.partitions, absentMs);
    run.former = { inputs, committed, end: [...producer.next], newId };
    timeline.note(`${names.input} is made again, as ${newId}`);
  });
}

/** What is wrong, in words, with the output of the former topic and of the present one. */
export function apart(former: Former, present: Evidence): string[] {
  const isFormer = ({ p, seq }: Evidence['rows'][number]): boolean => seq < (former.end[p] ?? 0);
  const old = present.rows.filter(isFormer);
  // All that was output of it counts as committed: its offsets are gone with it. So it must be a beginning without gaps.
  const committed = former.committed.map((offset, p) =>
    old.reduce((end, row) => (row.p === p ? Math.max(end, row.o + 1) : end), offset),
  );
  return [
    ...findDifferences({ inputs: former.inputs, rows: old, committed }).map((d) => `of the former topic: ${d}`),
    ...findDifferences({ ...present, rows: present.rows.filter((row) => !isFormer(row)) }),
    ...findDisorder(present.rows),
  ];
}
