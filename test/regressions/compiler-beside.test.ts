/**
 * Planning compiled on the thread that serves everybody's workflows and activities: while it did, nothing else went on, and a query
 * that took the compiler too far took the control process with it.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MillraceError } from '../../src/contracts/failure.ts';
import type { CompileJob } from '../../src/contracts/plan.ts';
import { jobSpec } from '../../src/contracts/spec.ts';
import { createCompiler } from '../../src/worker/compiler.ts';

const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
const streams = { events: { topics: [{ cluster: 'main', topic: 'in' }], schema: { avro }, ordering: 'key' as const } };

const order = (tenant: string, sql: string): CompileJob => ({
  tenant,
  name: 'j',
  spec: jobSpec.parse({ sql, sink: { kafka: { topic: 'out' } } }),
  applies: false,
  isNew: true,
});

/** As many columns as a query of the largest size has: a long time of compiling. */
const long = `SELECT ${Array.from({ length: 1_500 }, (_, i) => `UPPER(LOWER(TRIM(a))) AS c${i}`).join(', ')} FROM events`;
const short = 'SELECT a FROM events';

const compiler = createCompiler();
after(() => compiler.close());

test('the process goes on while a query is compiled', async () => {
  await compiler.streamsOf('acme', short);
  let turns = 0;
  let compiling = true;
  const turn = (): void => {
    turns += 1;
    if (compiling) setImmediate(turn);
  };
  setImmediate(turn);
  const plan = await compiler.makePlan(order('acme', long), streams);
  compiling = false;
  assert.equal(plan.output.length, 1_500);
  assert.ok(turns > 10, `${turns} turns of the event loop while it compiled`);
});

test("a query that takes too long fails by itself, with what to do; the next one, and another tenant's, are compiled", async (t) => {
  const hurried = createCompiler(1);
  t.after(() => hurried.close());
  await assert.rejects(
    hurried.makePlan(order('acme', long), streams),
    (e) =>
      e instanceof MillraceError && e.failure.code === 'invalid_sql' && /more than 0.001 s: make it/.test(e.message),
  );
  assert.deepEqual(await compiler.streamsOf('acme', short), ['events']);
  assert.equal((await compiler.makePlan(order('globex', short), streams)).output[0]?.name, 'a');
});

test('what is wrong with a query is told as before, with its place', async () => {
  await assert.rejects(
    compiler.makePlan(order('acme', 'SELECT b FROM events'), streams),
    (e) => e instanceof MillraceError && e.failure.code === 'invalid_sql' && e.problems[0]?.position?.column === 8,
  );
});
