/** What planning refuses reads like a verdict: each mistake at its place, with why and what helps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan } from '../../../src/activities/plan.ts';
import { type FailureCode, failure, failureCodes, MillraceError } from '../../../src/contracts/failure.ts';
import { jobSpec } from '../../../src/contracts/spec.ts';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { refusedVerdict } from '../../../src/policies/refused-verdict.ts';
import { streams } from './desired.ts';

/** The verdict of a query that can't be compiled. */
function verdictOf(sql: string, sink: Readonly<Record<string, unknown>> = {}) {
  const spec = jobSpec.parse({ sql, sink: { kafka: { topic: 'acme.out', ...sink } } });
  try {
    makePlan(compileQuery, { tenant: 'acme', name: 'job', spec }, streams());
  } catch (error) {
    if (error instanceof MillraceError) return refusedVerdict(error.failure, error.problems);
    throw error;
  }
  throw new Error('it compiles');
}

test('a column that is gone is refused at its place in the query', () => {
  const { kind, reasons } = verdictOf('SELECT a,\n  gone FROM s');
  assert.equal(kind, 'refused');
  assert.deepEqual(
    reasons.map((r) => [r.kind, r.path, /^line 2, column 3: .*gone/.test(r.what)]),
    [['refused', '/spec/sql', true]],
  );
  assert.match(reasons[0]!.why, /a column may be gone/);
});

test('every mistake is a reason of its own', () => {
  const { reasons } = verdictOf('SELECT gone, missing FROM s', { key: 'nowhere' });
  assert.deepEqual(
    reasons.map((r) => r.path),
    ['/spec/sql', '/spec/sql', '/spec/sink/kafka/key'],
  );
});

test('an unknown stream is refused, though its failure names no place', () => {
  const { reasons } = verdictOf('SELECT a FROM nothing');
  assert.deepEqual(
    reasons.map((r) => [r.path, /no stream nothing/.test(r.what), r.remedy]),
    [['/spec/sql', true, 'Apply the stream first, or correct its name in the query.']],
  );
});

test('a remedy of the problem goes before the usual one', () => {
  const remedy = 'write to the cluster that the stream is on';
  const f = failure('foreign_topic', 'x');
  const problems = [{ path: '/spec/errors/topic', message: 'it belongs to another tenant', remedy }];
  assert.deepEqual(refusedVerdict(f, problems).reasons, [
    {
      path: '/spec/errors/topic',
      kind: 'refused',
      what: 'it belongs to another tenant',
      why: "A tenant's records must not stand among those of another, or of a system.",
      remedy,
    },
  ]);
});

test('whatever the failure, there is a reason', () => {
  for (const code of Object.keys(failureCodes) as FailureCode[]) {
    const { kind, reasons } = refusedVerdict(failure(code, 'what happened'), []);
    assert.equal(kind, 'refused');
    assert.deepEqual(
      reasons.map((r) => [r.what, r.why.length > 0, r.path.startsWith('/')]),
      [['what happened', true, true]],
    );
  }
});
