/** A job's history on its way to the audit topic, while that takes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import { acceptOperation } from '../../../src/workflows/job/requests.ts';
import { move } from '../../../src/workflows/job/state.ts';
import { jobIn, now } from './jobs.ts';

test('a job goes on however long the audit topic is away, keeps every request, and says how many transitions it does not tell', () => {
  const job = jobIn('running');
  const { revision } = job.phase;
  const running = job.phase;
  const by = { now, asker: { requestId: '', by: 'millrace', why: null } };
  for (let n = 0; n < 500; n++) {
    if (n % 50 === 0) {
      const asked = { requestId: `r${n}`, by: 'ann', why: null, digest: '', operation: { kind: 'restart' as const } };
      acceptOperation(job, asked, now);
    }
    move(job, 'lost', { state: 'deploying', revision, prepared: null }, by);
    move(job, 'confirmed', running, by);
  }
  assert.ok(job.trail.length <= limits.historyWaitingMax, `${job.trail.length}`);
  const told = job.trail.reduce((n, e) => n + (e.kind === 'lost' ? e.entries : 1), 0);
  assert.equal(told, job.entries, 'each is there, or counted');
  assert.equal(job.trail.filter((e) => e.kind === 'request').length, 11, 'the first spec, and every restart');
  assert.deepEqual(
    job.trail.map((e) => e.seq),
    job.trail.map((e) => e.seq).toSorted((a, b) => a - b),
    'in order',
  );
  assert.equal(job.trail.at(-1)?.seq, job.entries, 'the last is told');
  assert.equal(job.trail.find((e) => e.kind === 'transition')?.seq, 2, 'and the first');
});
