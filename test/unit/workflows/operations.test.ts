/** The table of operations and states, and the page that is printed from it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { operationsPage } from '../../../scripts/operations.ts';
import { operationKinds } from '../../../src/contracts/operation.ts';
import { jobStates } from '../../../src/contracts/status.ts';
import { admissions } from '../../../src/workflows/job/operations.ts';
import { acceptOperation, standing } from '../../../src/workflows/job/requests.ts';
import { asker, jobIn, now } from './jobs.ts';

test('every operation has a row, and every row says something of every state', () => {
  assert.deepEqual(Object.keys(admissions).sort(), ['apply', ...operationKinds].sort());
  for (const row of Object.values(admissions)) assert.deepEqual(Object.keys(row).sort(), [...jobStates].sort());
});

test('a request is judged by the state that those before it lead to', () => {
  const job = jobIn('running');
  acceptOperation(job, { ...asker('a'), digest: '', operation: { kind: 'pause' } }, now);
  assert.equal(standing(job), 'paused');
  acceptOperation(job, { ...asker('b'), digest: '', operation: { kind: 'resume' } }, now);
  assert.equal(standing(job), 'deploying');
  acceptOperation(job, { ...asker('c'), digest: '', operation: { kind: 'stop', mode: 'drain' } }, now);
  assert.equal(standing(job), 'draining');
});

test('docs/operations.md is what the table prints', () => {
  const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  assert.equal(page, operationsPage(), 'run `node scripts/operations.ts` and commit docs/operations.md');
});
