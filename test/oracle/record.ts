/**
 * Asks the oracles and keeps their answers in test/oracle/answers: `node test/oracle/record.ts [avro] [sql]`. Needs Java and
 * Maven. Run it when the generators learn something new, and look at what changes.
 */
import fc from 'fast-check';
import { answers, keepAnswers } from './answers.ts';
import { AvroForJava } from './avro/java.ts';
import { pairs, questionOf } from './avro/pair.ts';
import type { RecordedPair } from './avro/recorded.ts';

/** The same cases every time, until the generators change. */
const seed = 20260101;

async function recordAvro(): Promise<void> {
  const java = await AvroForJava.start();
  const cases: RecordedPair[] = [];
  for (const pair of fc.sample(pairs, { numRuns: 2500, seed })) {
    const question = questionOf(pair);
    const answer = await java.read(question);
    // Of an error only that it is one.
    cases.push({ ...question, answer: 'error' in answer ? { error: answer.error.slice(0, 80) } : answer });
  }
  await java.close();
  keepAnswers('avro', cases);
}

const recorders: Readonly<Record<string, () => Promise<void>>> = { avro: recordAvro };
const wanted = process.argv.slice(2);
for (const [name, record] of Object.entries(recorders)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await record();
  console.log(`${name}: ${answers(name).length} answers`);
}
