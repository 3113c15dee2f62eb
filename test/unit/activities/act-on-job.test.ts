/** What a rollout does to one job, and what it makes of the answer: every outcome, every refusal, and what is tried again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type ActOnJob, actOnJob, rolloutRequestId } from '../../../src/activities/act-on-job.ts';
import { mistakeOfRequestId } from '../../../src/contracts/asking.ts';
import { type FailureCode, failure, MillraceError } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import type { JobOutcome, JobOutcomeKind } from '../../../src/contracts/rollout-status.ts';
import type { RequestOutcome } from '../../../src/contracts/status.ts';
import { notThere, OneJob } from '../../support/rollout-jobs.ts';

const job = { tenant: 'acme', name: 'denied' };
const order: ActOnJob = {
  rollout: 'r',
  job,
  action: { kind: 'restart' },
  selector: null,
  by: 'ann',
  why: 'rollout r',
  msMax: 5_000,
};
const requestId = rolloutRequestId('r');
const refused = (code: FailureCode, message: string = code): MillraceError => new MillraceError(failure(code, message));

const act = (jobs: OneJob, change: Partial<ActOnJob> = {}): Promise<JobOutcome> =>
  new MockActivityEnvironment().run(() => actOnJob(jobs, { ...order, ...change }));

/** What must come of a request that becomes this. */
const kinds: Readonly<Record<Exclude<RequestOutcome['outcome'], 'pending'>, JobOutcomeKind>> = {
  deployed: 'done',
  paused: 'done',
  unchanged: 'unchanged',
  rolled_back: 'rolled_back',
  failed: 'failed',
  stopped: 'skipped',
  replaced: 'skipped',
};

for (const [outcome, kind] of Object.entries(kinds) as [keyof typeof kinds, JobOutcomeKind][]) {
  test(`a request that is ${outcome}: ${kind}`, async () => {
    const jobs = new OneJob();
    const cause = outcome === 'failed' || outcome === 'rolled_back' ? { cause: failure('bad_record', 'why') } : {};
    jobs.outcomes = outcome === 'unchanged' ? [{ outcome }] : [{ outcome: 'pending' }, { outcome, ...cause }];
    const told = await act(jobs);
    assert.equal(told.outcome, kind);
    assert.equal(told.revision, 4);
    assert.equal(
      told.cause?.message ?? null,
      'cause' in cause ? 'why' : kind === 'skipped' ? told.cause?.message : null,
    );
    assert.ok(kind !== 'skipped' || told.cause !== null, 'a skipped job says why');
    assert.deepEqual(jobs.operated, [
      { operation: { kind: 'restart' }, options: { requestId, by: 'ann', why: 'rollout r' } },
    ]);
  });
}

test('what was asked in an earlier attempt is not asked again', async () => {
  const jobs = new OneJob();
  jobs.status = { requests: [{ requestId, asked: 'restart', revision: 4, outcome: 'deployed' }] };
  const selector = { tenant: 'acme', labels: {}, state: 'failed' } as const;
  assert.equal((await act(jobs, { selector })).outcome, 'done');
  assert.deepEqual(jobs.operated, []);
});

