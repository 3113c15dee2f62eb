/**
 * What a job's workflow keeps and sends grows with the partitions that it reads, and nothing bounded those: with 10,000 and the audit topic
 * away it took no request but a stop after three recoveries, 50,000 were a state that no new run could begin with.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CompileDeps, compileJob } from '../../src/activities/compile-job.ts';
import { failure } from '../../src/contracts/failure.ts';
import { jsonBytes } from '../../src/contracts/json-bytes.ts';
import { defaultQuota, limits } from '../../src/contracts/limits.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import { beyondPositions, type PartitionCounts, roomTaken } from '../../src/contracts/position-bounds.ts';
import type { KeptPositions, Positions } from '../../src/contracts/positions.ts';
import type { TopicChange } from '../../src/contracts/topic-change.ts';
import { decide } from '../../src/workflows/job/decide.ts';
import { statusOf } from '../../src/workflows/job/describe.ts';
import { keptOf, plainPositions, withinRoom } from '../../src/workflows/job/positions.ts';
import { acceptApply, refuseApply } from '../../src/workflows/job/requests.ts';
import { type JobData, move } from '../../src/workflows/job/state.ts';
import { hear } from '../../src/workflows/job/topics.ts';
import { nextEntries, trailIsFull } from '../../src/workflows/job/trail.ts';
import { generation, jobIn, now, request } from '../unit/workflows/jobs.ts';

const payloadBytesMax = 2 * 1024 * 1024;
const messageBytesMax = 4 * 1024 * 1024;

/** Topics of so many partitions each, as many as a job can read; names of so many characters. */
function mostOf(partitions: number, nameChars: number): PartitionCounts {
  const name = (n: number): string => `t${n}-`.padEnd(nameChars, 'x');
  const counts: Record<string, number> = {};
  let taken = 0;
  for (let n = 0; ; n++) {
    taken += roomTaken(name(n), partitions);
    if (taken > 1) break;
    counts[name(n)] = partitions;
  }
  assert.equal(beyondPositions('', counts), null);
  return counts;
}

/** One topic with as many partitions as a job can read. */
function largestTopic(topic: string): number {
  let partitions = 0;
  while (roomTaken(topic, partitions + 100) <= 1) partitions += 100;
  return partitions;
}

const id = 'x'.repeat(22);

function keptAt(counts: PartitionCounts, offset: string): KeptPositions {
  const topics = Object.entries(counts).map(([topic, partitions]) => {
    const offsets = Object.fromEntries(Array.from({ length: partitions }, (_, p) => [p, offset]));
    return [topic, { id, begun: partitions, partitions, offsets }] as const;
  });
  return Object.fromEntries(topics);
}

/** A plan that reads these topics. */
const reading = (topics: readonly string[]): Plan => {
  const { plan } = request();
  const sources = plan.sources.map((s) => ({ ...s, topics: topics.map((topic) => ({ cluster: 'main', topic })) }));
  return { ...plan, sources };
};

/** A job that runs and reads these topics. */
function jobOver(positions: KeptPositions): JobData {
  const job = jobIn('running');
  if (job.phase.state !== 'running') throw new Error('it runs');
  const plan = reading(Object.keys(positions));
  job.phase = { ...job.phase, revision: { ...job.phase.revision, plan } };
  job.positions = positions;
  job.trail = [];
  return job;
}

const seen = {
  ...{ now, ends: [], living: 1, acted: true },
  ...{ historyEvents: 10, historyBytes: 1_000, continueSuggested: false },
};

const shapes: readonly (readonly [partitions: number, nameChars: number])[] = [
  [1, 12],
  [1, 249],
  [3, 20],
  [32, 40],
  [256, 20],
  [256, 249],
  [1_000, 30],
];

