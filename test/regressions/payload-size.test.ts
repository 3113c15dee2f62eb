/**
 * What a job's workflow remembers and what it sends at once are payloads of Temporal, which has bounds of 2 MB and 4 MB; a job that
 * passed them could not go on. The bounds on a schema and on a text were none on a plan, which tells each column four times.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan } from '../../src/activities/plan.ts';
import { jsonBytes } from '../../src/contracts/json-bytes.ts';
import { limits } from '../../src/contracts/limits.ts';
import { type Plan, sourceTopicsOf, taskPlan } from '../../src/contracts/plan.ts';
import { beyondPositions } from '../../src/contracts/position-bounds.ts';
import { jobSpec, streamSpec } from '../../src/contracts/spec.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';
import type { ApplyRequest, WorkflowJobStatus } from '../../src/workflows/job/messages.ts';
import { keptOf } from '../../src/workflows/job/positions.ts';
import { acceptApply, refuseApply, refuseOperation } from '../../src/workflows/job/requests.ts';
import { hear } from '../../src/workflows/job/topics.ts';
import { trailIsFull } from '../../src/workflows/job/trail.ts';
import { asker, generation, jobIn, now, request } from '../unit/workflows/jobs.ts';
import { outcomeOf, planOf, Scripted, spec as scriptedSpec } from '../workflow/scripted.ts';

const payloadBytesMax = 2 * 1024 * 1024;
const taskBytesOf = (plan: Plan): number => jsonBytes(taskPlan(plan));

/** A job over a stream of so many columns. */
function planned(columns: number, { sql = 'SELECT * FROM s', tasks = 1 } = {}): Plan {
  const fields = Array.from({ length: columns }, (_, i) => ({ name: `column_number_${i}`, type: ['null', 'string'] }));
  const stream = streamSpec.parse({
    topics: [{ topic: 'in' }],
    schema: { avro: { type: 'record', name: 'E', fields } },
  });
  const spec = jobSpec.parse({ sql, sink: { kafka: { topic: 'out' } }, tasks: { min: tasks, max: tasks } });
  return makePlan(compileQuery, { tenant: 'acme', name: 'j', spec }, { s: stream });
}

test('a plan that its workflow could not hold is refused: how long it is, how long it may be, and what to do', () => {
  assert.ok(planned(1_000));
  assert.throws(
    () => planned(3_000),
    /\/spec\/sql.* has \d+ bytes of JSON, and a job's workflow takes 327680; select fewer columns/,
  );
  assert.ok(planned(4_000, { sql: 'SELECT column_number_7 FROM s' }), 'a long schema of which little is read is none');
});

test('a spec asks for no more tasks than its plan can be sent to at once; nor does a rescale', () => {
  const plan = planned(300);
  const fit = Math.floor(limits.taskPlansBytesMax / taskBytesOf(plan));
  assert.ok(fit > 32 && fit < limits.tasksMax, `${fit} fit`);
  assert.ok(planned(300, { tasks: fit }));
  const tooMany = new RegExp(`asks for ${fit + 1} tasks.* can be sent to ${fit} at once; ask for ${fit} or fewer`);
  assert.throws(() => planned(300, { tasks: fit + 1 }), tooMany);

  const job = jobIn('running');
  acceptApply(job, request({ requestId: 'r2', plan }, plan.sql), now);
  const rescale = (tasks: number) =>
    refuseOperation(job, 'acme/denied', {
      ...asker('r3'),
      digest: '',
      expectedRevision: null,
      operation: { kind: 'rescale', tasks },
    });
  assert.equal(rescale(fit), null);
  assert.equal(rescale(fit + 1)?.cause.code, 'invalid_spec');
  assert.match(rescale(fit + 1)?.cause.message ?? '', tooMany);
});

/** A job over so many streams with as many topics as they may have, each of so many partitions. */
function wideRead(streams: number, partitions: number) {
  const names = Array.from({ length: streams }, (_, i) => `s${i}`);
  const sources = names.map((name) => {
    const topics = Array.from({ length: limits.streamTopicsMax }, (_, i) => ({ topic: `acme.${name}.topic-${i}` }));
    const fields = [{ name: 'a', type: 'string' }];
    return [name, streamSpec.parse({ topics, schema: { avro: { type: 'record', name: 'E', fields } } })] as const;
  });
  const sql = names.map((name) => `SELECT a FROM ${name}`).join(' UNION ALL ');
  const tasks = { min: limits.tasksMax, max: limits.tasksMax };
  const spec = jobSpec.parse({ sql, sink: { kafka: { topic: 'out' } }, tasks });
  const plan = makePlan(compileQuery, { tenant: 'acme', name: 'j', spec }, Object.fromEntries(sources));
  const offsets = Object.fromEntries(Array.from({ length: partitions }, (_, p) => [p, '1234567890']));
  const known = { id: 'x'.repeat(22), begun: partitions, partitions, offsets };
  return { plan, kept: Object.fromEntries(sourceTopicsOf(plan).map((topic) => [topic, known])) };
}

test('what all tasks of a generation are told at once fits one message, with the positions of all their topics', () => {
  const { plan, kept } = wideRead(2, 32);
  const topics = sourceTopicsOf(plan);
  const tasks = Array.from({ length: limits.tasksMax }, (_, index) => {
    return { plan: taskPlan(plan), keptPositions: keptOf(kept, topics, index, limits.tasksMax) };
  });
  const bytes = tasks.reduce((sum, order) => sum + jsonBytes(order), 0);
  assert.ok(bytes < 3.5 * 1024 * 1024, `${bytes} bytes`);
  assert.throws(() => wideRead(4, 32), /asks for 256 tasks.* can be sent to \d+ at once/);
});

