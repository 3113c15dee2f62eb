/** The check of a run: reads what is there, compares it, and throws with everything that is wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Evidence, findDifferences } from './checker.ts';
import { apart } from './former.ts';
import { patiently } from './patience.ts';
import { readEvidence } from './read.ts';
import type { Run } from './run.ts';
import { findMistakes } from './story.ts';

/** Throws with everything that is wrong with the output as it is now. */
export async function check(run: Run): Promise<void> {
  const { world, producer, names, outputs, timeline } = run;
  await producer.free();
  // What is acknowledged from here on need not be read.
  const acknowledged = producer.acknowledged.map((ranges) => [...ranges]);
  const read = (): Promise<Evidence> =>
    patiently('read', () =>
      readEvidence(world.kafka.bootstrap, names, producer.partitions, outputs, run.former?.newId),
    );
  let evidence = await read();
  // A commit is acknowledged before its markers are written, and a reader waits for those.
  for (let tries = 0; tries < 10 && lost(acknowledged, evidence).length > 0; tries++) {
    await sleep(500);
    evidence = await read();
  }
  const count = evidence.inputs.reduce((n, records) => n + records.length, 0);
  timeline.note(`${count} inputs, ${evidence.rows.length} rows, committed ${evidence.committed.join(' ')}`);
  const differences = run.former === null ? findDifferences(evidence) : apart(run.former, evidence);
  if (evidence.rows.length === 0) differences.push('nothing is output');
  // The check of the check: what Kafka has acknowledged is in the input.
  differences.push(...lost(acknowledged, evidence));
  if (differences.length > 0) throw new Error(differences.slice(0, 20).join('\n'));
}

/** What was acknowledged, as ranges by partition, and is not there. */
function lost(acknowledged: readonly (readonly (readonly [number, number])[])[], { inputs }: Evidence): string[] {
  const missing: string[] = [];
  for (const [p, ranges] of acknowledged.entries()) {
    const seqs = new Set(inputs[p]!.map((i) => i.seq));
    for (const [from, to] of ranges)
      for (let seq = from; seq < to; seq++) if (!seqs.has(seq)) missing.push(`Kafka lost input ${p} number ${seq}`);
  }
  return missing;
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
