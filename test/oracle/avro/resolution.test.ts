/** Values of any schema read by any other: ours beside what Apache Avro for Java and avsc read. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import fc, { type Parameters } from 'fast-check';
import { withoutJava } from '../../support/java.ts';
import { answers } from '../answers.ts';
import { announced } from '../seed.ts';
import { readByAvsc } from './avsc.ts';
import { canonical } from './canonical.ts';
import { type Answer, AvroForJava, avroForJava } from './java.ts';
import { differs, type OurAnswer, readByOurs } from './ours.ts';
import { type Pair, pairs, questionOf } from './pair.ts';
import type { RecordedPair } from './recorded.ts';

const missing = await withoutJava(avroForJava);
const live = missing === undefined ? {} : { skip: missing };
let java: AvroForJava | undefined;
before(async () => {
  if (missing === undefined) java = await AvroForJava.start();
});
after(() => java?.close());

/** Fails with the smallest pair of which `wrong` says something. */
async function eachPair(
  t: TestContext,
  runs: number,
  wrong: (pair: Pair, answer: Answer) => string | undefined | Promise<string | undefined>,
  options: Parameters<[Pair]> = {},
): Promise<void> {
  const property = fc.asyncProperty(pairs, async (pair) => {
    const found = await wrong(pair, await java!.read(questionOf(pair)));
    if (found !== undefined) throw new Error(found);
  });
  await fc.assert(property, { ...announced(t, runs), ...options });
}

const ours = ({ writerText, readerText, body }: Pair): OurAnswer => readByOurs(writerText, readerText, body);

test('what the generators write, Java reads back', live, async (t) => {
  await eachPair(t, 500, async (pair) => {
    const own = await java!.read({ ...questionOf(pair), reader: pair.writerText });
    return differs(own, { value: canonical(pair.writer, pair.value) });
  });
});

test('avsc reads what Java reads, wherever it has an answer', live, async (t) => {
  await eachPair(t, 1000, (pair, answer) => {
    const found = readByAvsc(pair);
    return found === undefined ? undefined : differs(answer, { value: found });
  });
});

test('ours reads what Java reads, and refuses what Java refuses', live, async (t) => {
  await eachPair(t, 3000, (pair, answer) => differs(answer, ours(pair)));
});

test('ours reads what Java read when the answers were recorded', () => {
  const recorded = answers<RecordedPair>('avro');
  assert.ok(recorded.length >= 2000);
  for (const { writer, reader, hex, answer } of recorded) {
    const found = differs(answer, readByOurs(writer, reader, Buffer.from(hex, 'hex')));
    assert.equal(found, undefined, `writer ${writer}\nreader ${reader}\nbody ${hex}`);
  }
});

test('control: a long that loses digits is found', live, async (t) => {
  const lossy = (text: string): string =>
    text.replace(/(?<=[:[,])-?\d{17,}/g, (digits) => String(BigInt(Number(digits))));
  await expectFound(t, (pair) => {
    const own = ours(pair);
    return 'value' in own ? { value: lossy(own.value) } : own;
  });
});

test('control: a body that is read by the writer’s schema alone is found', live, async (t) => {
  await expectFound(t, ({ writerText, body }) => readByOurs(writerText, writerText, body));
});

test('control: an error where there is a value is found', live, async (t) => {
  await expectFound(t, (pair) => (pair.body.length > 200 ? { error: 'too long' } : ours(pair)));
});

async function expectFound(t: TestContext, reading: (pair: Pair) => OurAnswer): Promise<void> {
  await assert.rejects(
    eachPair(t, 3000, (pair, answer) => differs(answer, reading(pair)), { endOnFailure: true }),
    /Property failed/,
  );
}
