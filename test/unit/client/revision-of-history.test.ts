/** An earlier revision that the workflow doesn't keep any more, from the job's history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionOfHistory } from '../../../src/client/revision-of-history.ts';
import type { HistoryEntry, HistoryPage } from '../../../src/contracts/history.ts';
import type { JobState } from '../../../src/contracts/status.ts';
import { requestEntry, transitionEntry } from '../../support/history.ts';
import { request } from '../workflows/jobs.ts';

const specOf = (sql: string) => request({}, sql).spec;
const applied = (seq: number, revision: number, sql: string): HistoryEntry =>
  requestEntry(seq, { revision, asked: { kind: 'apply', spec: specOf(sql), labels: { at: sql } } });

/** Oldest first; read backwards, two a page. */
function reader(entries: readonly HistoryEntry[]) {
  const newest = entries.toReversed();
  return async ({ cursor }: { readonly cursor?: string }): Promise<HistoryPage> => {
    const at = Number(cursor ?? 0);
    return { items: newest.slice(at, at + 2), next: at + 2 < newest.length ? String(at + 2) : null, newer: null };
  };
}

const startedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, 2)).toISOString();
const life = { startedAt, spec: specOf('five'), labels: { at: 'five' } };
const entries = [
  applied(1, 1, 'former life'),
  applied(2, 1, 'one'),
  transitionEntry(3),
  applied(4, 2, 'two'),
  requestEntry(5, { revision: 3, asked: { kind: 'rescale', tasks: 4 } }),
  requestEntry(6, { revision: 4, asked: { kind: 'rescale', tasks: 2 } }),
  requestEntry(7, { revision: 4, asked: { kind: 'restart' } }),
  applied(8, 5, 'five'),
];

test('an applied revision is found, with its labels, on whatever page', async () => {
  assert.deepEqual(await revisionOfHistory(reader(entries), life, 1), {
    number: 1,
    spec: specOf('one'),
    labels: { at: 'one' },
  });
  assert.equal((await revisionOfHistory(reader(entries), life, 5))?.spec.sql, 'five');
});

test('one that a rescale made is the one before with its tasks', async () => {
  const found = await revisionOfHistory(reader(entries), life, 4);
  assert.equal(found?.spec.sql, 'two');
  assert.deepEqual(found?.spec.tasks, { min: 2, max: 4 });
});

test("what only a former life had, or nobody, isn't there", async () => {
  assert.equal(await revisionOfHistory(reader(entries.filter((e) => e.seq !== 2)), life, 1), null);
  assert.equal(await revisionOfHistory(reader(entries), life, 9), null);
});

const healthy = (seq: number, revision: number, from: JobState = 'updating') =>
  transitionEntry(seq, { revision, from, to: 'running' });
const failing = Array.from({ length: 10 }, (_, i) => i + 3);
const rolledBack = [
  applied(2, 1, 'one'),
  healthy(3, 1, 'deploying'),
  applied(4, 2, 'two'),
  healthy(5, 2),
  ...failing.flatMap((revision) => [
    applied(revision * 10, revision, 'broken'),
    transitionEntry(revision * 10 + 1, { revision, event: 'applied', from: 'running', to: 'updating' }),
    healthy(revision * 10 + 2, 2, 'rolling_back'),
  ]),
];
const desired = (sql: string) => ({ startedAt, spec: specOf(sql), labels: { at: sql } });

test('without a number it is the newest that was healthy and is not what is wanted now, whatever was rolled back since', async () => {
  assert.equal((await revisionOfHistory(reader(rolledBack), desired('two'), null))?.number, 1);
  const underWay = rolledBack.slice(0, -1);
  assert.equal((await revisionOfHistory(reader(underWay), desired('broken'), null))?.number, 2);
  const sameAgain = [...rolledBack, applied(200, 13, 'two'), healthy(201, 13)];
  assert.deepEqual(await revisionOfHistory(reader(sameAgain), desired('two'), null), {
    number: 1,
    spec: specOf('one'),
    labels: { at: 'one' },
  });
  assert.equal(await revisionOfHistory(reader(rolledBack.slice(0, 2)), desired('one'), null), null);
});