test('positions of as many partitions as a job can read fit its state twice, and the orders of all its tasks', () => {
  const perTask = 2_500;
  for (const [partitions, nameChars] of shapes) {
    const what = `${partitions} partitions, names of ${nameChars}`;
    const kept = keptAt(mostOf(partitions, nameChars), String(Number.MAX_SAFE_INTEGER));
    const topics = Object.keys(kept);
    assert.ok(topics.length > 0, what);
    assert.ok(jsonBytes(kept) <= limits.positionsBytesMax, `${what}: ${jsonBytes(kept)} bytes`);
    for (const tasks of [1, 7, limits.tasksMax]) {
      const orders = Array.from({ length: tasks }, (_, index) => jsonBytes(keptOf(kept, topics, index, tasks)));
      const sent = orders.reduce((sum, bytes) => sum + bytes, 0);
      assert.ok(sent <= limits.sentPositionsBytesMax + 2 * tasks, `${what}: ${sent} bytes to ${tasks} tasks`);
      const all = sent + limits.taskPlansBytesMax + tasks * perTask + limits.historyBatchBytesMax;
      assert.ok(all < messageBytesMax, `${what}: ${all} bytes in one message`);
    }
  }
  assert.ok(largestTopic('acme.events') > 5_000, 'that is no bound for most');
  const common = Object.values(mostOf(32, 30)).length;
  assert.ok(common > 2 * limits.streamTopicsMax, `${common} topics`);
});

/** Loses its tasks and recovers, as the audit topic takes nothing. */
function recover(job: JobData, times: number, positions: Positions): void {
  const running = job.phase;
  const { revision } = running;
  const by = { now, asker: { requestId: '', by: 'millrace', why: null } };
  for (let n = 0; n < times; n++) {
    const cause = failure('host_lost', 'y'.repeat(limits.failureCharsMax));
    move(job, 'lost', { state: 'deploying', revision, prepared: null }, { ...by, cause, ended: positions });
    move(job, 'confirmed', running, { ...by, ended: positions, began: positions });
  }
}

test('with all of them, and the audit topic away, a job is changed as ever, and its state fits into a new run', () => {
  for (const [partitions, nameChars] of shapes) {
    const kept = keptAt(mostOf(partitions, nameChars), '1234567890');
    const job = jobOver(kept);
    recover(job, 40, plainPositions(kept));
    assert.equal(trailIsFull(job), false, `${partitions}: ${jsonBytes(job.trail)} bytes wait`);
    assert.ok(jsonBytes(nextEntries(job)) < limits.historyBatchBytesMax + 64 * 1024);
    const change = request({ requestId: 'r2', plan: { ...job.phase.revision.plan, hash: 'another' } });
    assert.equal(refuseApply(job, 'acme/denied', change), null);
    acceptApply(job, change, now);
    const hosts = generation(1, limits.tasksMax);
    const [queued] = job.queue;
    assert.ok(queued?.kind === 'apply');
    job.phase = {
      ...{ state: 'updating', revision: queued.revision, how: 'drain_replace', asItWas: false },
      ...{ prepared: hosts, previous: hosts, baseline: null, ended: plainPositions(kept) },
    };
    const own = jsonBytes({ ...job, positions: {} }) - jsonBytes(plainPositions(kept));
    // What was asked may be as much as it can be by then.
    const bytes = jsonBytes(job) - own + limits.stateBytesMax + limits.historyWaitingBytesMax;
    assert.ok(bytes < payloadBytesMax - 64 * 1024, `${partitions}: ${bytes} bytes`);
  }
});

test('an entry of a history tells where so many tasks ended and began as far as it has room, and how many more there were', () => {
  const few: Positions = { in: { id, offsets: { 0: '5', 1: '6' } } };
  const job = jobOver(keptAt({ in: 4_000 }, '1234567890'));
  recover(job, 1, few);
  assert.deepEqual(
    job.trail.map((e) => e.kind === 'transition' && [e.ended, e.began, e.untold]),
    [
      [few, null, undefined],
      [few, few, undefined],
    ],
  );
  recover(job, 1, plainPositions(job.positions));
  const entry = job.trail.at(-1);
  assert.ok(entry?.kind === 'transition');
  assert.ok(jsonBytes(entry) < 2 * limits.entryPositionsBytesMax + 4_096, `${jsonBytes(entry)} bytes`);
  const told = Object.entries(entry.ended?.['in']?.offsets ?? {});
  assert.deepEqual(told[0], ['0', '1234567890']);
  assert.ok(told.length > 500);
  assert.deepEqual(entry.untold, { ended: 4_000 - told.length, began: 4_000 - told.length });
});

