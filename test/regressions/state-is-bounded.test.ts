/**
 * What a tenant may send must not end their job's workflow, whose state has a limit of 2 MB at the server: four rewinds of
 * 900 KB each did. Everything that enters is bounded by the state as it would be then; a stop is always taken.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure } from '../../src/contracts/failure.ts';
import { jsonBytes } from '../../src/contracts/json-bytes.ts';
import { limits } from '../../src/contracts/limits.ts';
import type { Operation } from '../../src/contracts/operation.ts';
import { parseOperation } from '../../src/contracts/parse.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import type { OperateRequest } from '../../src/workflows/job/messages.ts';
import { acceptApply, acceptOperation, refuseApply, refuseOperation } from '../../src/workflows/job/requests.ts';
import type { JobData } from '../../src/workflows/job/state.ts';
import { takeRequests } from '../../src/workflows/job/take.ts';
import { asker, jobIn, now, request } from '../unit/workflows/jobs.ts';

/** A rewind of so many bytes of JSON, about. */
function rewind(bytes: number): Operation {
  const partitions = Array.from({ length: Math.floor(bytes / 28) }, (_, p) => [100_000 + p, '1'.repeat(16)]);
  return { kind: 'rewind', to: { offsets: { in: Object.fromEntries(partitions) } } };
}

const ask = (requestId: string, operation: Operation): OperateRequest => {
  return { ...asker(requestId), digest: '', expectedRevision: null, operation };
};

/** A change to a plan of about so many bytes. */
function wide(n: number, bytes: number) {
  const plan: Plan = {
    ...request().plan,
    hash: `plan-${n}`,
    outputSchema: `"${String(n).repeat(bytes).slice(0, bytes)}"`,
  };
  return request({ requestId: `a${n}`, plan });
}

test('a rewind of 900 KB is refused where it is read, and by the workflow whoever sends it', () => {
  const large = rewind(900 * 1024);
  assert.throws(() => parseOperation(large), /larger than \d+ bytes of JSON/);
  const refused = refuseOperation(jobIn('updating'), 'acme/denied', ask('r', large));
  assert.match(refused?.cause.message ?? '', /\d+ bytes of JSON, and a job's workflow takes \d+/);
  assert.ok(parseOperation(rewind(limits.operationBytesMax - 4_096)));
});

test('whatever is accepted while a change is under way, the state stays within its bound, and a stop is taken', () => {
  const job = jobIn('running');
  const sent: [string, number][] = [];
  for (let n = 0; n < 30; n++) {
    const requests = [wide(n, limits.planBytesMax - 8_192), ask(`w${n}`, rewind(limits.operationBytesMax - 4_096))];
    for (const one of requests) {
      const refused = 'plan' in one ? refuseApply(job, 'acme/denied', one) : refuseOperation(job, 'acme/denied', one);
      if (refused === null) {
        if ('plan' in one) acceptApply(job, one, now);
        else acceptOperation(job, one, now);
      } else sent.push([refused.cause.code, jsonBytes(job)]);
      assert.ok(jsonBytes(job) <= limits.stateBytesMax, `${jsonBytes(job)} bytes`);
    }
    // The audit topic takes what waits, and the loop what it can.
    job.trail = [];
    if (n % 7 === 0) takeRequests(job, now);
  }
  assert.ok(sent.length > 0, 'something was refused');
  for (const [code] of sent)
    assert.ok(['too_many_requests', 'kafka_unavailable', 'forbidden_state'].includes(code), code);
  assert.equal(refuseOperation(job, 'acme/denied', ask('s', { kind: 'stop', mode: 'drain' })), null);
});

test('answers that are kept are told whole as far as there is room, and in short beyond', () => {
  const job: JobData = jobIn('running');
  for (let n = 0; n < 40; n++) {
    const verdict = { kind: 'in_flight' as const, reasons: [] };
    acceptApply(job, request({ requestId: `n${n}` }, `SELECT ${n} AS ${'x'.repeat(900)} FROM s`), now);
    job.requests = job.requests.map((r) => ({
      ...r,
      verdict: { ...verdict, reasons: (r.verdict ?? verdict).reasons },
    }));
    job.trail = [];
  }
  assert.ok(jsonBytes(job.requests) <= limits.requestsKeptBytesMax + 4_096);
  assert.equal(job.requests.at(-1)?.requestId, 'n39');
});

test("a failure's message is clipped where it is made", () => {
  const { message } = failure('bad_record', `The value ${'x'.repeat(100_000)} has no number.`);
  assert.ok(message.length <= limits.failureCharsMax, `${message.length}`);
  assert.ok(message.startsWith('The value xxx') && message.endsWith('…'));
});
