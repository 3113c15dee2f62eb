/** What becomes of requests, without a workflow around them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/contracts/limits.ts';
import type { Operation } from '../../../src/contracts/operation.ts';
import type { OperateRequest } from '../../../src/workflows/job/messages.ts';
import {
  acceptApply,
  acceptOperation,
  desiredRevision,
  refuseApply,
  refuseOperation,
} from '../../../src/workflows/job/requests.ts';
import type { JobData } from '../../../src/workflows/job/state.ts';
import { takeRequests } from '../../../src/workflows/job/take.ts';
import { asker, generation, jobIn, now, request } from './jobs.ts';

const ask = (requestId: string, operation: Operation, more: Partial<OperateRequest> = {}): OperateRequest => ({
  ...asker(requestId),
  digest: '',
  expectedRevision: null,
  operation,
  ...more,
});
const drain = { kind: 'stop', mode: 'drain' } as const;
const cancel = { kind: 'stop', mode: 'cancel' } as const;

const changed = request({ requestId: 'r2' }, 'SELECT b FROM s');

test('what is asked of nobody: only a spec that expects nothing, or the beginning, is taken', () => {
  assert.equal(refuseApply(null, 'acme/denied', request()), null);
  assert.equal(refuseApply(null, 'acme/denied', request({ expectedRevision: 0 })), null);
  assert.equal(refuseApply(null, 'acme/denied', request({ expectedRevision: 1 }))?.cause.code, 'stale_revision');
  assert.equal(refuseOperation(null, 'acme/denied', ask('r', drain))?.cause.code, 'not_found');
});

test('a stop that waits already closes the door to specs', () => {
  const job = jobIn('running');
  acceptOperation(job, ask('s', drain), now);
  assert.equal(refuseApply(job, 'acme/denied', changed)?.cause.code, 'forbidden_state');
});

test('a request id that is too long, or missing, is refused', () => {
  const job = jobIn('running');
  for (const requestId of ['', 'x'.repeat(limits.requestIdCharsMax + 1)]) {
    assert.equal(refuseApply(job, 'acme/denied', request({ requestId }, 'b'))?.cause.code, 'invalid_spec');
  }
});

test('a full queue refuses more', () => {
  const job = jobIn('draining');
  for (let i = 0; i < limits.requestsQueuedMax; i++) acceptOperation(job, ask(`s${i}`, drain), now);
  const refused = refuseOperation(job, 'acme/denied', ask('more', drain));
  assert.equal(refused?.cause.code, 'too_many_requests');
});

test('while the audit topic takes nothing requests are refused once so many entries wait, but for a stop and what is known', () => {
  for (const spec of [true, false]) {
    const job = jobIn('deploying');
    const asked = (i: number) =>
      spec
        ? refuseApply(job, 'acme/denied', request({ requestId: `a${i}` }, `SELECT ${i} FROM s`))
        : refuseOperation(job, 'acme/denied', ask(`a${i}`, { kind: 'rescale', tasks: 2 + (i % 2) }));
    const accept = (i: number) =>
      spec
        ? acceptApply(job, request({ requestId: `a${i}` }, `SELECT ${i} FROM s`), now)
        : acceptOperation(job, ask(`a${i}`, { kind: 'rescale', tasks: 2 + (i % 2) }), now);
    let taken = 0;
    while (taken < 2_000 && asked(taken) === null) accept(taken++);
    assert.ok(job.trail.length <= limits.historyWaitingMax, `${job.trail.length} entries wait`);
    const { code, retry, domain } = asked(taken)!.cause;
    assert.deepEqual([code, retry, domain], ['kafka_unavailable', true, 'external']);
    assert.equal(asked(taken - 1), null, 'what is known is answered');
    assert.equal(refuseOperation(job, 'acme/denied', ask('s', drain)), null);
    job.trail = [];
    assert.equal(asked(taken), null, 'once they are written');
  }
});

test('a job is rescaled to as many tasks as its quota was when a spec was last accepted, even one that changes nothing', () => {
  const job = jobIn('running');
  acceptApply(job, { ...changed, tasksMax: 8 }, now);
  const rescale = (tasks: number) => refuseOperation(job, 'acme/denied', ask('r', { kind: 'rescale', tasks }));
  assert.equal(rescale(8), null);
  assert.equal(rescale(9)?.cause.code, 'quota_exceeded');
  assert.deepEqual(
    rescale(9)?.problems.map((p) => p.path),
    ['/tasks'],
  );
  assert.equal(acceptApply(job, { ...changed, requestId: 'r3', tasksMax: 9 }, now).outcome, 'unchanged');
  assert.equal(rescale(9), null);
});

test('the order of keys in a spec is no change', () => {
  const job = jobIn('running');
  const { spec } = request();
  const turned = Object.fromEntries(Object.entries(spec).reverse()) as typeof spec;
  assert.equal(acceptApply(job, request({ requestId: 'r2', spec: turned }), now).outcome, 'unchanged');
});

test('an accepted spec is what is desired at once, and its revision is the next', () => {
  const job = jobIn('deploying');
  assert.equal(acceptApply(job, changed, now).revision, 2);
  assert.equal(desiredRevision(job).spec.sql, 'SELECT b FROM s');
  assert.equal(job.phase.revision.spec.sql, 'SELECT a FROM s');
});

test('while a generation begins, specs wait; a stop does not', () => {
  for (const state of ['deploying', 'updating', 'rolling_back'] as const) {
    const job = jobIn(state);
    acceptApply(job, changed, now);
    takeRequests(job, now);
    assert.equal(job.phase.state, state);
    acceptOperation(job, ask('s', cancel), now);
    takeRequests(job, now);
    assert.equal(job.phase.state, 'draining');
    assert.equal(job.requests.find((r) => r.requestId === 'r2')?.outcome, 'replaced');
  }
});

test('one plan waits at most, however many specs are accepted', () => {
  const job = jobIn('deploying');
  for (let i = 0; i < 30; i++) acceptApply(job, request({ requestId: `a${i}` }, `SELECT ${i} FROM s`), now);
  assert.equal(job.queue.length, 1);
  assert.equal(job.revision, 31);
});

test('what a failed job was to be tried again for is answered when another attempt takes its place', () => {
  const operations = [{ kind: 'restart' }, { kind: 'upgrade', release: '2.0' }] as const;
  for (const operation of operations) {
    const job = jobIn('failed');
    acceptOperation(job, ask('again', operation), now);
    takeRequests(job, now);
    assert.equal(job.phase.state, 'deploying');
    assert.equal(job.requests.find((r) => r.requestId === 'r1')?.outcome, 'replaced', operation.kind);
    assert.equal(job.requests.find((r) => r.requestId === 'again')?.outcome, 'pending');
  }
});

test('an upgrade that waits is what a change accepted after it runs on', () => {
  for (const change of ['apply', 'rescale'] as const) {
    const job = jobIn('updating');
    acceptOperation(job, ask('u', { kind: 'upgrade', release: '2.0' }), now);
    if (change === 'apply') acceptApply(job, changed, now);
    else acceptOperation(job, ask('r2', { kind: 'rescale', tasks: 3 }), now);
    takeNext(job);
    takeNext(job);
    assert.deepEqual([job.phase.revision.number, job.phase.revision.release], [2, '2.0'], change);
  }
});

test('a change runs on the release that the job is on, where the upgrade before it was refused', () => {
  const job = jobIn('updating');
  acceptOperation(job, ask('u', { kind: 'upgrade', release: '2.0' }), now);
  acceptApply(job, changed, now);
  const { revision } = job.phase;
  takeNext(job);
  assert.equal(job.phase.revision.release, '2.0');
  job.phase = { state: 'running', revision, generation: generation(1), renewAfter: 0 };
  takeRequests(job, now);
  assert.deepEqual([job.phase.revision.number, job.phase.revision.release], [2, null]);
});

test('an upgrade that a pause has overtaken is what the job is resumed on', () => {
  const job = jobIn('deploying');
  acceptOperation(job, ask('u', { kind: 'upgrade', release: '2.0' }), now);
  acceptOperation(job, ask('p', { kind: 'pause' }), now);
  takeRequests(job, now);
  assert.equal(job.phase.state, 'draining');
  job.phase = { state: 'paused', revision: job.phase.revision, rewind: null };
  takeRequests(job, now);
  assert.equal(job.requests.find((r) => r.requestId === 'u')?.outcome, 'paused');
  acceptOperation(job, ask('r', { kind: 'resume' }), now);
  takeRequests(job, now);
  assert.deepEqual([job.phase.state, job.phase.revision.release], ['deploying', '2.0']);
});

/** As if what was begun had come to run: then what waits is taken up. */
function takeNext(job: JobData): void {
  job.phase = { state: 'running', revision: job.phase.revision, generation: generation(2), renewAfter: 0 };
  takeRequests(job, now);
}