test('a spec that reads more partitions than there is room for is refused: how many, how many would do, and what to do', () => {
  const topics = { in: 4_000, 'in-too': 4_000 };
  const applied = request({ requestId: 'r2', plan: { ...reading(Object.keys(topics)), hash: 'another' } });
  const words =
    /^At \/spec\/sql: the job would read 8000 partitions of 2 topics, and its workflow has room for the positions of about [56]\d\d\d such; read some of its topics in another job, or topics of fewer partitions\.$/;
  const refused = refuseApply(null, 'acme/denied', { ...applied, partitions: topics });
  assert.equal(refused?.cause.code, 'invalid_spec');
  assert.match(refused.cause.message, words);
  const job = jobOver(keptAt({ in: 4_000 }, '1'));
  assert.match(refuseApply(job, 'acme/denied', { ...applied, partitions: topics })?.cause.message ?? '', words);
  assert.equal(refuseApply(job, 'acme/denied', { ...applied, partitions: { ...topics, 'in-too': 500 } }), null);
  // Of what it reads already more has been added than it takes up: it can be changed all the same.
  const same = request({ requestId: 'r3', plan: { ...reading(['in']), hash: 'another' } });
  assert.equal(refuseApply(job, 'acme/denied', { ...same, partitions: { in: 50_000 } }), null);
});

test('planning looks at how many partitions there are: for a job that is not there yet, too many are refused', async () => {
  const counts = new Map([['in', 50_000]]);
  const deps = {
    quota: defaultQuota,
    countJobs: async () => 0,
    compiler: { streamsOf: async () => ['s'], makePlan: async () => reading(['in']) },
    getStream: async () => ({ spec: { topics: [{ cluster: 'main', topic: 'in' }] } }),
    admins: () => ({ partitions: async () => counts }),
    mayWrite: async () => true,
    clusters: { main: { bootstrap: '127.0.0.1:9092' } },
    ...{ deployment: 'millrace', reservedTopics: [], privateTopics: [], readStanding: async () => ({}) },
  } as unknown as CompileDeps;
  const order = { tenant: 'acme', name: 'denied', spec: request().spec, applies: false };
  const planning = compileJob(deps, { ...order, isNew: true });
  await assert.rejects(planning, /would read 50000 partitions of one topic/);
  const { partitions } = await compileJob({ ...deps, jobExists: async () => true }, { ...order, isNew: false });
  assert.deepEqual(partitions, { in: 50_000 }, 'the workflow of one that is there knows which of them it reads');
  counts.clear();
  await assert.rejects(compileJob(deps, { ...order, isNew: true }), /The topic in of the job's streams doesn't exist/);
});

const grown = (topic: string, from: number, to: number): TopicChange => ({
  ...{ topic, use: 'read', fact: 'partitions' },
  ...{ from, to },
});

test('a job whose topic grows beyond that goes on with what it reads, and says so; what there is room for it takes up', () => {
  const job = jobOver(keptAt({ in: 4_000, other: 4 }, '1'));
  hear(job, { generation: 1, changes: [grown('in', 4_000, 50_000)] });
  const next = decide(job, seen);
  assert.deepEqual(next, { do: 'wait', until: null });
  const [told] = statusOf(job, next, null).changes;
  assert.deepEqual(told, { ...grown('in', 4_000, 50_000), noRoom: true });
  hear(job, { generation: 1, changes: [grown('in', 4_000, 50_000), grown('other', 4, 6)] });
  const follows = decide(job, seen);
  assert.deepEqual(follows, { do: 'follow' });
  assert.doesNotMatch(statusOf(job, follows, null).next, /50000/);
});

test('of what topics have become the partitions that are read stay, then come new topics, then added partitions, then topics read no more', () => {
  const before = { former: keptAt({ former: 3_000 }, '7')['former']!, ...keptAt({ a: 3_000, b: 100 }, '1') };
  const after = { ...before, ...keptAt({ a: 50_000, b: 110, c: 1_000 }, '2') };
  const fitting = withinRoom(before, after, ['a', 'b', 'c']);
  assert.deepEqual(
    Object.entries(fitting).map(([topic, { partitions }]) => [topic, partitions]),
    [
      ['a', 3_000],
      ['b', 110],
      ['c', 1_000],
    ],
  );
  assert.equal(fitting['a']?.offsets[2_999], '2', 'it is known where it stands now');
  assert.equal(fitting['a']?.offsets[3_000], undefined);
  assert.deepEqual(Object.keys(withinRoom(before, before, ['b'])), ['a', 'b'], 'what was read first goes first');
});