/** A request with a plan as long as one may be; its text is as long as ten of it that are kept may be. */
function largest(requestId: string, n: number): ApplyRequest {
  const sql = `SELECT a${n} FROM s --${'x'.repeat(limits.revisionsKeptBytesMax / limits.revisionsKeptMax - 500)}`;
  const asked = request({ requestId }, sql);
  const plan = padded(
    { ...asked.plan, hash: String(n) },
    limits.planBytesMax - jsonBytes({ spec: asked.spec, plan: asked.plan }),
  );
  assert.ok(jsonBytes({ spec: asked.spec, plan }) > limits.planBytesMax - 100_000);
  return { ...asked, plan };
}

const padded = (plan: Plan, bytes: number): Plan => ({
  ...plan,
  sources: plan.sources.map((s) => ({ ...s, writerSchema: s.writerSchema + ' '.repeat(bytes) })),
});

test('the state of a job fits into a payload with all plans, revisions, requests, positions and history that it may have', () => {
  const job = jobIn('updating');
  acceptApply(job, largest('r2', 2), now);
  const [queued] = job.queue;
  assert.ok(queued?.kind === 'apply' && job.phase.state === 'updating');
  const { revision } = queued;
  const hosts = generation(1, Math.floor(limits.taskPlansBytesMax / taskBytesOf(revision.plan)));
  const partitions = 85;
  const offsets = Object.fromEntries(Array.from({ length: partitions }, (_, p) => [p, '1'.repeat(16)]));
  const known = { id: 'x'.repeat(22), begun: partitions, partitions, offsets };
  const topics = Array.from({ length: limits.streamTopicsMax }, (_, i) => [`acme.some-topic-${i}`, known] as const);
  job.positions = Object.fromEntries(topics);
  const counts = Object.fromEntries(topics.map(([topic]) => [topic, partitions]));
  assert.equal(beyondPositions('', counts), null);
  assert.ok(jsonBytes(job.positions) > 0.8 * limits.positionsBytesMax);
  job.phase = { ...job.phase, revision, prepared: hosts, previous: hosts, ended: job.positions };
  job.confirmed = { generation: 1, tasks: hosts.tasks, revision, vitals: [] };
  const change = {
    topic: 'x'.repeat(limits.topicCharsMax),
    use: 'read',
    fact: 'partitions',
    from: 1,
    to: 1_000,
  } as const;
  hear(job, { generation: 9, changes: Array.from({ length: 2 * limits.topicChangesMax }, () => change) });
  let n = 3;
  for (; refuseApply(job, 'acme/denied', largest(`r${n}`, n)) === null; n++) {
    acceptApply(job, largest(`r${n}`, n), now);
    // The audit topic takes what waits, and then no more.
    if (trailIsFull(job)) job.trail = [];
  }
  for (const last = job.requests.at(-1)!; job.requests.length < limits.requestsKeptMax; ) job.requests.push(last);
  const refused = refuseApply(job, 'acme/denied', largest('more', n))?.cause;
  assert.equal(refused?.code, 'too_many_requests');
  assert.match(refused.message, /bytes of JSON to remember, and its workflow holds/);
  assert.ok(jsonBytes(job) > limits.stateBytesMax * 0.8, `only ${jsonBytes(job)} bytes`);
  assert.ok(jsonBytes(job) < payloadBytesMax, `${jsonBytes(job)} bytes`);
});

test('a job with plans as long as they may be, for as many tasks as fit, is changed and goes on in new runs', async (t) => {
  const world = await Scripted.startReal();
  t.after(() => world.close());
  const name = 'wide';
  const largestOf = (sql: string): Plan => {
    const sink = { kafka: { cluster: 'main', topic: name, partitions: 1, format: 'json' } } as const;
    const s = scriptedSpec({ sql, sink });
    return padded(planOf(s), limits.planBytesMax - jsonBytes({ spec: s, plan: planOf(s) }) - 10);
  };
  const min = Math.floor(limits.taskPlansBytesMax / taskBytesOf(largestOf('SELECT a FROM s')));
  const apply = (sql: string, requestId = sql) =>
    world.apply(name, { sql, tasks: { min, max: min } }, { requestId, plan: largestOf(sql) });
  await world.begin(name, { atTakeover: 1, whileRunning: 1_000_000 });
  await apply('SELECT a FROM s');
  await world.until(name, 'running');
  const opened = Promise.withResolvers<void>();
  world.script(name).committed = () => opened.promise.then(() => ({}));
  await apply('SELECT b FROM s');
  await world.until(name, 'updating');
  await apply('SELECT c FROM s');
  opened.resolve();
  const isSettled = (s: WorkflowJobStatus, id: string): boolean => outcomeOf(s, id)?.outcome !== 'pending';
  let last = 'SELECT c FROM s';
  let revision = 3;
  let settled = await world.until(name, (s) => isSettled(s, last));
  // A machine that is short of time hands out preparations too late: that is no matter of their size.
  for (; outcomeOf(settled, last)?.cause?.code === 'no_host'; revision++) {
    last = `SELECT c FROM s, after ${revision}`;
    await apply('SELECT c FROM s', last);
    settled = await world.until(name, (s) => isSettled(s, last));
  }
  assert.equal(outcomeOf(settled, last)?.outcome, 'deployed');
  assert.equal(settled.revision, revision);
  assert.equal(settled.spec.sql, 'SELECT c FROM s');
  assert.equal(world.script(name).running().length, min);
  await world.stop(name, 'cancel');
  await world.handle(name).result();
});