test("another's request under the rollout's id is not taken for its own", async () => {
  // As it once could be computed, and sent by the job's owner ahead of the rollout.
  const theirs = 'r-c1defa08261dfb1d';
  const jobs = new OneJob();
  jobs.status = { requests: [{ requestId: theirs, asked: 'resume', revision: 3, outcome: 'unchanged' }] };
  await act(jobs, { msMax: 1 });
  assert.equal(jobs.operated.length, 1, 'the job is asked');
  assert.match(mistakeOfRequestId(requestId) ?? '', /Millrace's own/);
});

test('the request id of the longest name fits', () => {
  assert.ok(rolloutRequestId('x'.repeat(limits.rolloutIdCharsMax)).length <= limits.requestIdCharsMax);
});

test('a job that is gone, or not as selected any more, is skipped with the reason, and asked nothing', async () => {
  const jobs = new OneJob();
  const wanted = { tenant: 'acme', labels: { team: 'noc' } };
  const misfit = await act(jobs, { selector: wanted });
  assert.equal(misfit.outcome, 'skipped');
  assert.match(misfit.cause?.message ?? '', /label team=noc/);
  jobs.gone = notThere();
  const gone = await act(jobs);
  assert.deepEqual([gone.outcome, gone.cause?.code, gone.revision], ['skipped', 'not_found', 0]);
  assert.deepEqual(jobs.operated, []);
});

test('a state that forbids the action skips the job; every other refusal is its failure', async () => {
  const cases: readonly [FailureCode, JobOutcomeKind][] = [
    ['forbidden_state', 'skipped'],
    ['change_refused', 'failed'],
    ['invalid_spec', 'failed'],
    ['invalid_sql', 'failed'],
  ];
  for (const [code, kind] of cases) {
    const jobs = new OneJob();
    jobs.refusals.push(refused(code));
    const told = await act(jobs);
    assert.deepEqual([told.outcome, told.cause?.code], [kind, code]);
  }
});

test('what a server can not answer now is tried again, not counted', async () => {
  for (const code of ['temporal_unavailable', 'kafka_unavailable', 'too_many_requests', 'internal'] as const) {
    const jobs = new OneJob();
    jobs.refusals.push(refused(code));
    await assert.rejects(act(jobs), (e) => e instanceof MillraceError && e.failure.code === code);
  }
  const busy = new OneJob();
  busy.refusals.push(refused('too_many_requests'));
  await assert.rejects(act(busy), (e) => e instanceof MillraceError && e.failure.retry);
});

test('a patch is applied to the spec as it is, and only to that', async () => {
  const jobs = new OneJob();
  const patch = { spec: { errors: { policy: 'skip', topic: null } }, metadata: { labels: { tier: '1' } } };
  assert.equal((await act(jobs, { action: { kind: 'patch', patch } })).outcome, 'done');
  const [{ document, options }] = jobs.applied as [(typeof jobs.applied)[number]];
  assert.deepEqual(document.metadata, { tenant: 'acme', name: 'denied', labels: { team: 'soc', tier: '1' } });
  assert.deepEqual(document.spec.errors, { policy: 'skip' });
  assert.equal(document.spec.sql, 'SELECT a FROM s');
  assert.deepEqual(options, { requestId, by: 'ann', why: 'rollout r', expectedRevision: 3 });
});

test('a patch that meets another change is made anew on what that left, a few times', async () => {
  const action = { kind: 'patch', patch: { spec: { tasks: { max: 4 } } } } as const;
  const jobs = new OneJob();
  jobs.refusals.push(refused('stale_revision'), refused('stale_revision'));
  assert.equal((await act(jobs, { action })).outcome, 'done');
  const never = new OneJob();
  for (let i = 0; i < 20; i++) never.refusals.push(refused('stale_revision'));
  assert.deepEqual((await act(never, { action })).cause?.code, 'stale_revision');
});

test('one that does not settle in its time has failed, and says where it stands', async () => {
  const jobs = new OneJob();
  jobs.outcomes = [{ outcome: 'pending' }];
  const told = await act(jobs, { msMax: 1 });
  assert.deepEqual([told.outcome, told.cause?.code], ['failed', 'unhealthy']);
  assert.match(told.cause?.message ?? '', /not settled in 1 ms.*It is running/);
});

test('one that has forgotten the request has failed', async () => {
  const jobs = new OneJob();
  jobs.outcomes = [{ requestId: 'another', outcome: 'pending' }];
  const told = await act(jobs);
  assert.equal(told.outcome, 'failed');
  assert.match(told.cause?.message ?? '', /isn't known/);
});

test('a cause is as short as a log keeps it', async () => {
  const jobs = new OneJob();
  jobs.refusals.push(refused('invalid_sql', 'x'.repeat(10_000)));
  assert.equal((await act(jobs)).cause?.message.length, limits.rolloutCauseCharsMax);
});

test('it heartbeats while it waits', async () => {
  const jobs = new OneJob();
  jobs.outcomes = [{ outcome: 'pending' }, { outcome: 'pending' }, { outcome: 'deployed' }];
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => {
    beats += 1;
  });
  await environment.run(() => actOnJob(jobs, order));
  assert.ok(beats >= 2);
});
