/**
 * Temporal refuses a search attribute of more than 2 KB, and with it the workflow's every next step: a job with many long
 * labels, or over many streams, and a stream of many topics would never have got anywhere. They are refused before.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { makePlan } from '../../src/activities/plan.ts';
import { MillraceError } from '../../src/contracts/failure.ts';
import { limits } from '../../src/contracts/limits.ts';
import { parseDocument } from '../../src/contracts/parse.ts';
import { jobSpec, streamSpec } from '../../src/contracts/spec.ts';
import { startTemporal } from '../../src/dev/temporal.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';

const apiVersion = 'millrace/v1';
const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
const long = (i: number, chars: number): string => `${String(i).padStart(2, '0')}${'x'.repeat(chars - 2)}`;

/** Where a document is wrong. */
function mistakes(document: unknown): string[] {
  try {
    parseDocument(document);
    return [];
  } catch (error) {
    return error instanceof MillraceError ? error.problems.map((p) => `${p.path} ${p.message}`) : [String(error)];
  }
}

test('labels that would not fit are refused, those that do are not', () => {
  const withLabels = (count: number): unknown => ({
    apiVersion,
    kind: 'Job',
    metadata: {
      tenant: 'acme',
      name: 'j',
      labels: Object.fromEntries(Array.from({ length: count }, (_, i) => [long(i, 63), 'y'.repeat(63)])),
    },
    spec: { sql: 'SELECT a FROM s', sink: { kafka: { topic: 'out' } } },
  });
  assert.deepEqual(mistakes(withLabels(15)), []);
  assert.deepEqual(mistakes(withLabels(16)), ['/metadata/labels are longer than 2048 characters in all']);
});

test("a stream's topics that would not fit are refused, those that do are not", () => {
  const withTopics = (count: number): unknown => ({
    apiVersion,
    kind: 'Stream',
    metadata: { tenant: 'acme', name: 's' },
    spec: { topics: Array.from({ length: count }, (_, i) => ({ topic: long(i, 249) })), schema: { avro } },
  });
  assert.deepEqual(mistakes(withTopics(7)), []);
  assert.deepEqual(mistakes(withTopics(8)), ['/spec/topics have names of more than 2048 characters in all']);
});

test('a query over more streams than would fit is refused', () => {
  const plan = (count: number): unknown => {
    const names = Array.from({ length: count }, (_, i) => `s${long(i, 62)}`);
    const sql = names.map((n) => `SELECT a FROM ${n}`).join(' UNION ALL ');
    const spec = jobSpec.parse({ sql, sink: { kafka: { topic: 'out' } } });
    const streams = names.map((n) => [n, streamSpec.parse({ topics: [{ topic: n }], schema: { avro } })] as const);
    return makePlan(compileQuery, { tenant: 't'.repeat(63), name: 'j', spec }, Object.fromEntries(streams));
  };
  assert.ok(plan(15));
  assert.throws(() => plan(16), /names streams of more than 2048 characters in all/);
});

test("the bound is Temporal's", async (t) => {
  const temporal = await startTemporal();
  t.after(() => temporal.close());
  const connection = await Connection.connect({ address: temporal.address });
  t.after(() => connection.close());
  const start = (chars: number): Promise<unknown> =>
    new Client({ connection }).workflow.start('none', {
      workflowId: `w${chars}`,
      taskQueue: 'none',
      searchAttributes: { MillraceTopics: ['x'.repeat(chars - JSON.stringify(['']).length)] },
    });
  await start(limits.searchAttributeCharsMax);
  await assert.rejects(start(limits.searchAttributeCharsMax + 1));
});
