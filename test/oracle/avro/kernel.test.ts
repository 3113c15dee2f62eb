/** Whole kernels by `SELECT *` over random pairs of schemas: their JSON says what Java reads, and Java reads their Avro as the same. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import fc, { type Parameters } from 'fast-check';
import { parseSchema } from '../../../src/pipeline/avro/parse.ts';
import { withoutJava } from '../../support/java.ts';
import { answers } from '../answers.ts';
import { announced } from '../seed.ts';
import { type Answer, AvroForJava, avroForJava } from './java.ts';
import { rowDiffers } from './json.ts';
import { type KernelAnswer, selectAll } from './kernel.ts';
import { isOutOfDomain, readByOurs } from './ours.ts';
import { type Pair, pairs, questionOf } from './pair.ts';
import type { RecordedPair } from './recorded.ts';

const missing = await withoutJava(avroForJava);
const live = missing === undefined ? {} : { skip: missing };
let java: AvroForJava | undefined;
before(async () => {
  if (missing === undefined) java = await AvroForJava.start();
});
after(() => java?.close());

const asJson = (writer: string, reader: string, body: Buffer): KernelAnswer =>
  selectAll(writer, reader, body, { json: { decimal: 'string' } });

type Read = { readonly java: string; readonly row: Buffer; readonly schema: string };

/** What both read, to be compared; a difference where only one of them reads anything; or nothing to say. */
function bothRead(reader: string, java: Answer, found: KernelAnswer): Read | string | undefined {
  const schema = parseSchema(reader);
  // A query has columns: there is none over a record without fields.
  if (schema.kind === 'record' && schema.fields.length === 0) return undefined;
  // What stands for bytes that are no text, each may choose.
  if ('value' in java && java.value.includes('\\ufffd')) return undefined;
  if ('error' in found && isOutOfDomain(found.error)) return undefined;
  if ('refused' in found && isOutOfDomain(found.refused)) return undefined;
  if ('value' in java && 'row' in found) return { java: java.value, ...found };
  return 'value' in java || 'row' in found
    ? `java: ${JSON.stringify(java)}\nours: ${JSON.stringify(found)}`
    : undefined;
}

/** How the JSON row differs from what Java read. */
function jsonDiffers(reader: string, java: Answer, found: KernelAnswer): string | undefined {
  const both = bothRead(reader, java, found);
  return typeof both === 'object' ? rowDiffers(parseSchema(reader), both.java, both.row.toString()) : both;
}

/** How the Avro row, read by `read`, differs from what Java read of the body. */
async function avroDiffers(
  reader: string,
  java: Answer,
  found: KernelAnswer,
  read: (schema: string, row: Buffer) => Answer | Promise<Answer>,
): Promise<string | undefined> {
  const both = bothRead(reader, java, found);
  if (typeof both !== 'object') return both;
  const answer = await read(both.schema, both.row);
  // Types without a namespace have got the output's.
  const value = 'value' in answer ? answer.value.replaceAll(/"millrace\.(\w+)":/g, '"$1":') : undefined;
  if (value === both.java) return undefined;
  return `java: ${both.java}\nours: ${JSON.stringify(answer)}\n${both.schema}`;
}

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

test('SELECT * as JSON says what Java reads', live, async (t) => {
  await eachPair(t, 1500, ({ writerText, readerText, body }, answer) =>
    jsonDiffers(readerText, answer, asJson(writerText, readerText, body)),
  );
});

test('Java reads SELECT * as Avro as it reads the source', live, async (t) => {
  await eachPair(t, 1000, ({ writerText, readerText, body }, answer) =>
    avroDiffers(readerText, answer, selectAll(writerText, readerText, body, 'avro'), (schema, row) =>
      java!.read({ writer: schema, reader: schema, hex: row.toString('hex') }),
    ),
  );
});

test('SELECT * as JSON and as Avro says what Java read when the answers were recorded', async () => {
  for (const { writer, reader, hex, answer } of answers<RecordedPair>('avro').slice(0, 800)) {
    const body = Buffer.from(hex, 'hex');
    const where = `writer ${writer}\nreader ${reader}\nbody ${hex}`;
    assert.equal(jsonDiffers(reader, answer, asJson(writer, reader, body)), undefined, where);
    const read = (schema: string, row: Buffer): Answer => {
      const own = readByOurs(schema, schema, row);
      return 'refused' in own ? { error: own.refused } : own;
    };
    assert.equal(await avroDiffers(reader, answer, selectAll(writer, reader, body, 'avro'), read), undefined, where);
  }
});

test('control: a kernel that takes the body for one of the reader’s own schema is found', live, async (t) => {
  await assert.rejects(
    eachPair(
      t,
      2000,
      ({ readerText, body }, answer) => jsonDiffers(readerText, answer, asJson(readerText, readerText, body)),
      { endOnFailure: true },
    ),
    /Property failed/,
  );
});