test('a request id that is used again for something else is refused, whatever it was used for', () => {
  const job = jobIn('running');
  const first = request({ requestId: 'k', digest: 'apply b' }, 'SELECT b FROM s');
  acceptApply(job, first, now);
  assert.equal(refuseApply(job, 'acme/denied', first), null, 'sent again it is answered');
  const other = refuseApply(job, 'acme/denied', request({ requestId: 'k', digest: 'apply c' }, 'SELECT c FROM s'));
  assert.equal(other?.cause.code, 'request_id_reused');
  assert.equal(
    refuseOperation(job, 'acme/denied', ask('k', drain, { digest: 'stop' }))?.cause.code,
    'request_id_reused',
  );
  // As after a continue-as-new.
  const travelled = JSON.parse(JSON.stringify(job)) as JobData;
  assert.equal(
    refuseOperation(travelled, 'acme/denied', ask('k', drain, { digest: 'stop' }))?.cause.code,
    'request_id_reused',
  );
});

test("Millrace's own request ids are nobody else's: a job can't be made deaf to a cancellation", () => {
  const job = jobIn('running');
  const refused = refuseOperation(job, 'acme/denied', ask('millrace/temporal-cancel', { kind: 'restart' }));
  assert.match(refused?.cause.message ?? '', /begin with millrace\//);
});
