/** The check of a run: reads what is there, compares it, and throws with everything that is wrong. */
import { findDifferences } from './checker.ts';
import { patiently } from './patience.ts';
import { readEvidence } from './read.ts';
import type { Run } from './run.ts';
import { findMistakes } from './story.ts';

/** Throws with everything that is wrong with the output as it is now. */
export async function check(run: Run): Promise<void> {
  const { world, producer, names, outputs, timeline } = run;
  const evidence = await patiently('read', () =>
    readEvidence(world.kafka.bootstrap, names, producer.partitions, outputs),
  );
  const count = evidence.inputs.reduce((n, records) => n + records.length, 0);
  timeline.note(`${count} inputs, ${evidence.rows.length} rows, committed ${evidence.committed.join(' ')}`);
  const differences = findDifferences(evidence);
  if (evidence.rows.length === 0) differences.push('nothing is output');
  // The check of the check: what Kafka has acknowledged is in the input.
  for (const [p, ranges] of producer.acknowledged.entries()) {
    const seqs = new Set(evidence.inputs[p]!.map((i) => i.seq));
    for (const [from, to] of ranges)
      for (let seq = from; seq < to; seq++) if (!seqs.has(seq)) differences.push(`Kafka lost input ${p} number ${seq}`);
  }
  if (differences.length > 0) throw new Error(differences.slice(0, 20).join('\n'));
}

/** Throws with everything that is wrong with the history of a run's job, which has stopped. */
export async function checkHistory({ job, names, timeline }: Run): Promise<void> {
  const entries = await job.history();
  timeline.note(`${entries.length} entries of history`);
  const mistakes = findMistakes(entries, names.input);
  if (mistakes.length === 0) return;
  for (const e of entries) timeline.note(`history: ${JSON.stringify(e)}`);
  throw new Error(mistakes.join('\n'));
}
