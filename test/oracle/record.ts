/**
 * Asks the oracles and keeps their answers in test/oracle/answers: `node test/oracle/record.ts [avro] [sql]`. Needs Java and
 * Maven. Run it when the generators learn something new, and look at what changes.
 */
import fc from 'fast-check';
import { answers, keepAnswers } from './answers.ts';
import { AvroForJava } from './avro/java.ts';
import { pairs, questionOf } from './avro/pair.ts';
import type { RecordedPair } from './avro/recorded.ts';
import { type Answer, Calcite } from './sql/calcite.ts';
import { cases } from './sql/case.ts';
import { difference, isExcused, textOf } from './sql/compare.ts';
import { evaluate } from './sql/ours.ts';
import type { RecordedCase } from './sql/recorded.ts';

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

/** Only what ours agrees with or must come to agree with: answers that differ in the order of evaluation are left out. */
async function recordSql(): Promise<void> {
  const calcite = await Calcite.start();
  const kept: RecordedCase[] = [];
  for (const { expressions, bodies, question } of fc.sample(cases, { numRuns: 300, seed })) {
    const answered = await calcite.evaluate(question);
    const chosen: number[] = [];
    for (const [i, expression] of expressions.entries()) {
      const answer = answered[i]!;
      if ('refused' in answer) continue;
      const found = difference(expression, answer, evaluate(expression.text, bodies));
      if (found !== undefined) {
        if (await isExcused(found, question, calcite, (text) => evaluate(text, bodies))) continue;
        console.log(`ours differs: ${textOf(found)}`);
      }
      chosen.push(i);
    }
    kept.push({
      kinds: chosen.map((i) => expressions[i]!.kind),
      expressions: chosen.map((i) => expressions[i]!.text),
      bodies: bodies.map((body) => body.toString('hex')),
      rows: question.rows,
      answers: chosen.map((i) => shortened(answered[i]!)),
    });
  }
  await calcite.close();
  keepAnswers('sql', kept);
}

/** Of an error only that it is one. */
const shortened = (answer: Answer): Answer =>
  'refused' in answer
    ? answer
    : { values: answer.values.map((v) => (typeof v === 'object' && v !== null ? { error: v.error.slice(0, 40) } : v)) };

const recorders: Readonly<Record<string, () => Promise<void>>> = { avro: recordAvro, sql: recordSql };
const wanted = process.argv.slice(2);
for (const [name, record] of Object.entries(recorders)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await record();
  console.log(`${name}: ${answers(name).length} answers`);
}
