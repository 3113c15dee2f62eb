/** Generated expressions over generated rows: what ours makes of them beside what Apache Calcite does. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import fc, { type Parameters } from 'fast-check';
import { withoutJava } from '../../support/java.ts';
import { answers } from '../answers.ts';
import { announced } from '../seed.ts';
import { type Answer, Calcite, calcite } from './calcite.ts';
import { type Case, cases } from './case.ts';
import { difference, isExcused, textOf } from './compare.ts';
import { evaluate, evaluateTogether } from './ours.ts';
import type { RecordedCase } from './recorded.ts';

const missing = await withoutJava(calcite);
const live = missing === undefined ? {} : { skip: missing };
let oracle: Calcite | undefined;
before(async () => {
  if (missing === undefined) oracle = await Calcite.start();
});
after(() => oracle?.close());

type Evaluate = (texts: readonly string[], bodies: readonly Buffer[]) => readonly Answer[];
const each: Evaluate = (texts, bodies) => texts.map((text) => evaluate(text, bodies));

/** Asks Calcite about `runs` cases, and fails with the smallest in which `ours` differs. */
async function eachCase(
  t: TestContext,
  runs: number,
  ours: Evaluate,
  options: Parameters<[Case]> = {},
): Promise<{ readonly asked: number; readonly refused: number }> {
  const seen = { asked: 0, refused: 0 };
  const property = fc.asyncProperty(cases, async ({ expressions, bodies, question }) => {
    const theirs = await oracle!.evaluate(question);
    const own = ours(question.expressions, bodies);
    for (const [i, expression] of expressions.entries()) {
      seen.asked++;
      if ('refused' in theirs[i]!) seen.refused++;
      const found = difference(expression, theirs[i]!, own[i]!);
      if (found === undefined) continue;
      if (await isExcused(found, question, oracle!, (text) => ours([text], bodies)[0]!)) continue;
      throw new Error(textOf(found));
    }
  });
  await fc.assert(property, { ...announced(t, runs), ...options });
  return seen;
}

for (const [name, ours] of Object.entries({ 'each by itself': each, 'all of them in one kernel': evaluateTogether }))
  test(`expressions are what Calcite says, ${name}`, live, async (t) => {
    const { asked, refused } = await eachCase(t, 60, ours);
    t.diagnostic(`${asked} expressions, ${refused} of them refused by Calcite`);
    assert.ok(asked > 200 && refused < asked / 20, `${refused} of ${asked} refused`);
  });

test('expressions are what Calcite said when the answers were recorded', () => {
  const recorded = answers<RecordedCase>('sql');
  assert.ok(recorded.length >= 200);
  for (const { kinds, expressions, bodies, rows, answers: theirs } of recorded) {
    const own = evaluateTogether(
      expressions,
      bodies.map((hex) => Buffer.from(hex, 'hex')),
    );
    for (const [i, text] of expressions.entries()) {
      const found = difference({ kind: kinds[i]!, text, parts: [] }, theirs[i]!, own[i]!);
      assert.ok(found === undefined, found && `${textOf(found)} ${JSON.stringify(rows[found.row])}`);
    }
  }
});

/** A compiler with one rule wrong: Calcite must tell. */
const wrong: Readonly<Record<string, (text: string) => string>> = {
  'equality for which NULL equals NULL': (text) => text.replaceAll(' = ', ' IS NOT DISTINCT FROM '),
  'NULLIF that never is NULL': (text) => text.replaceAll('NULLIF(', 'COALESCE('),
  'a day more in each date': (text) => text.replace(/\bda\b/g, "(da + INTERVAL '1' DAY)"),
  'integer division that rounds': (text) =>
    text.replace(/\((\w+) \/ (\w+|-\d)\)/g, 'CAST(ROUND(CAST($1 AS DOUBLE) / $2) AS BIGINT)'),
};
for (const [name, change] of Object.entries(wrong))
  test(`control: ${name} is found`, live, async (t) => {
    const changed: Evaluate = (texts, bodies) =>
      texts.map((text) => {
        const answer = evaluate(change(text), bodies);
        return 'refused' in answer ? evaluate(text, bodies) : answer;
      });
    await assert.rejects(eachCase(t, 400, changed, { endOnFailure: true }), /Property failed/);
  });
