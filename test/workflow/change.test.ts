/** Changes that are more than a takeover: drain and replace, rescale, restart, upgrade, rewind; and how they go wrong. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../src/contracts/limits.ts';
import { noCounters, type TaskEnd } from '../../src/contracts/task.ts';
import { at, kept } from '../support/positions.ts';
import { fail, failedEnd, outcomeOf, refusalOf, Scripted } from './scripted.ts';

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

const asAvro = (name: string) => ({
  sink: { kafka: { cluster: 'main', topic: name, partitions: 1, format: 'avro' as const } },
});

async function end(name: string): Promise<void> {
  await world.stop(name, 'cancel');
  await world.handle(name).result();
}

test('drain and replace: the new tasks are prepared, the old ones drained, then the new ones begin where those ended', async () => {
  const script = world.script('replace');
  await world.apply('replace');
  await world.until('replace', 'running');
  const order: string[] = [];
  script.prepare = ({ generation }) => void order.push(`prepare ${generation}`);
  script.drained = { kind: 'drained', by: 'order', positions: at({ in: { 0: '500' } }), counters: noCounters };
  const answer = await world.apply('replace', asAvro('replace'), { requestId: 'r2' });
  assert.equal(answer.verdict?.kind, 'drain_replace');
  const status = await world.until('replace', (s) => outcomeOf(s, 'r2')?.outcome === 'deployed');
  assert.equal(status.generation, 2);
  assert.deepEqual(order, ['prepare 2']);
  await end('replace');
  const confirmed = script.history.findLast((e) => e.kind === 'transition' && e.event === 'confirmed');
  assert.ok(confirmed?.kind === 'transition');
  assert.deepEqual([confirmed.ended, confirmed.began], [at({ in: { 0: '500' } }), at({ in: { 0: '7' } })]);
  assert.deepEqual(script.runs.at(-1)?.fence, ['millrace.acme.replace-g1-0']);
});

test('a change that may only be taken over in flight is refused where it would have to drain', async () => {
  await world.apply('only-flight');
  await world.until('only-flight', 'running');
  await assert.rejects(world.apply('only-flight', asAvro('only-flight'), { inFlightOnly: true }), (error) => {
    assert.equal(refusalOf(error)?.code, 'change_refused');
    return true;
  });
  const status = await world.status('only-flight');
  assert.deepEqual([status.revision, status.generation, status.state], [1, 1, 'running']);
  await end('only-flight');
});

test('a replacement that can not be prepared leaves the old tasks undrained', async () => {
  const script = world.script('unprepared');
  await world.apply('unprepared');
  await world.until('unprepared', 'running');
  script.prepare = () => {
    throw fail('topic_missing');
  };
  await world.apply('unprepared', asAvro('unprepared'), { requestId: 'r2' });
  const status = await world.until('unprepared', (s) => outcomeOf(s, 'r2')?.outcome === 'failed');
  assert.equal(status.state, 'running');
  assert.deepEqual(script.running(), ['1-0']);
  await end('unprepared');
});

test('a replacement that is not healthy goes back to the plan before, as a new generation', async () => {
  const script = world.script('goes-back');
  await world.apply('goes-back');
  await world.until('goes-back', 'running');
  script.confirm = async ({ generation }) => {
    if (generation === 2) throw fail('bad_record');
  };
  await world.apply('goes-back', asAvro('goes-back'), { requestId: 'r2' });
  const status = await world.until('goes-back', (s) => outcomeOf(s, 'r2')?.outcome === 'rolled_back');
  assert.deepEqual([status.state, status.generation], ['running', 3]);
  assert.equal(script.runs.at(-1)?.plan.sink.kafka.format, 'json');
  await end('goes-back');
});

for (const [how, rejects] of [
  ['fails', true],
  ['is worse', false],
] as const) {
  test(`a replacement that ${how} leaves both boundaries in the history: where the old plan ended, and where the new one did`, async () => {
    const name = `two-bounds-${rejects}`;
    const script = world.script(name);
    await world.apply(name, { errors: { policy: 'skip' } });
    await world.until(name, 'running');
    script.drained = { kind: 'drained', by: 'order', positions: at({ in: { 0: '5' } }), counters: noCounters };
    script.began = ({ generation }) => at({ in: { 0: generation === 2 ? '5' : '9' } });
    script.vitals = ({ generation }) => {
      return { ms: 1_000, recordsIn: 10_000, recordsFailed: generation === 2 ? 9_900 : 0, lagFirst: 0, lagLast: 0 };
    };
    script.confirm = async ({ generation }) => {
      if (rejects && generation === 2) throw fail('bad_record');
    };
    await world.apply(name, { ...asAvro(name), errors: { policy: 'skip' } }, { requestId: 'r2' });
    await world.until(name, (s) => outcomeOf(s, 'r2')?.outcome === 'rolled_back');
    await end(name);
    const told = script.history.flatMap((e) => (e.kind === 'transition' && e.from !== 'draining' ? [e] : []));
    const bounds = (from: string) => told.filter((e) => e.from === from).map((e) => [e.ended, e.began]);
    assert.deepEqual(bounds('updating'), [[at({ in: { 0: '5' } }), at({ in: { 0: '5' } })]]);
    assert.deepEqual(bounds('rolling_back'), [[at({ in: { 0: '9' } }), at({ in: { 0: '9' } })]]);
  });
}

test('a host that does not answer while it is to be drained is cancelled, fenced, and replaced all the same', async () => {
  const script = world.script('mute');
  script.heartbeatMs = 2_000;
  await world.apply('mute');
  await world.until('mute', 'running');
  script.drained = null;
  script.silence();
  script.heartbeatMs = 60_000;
  // It may commit more after this was read, until it is fenced.
  script.committed = () => ({ in: { 0: '5' } });
  await world.apply('mute', asAvro('mute'), { requestId: 'r2' });
  await world.until('mute', (s) => outcomeOf(s, 'r2')?.outcome === 'deployed');
  const { fence } = script.runs.at(-1)!;
  await end('mute');
  const confirmed = script.history.findLast((e) => e.kind === 'transition' && e.event === 'confirmed');
  assert.ok(confirmed?.kind === 'transition');
  assert.deepEqual(confirmed.ended, at({ in: { 0: '7' } }), 'it ended where the next one began');
  assert.deepEqual(fence, ['millrace.acme.mute-g1-0']);
});

test('a generation with far more failed records than the one before is rolled back', async () => {
  const script = world.script('sick');
  script.vitals = ({ generation }) => ({
    ms: 1_000,
    recordsIn: 10_000,
    recordsFailed: generation === 2 ? 9_000 : 10,
    lagFirst: 0,
    lagLast: 0,
  });
  await world.apply('sick', { errors: { policy: 'skip' } });
  await world.until('sick', 'running');
  await world.apply('sick', { sql: 'SELECT b FROM s', errors: { policy: 'skip' } }, { requestId: 'r2' });
  const status = await world.until('sick', (s) => outcomeOf(s, 'r2')?.outcome === 'rolled_back');
  assert.equal(status.spec.sql, 'SELECT a FROM s');
  assert.equal(status.generation, 3);
  await end('sick');
});

test('a job most of whose records fail by right comes back after it lost its host', async () => {
  const script = world.script('picky');
  const skips = { errors: { policy: 'skip' as const } };
  await world.apply('picky', skips);
  await world.until('picky', 'running');
  script.vitals = () => ({ ms: 1_000, recordsIn: 10_000, recordsFailed: 9_900, lagFirst: 0, lagLast: 0 });
  script.end(1, failedEnd('host_lost'));
  const status = await world.until('picky', (s) => s.state !== 'running' || s.generation === 2);
  assert.notEqual(status.state, 'failed');
  await world.until('picky', (s) => s.state === 'running' && s.generation === 2);
  await end('picky');
});

test('a rescale is a new revision of the same plan, and partitions follow their tasks', async () => {
  const script = world.script('wider');
  await world.apply('wider');
  await world.until('wider', 'running');
  await world.operate('wider', { kind: 'rescale', tasks: 4 }, { requestId: 'x' });
  const status = await world.until('wider', (s) => outcomeOf(s, 'x')?.outcome === 'deployed');
  assert.deepEqual([status.revision, status.generation, status.tasks.length], [2, 2, 4]);
  assert.deepEqual(status.spec.tasks, { min: 4, max: 4 });
  assert.deepEqual(script.running().sort(), ['2-0', '2-1', '2-2', '2-3']);
  assert.equal((await world.operate('wider', { kind: 'rescale', tasks: 4 })).outcome, 'unchanged');
  await end('wider');
});

test('a restart is a new generation of the same revision', async () => {
  await world.apply('anew');
  await world.until('anew', 'running');
  await world.operate('anew', { kind: 'restart' }, { requestId: 'x' });
  const status = await world.until('anew', (s) => outcomeOf(s, 'x')?.outcome === 'deployed');
  assert.deepEqual([status.revision, status.generation], [1, 2]);
  await end('anew');
});

test('an upgrade takes hosts of the release, and is refused where there are none', async () => {
  const script = world.script('upgrade');
  await world.apply('upgrade');
  await world.until('upgrade', 'running');
  await world.operate('upgrade', { kind: 'upgrade', release: '2.0' }, { requestId: 'x' });
  const status = await world.until('upgrade', (s) => outcomeOf(s, 'x')?.outcome === 'deployed');
  assert.equal(status.tasks[0]?.release, '2.0');
  assert.deepEqual(script.queues, ['millrace.hosts', 'millrace.hosts@2.0']);
  await world.operate('upgrade', { kind: 'upgrade', release: '3.0' }, { requestId: 'y' });
  const refused = await world.until('upgrade', (s) => outcomeOf(s, 'y')?.outcome === 'failed');
  assert.equal(outcomeOf(refused, 'y')?.cause?.code, 'no_host');
  assert.deepEqual([refused.state, refused.tasks[0]?.release, refused.release], ['running', '2.0', '2.0']);
  await end('upgrade');
});

test('a job whose release has no hosts any more recovers on any', async () => {
  const script = world.script('last-host');
  await world.apply('last-host');
  await world.until('last-host', 'running');
  await world.operate('last-host', { kind: 'upgrade', release: '2.0' }, { requestId: 'x' });
  await world.until('last-host', (s) => outcomeOf(s, 'x')?.outcome === 'deployed');
  script.prepare = () => {
    if (script.queues.at(-1) === 'millrace.hosts@2.0') throw fail('no_host');
  };
  script.end(2, failedEnd('host_lost'));
  await world.until('last-host', (s) => s.state === 'running' && s.generation === 3);
  assert.equal(script.queues.at(-1), 'millrace.hosts');
  await end('last-host');
});

test('a host that is shut down hands its tasks on, which is no failure', async () => {
  const script = world.script('leaves');
  await world.apply('leaves');
  await world.until('leaves', 'running');
  script.end(1, { kind: 'drained', by: 'host_shutdown', positions: at({ in: { 0: '8' } }), counters: noCounters });
  const status = await world.until('leaves', (s) => s.state === 'running' && s.generation === 2);
  assert.equal(status.lastFailure, null);
  await end('leaves');
});

const leaves: TaskEnd = {
  kind: 'drained',
  by: 'host_shutdown',
  positions: at({ in: { 0: '8' } }),
  counters: noCounters,
};

for (const [state, generation, asked] of [
  ['deploying', 1, {}],
  ['updating', 2, { sql: 'SELECT b FROM s' }],
  ['rolling back', 3, { sql: 'SELECT b FROM s' }],
] as const) {
  test(`a host that is shut down while a job is ${state} neither confirms what was asked nor undoes it`, async () => {
    const name = `leaves-${generation}`;
    const script = world.script(name);
    script.confirm = (task) => {
      if (generation === 3 && task.generation === 2) throw fail('bad_record');
      return task.generation === generation ? new Promise(() => {}) : Promise.resolve();
    };
    await world.apply(name, {}, { requestId: 'first' });
    if (generation > 1) {
      await world.until(name, 'running');
      await world.apply(name, asked, { requestId: 'second' });
    }
    await world.until(name, () => script.running().includes(`${generation}-0`));
    script.end(generation, leaves);
    const status = await world.until(name, (s) => s.state === 'failed' || s.generation > generation);
    assert.notEqual(status.state, 'failed');
    const done = await world.until(name, 'running');
    assert.equal(done.generation, generation + 1);
    assert.equal(outcomeOf(done, 'first')?.outcome, 'deployed');
    assert.equal(outcomeOf(done, 'second')?.outcome, [undefined, 'deployed', 'rolled_back'][generation - 1]);
    assert.notEqual(done.lastFailure?.code, 'host_lost');
    await end(name);
  });
}

test('that a task left its host is learned from the task, also where who watched it is the first to tell that it ended', async () => {
  const script = world.script('first-word');
  await world.apply('first-word');
  await world.until('first-word', 'running');
  script.confirm = async ({ generation }) => {
    if (generation !== 2) return;
    setTimeout(() => script.end(2, leaves), 300);
    throw fail('unhealthy');
  };
  await world.apply('first-word', { sql: 'SELECT b FROM s' }, { requestId: 'r2' });
  const status = await world.until('first-word', (s) => outcomeOf(s, 'r2')?.outcome !== 'pending');
  assert.equal(outcomeOf(status, 'r2')?.outcome, 'deployed');
  await end('first-word');
});

test('a job whose every host is shut down as it begins waits before it tries more', async () => {
  const script = world.script('no-rest');
  script.confirm = async ({ generation }) => {
    setTimeout(() => script.end(generation, leaves), 20);
    await new Promise(() => {});
  };
  await world.apply('no-rest');
  const status = await world.until('no-rest', 'failed');
  assert.equal(status.lastFailure?.code, 'host_lost');
  assert.equal(status.generation, limits.leavingsMax + 1);
  await end('no-rest');
});

test('a rewind drains, fences, sets the offsets and begins there; its effect is told', async () => {
  const script = world.script('rewind');
  await world.apply('rewind');
  await world.until('rewind', 'running');
  await world.operate('rewind', { kind: 'rewind', to: 'earliest' }, { requestId: 'x' });
  const status = await world.until('rewind', (s) => outcomeOf(s, 'x')?.outcome === 'deployed');
  assert.deepEqual([status.state, status.generation, status.revision], ['running', 2, 1]);
  assert.match(outcomeOf(status, 'x')?.note ?? '', /42/);
  assert.ok(script.fenced.has('millrace.acme.rewind-g1-0'));
  await end('rewind');
  const entry = script.history.find((e) => e.kind === 'transition' && e.event === 'rewound');
  assert.ok(entry?.kind === 'transition');
  assert.deepEqual([entry.ended, entry.began], [at({ in: { 0: '42' } }), at({ in: { 0: '0' } })]);
});

test('positions that can not be set leave the job where it stood', async () => {
  const script = world.script('no-rewind');
  await world.apply('no-rewind');
  await world.until('no-rewind', 'running');
  script.altered = () => {
    throw fail('offset_out_of_range');
  };
  const to = { offsets: { in: { 0: '999' } } };
  await world.operate('no-rewind', { kind: 'rewind', to }, { requestId: 'x' });
  const status = await world.until('no-rewind', (s) => s.state === 'running' && s.generation === 2);
  assert.equal(outcomeOf(status, 'x')?.outcome, 'failed');
  assert.equal(outcomeOf(status, 'x')?.cause?.code, 'offset_out_of_range');
  await end('no-rewind');
});

test('a paused job is rewound where it stands', async () => {
  const script = world.script('asleep');
  await world.apply('asleep', {}, { paused: true });
  await world.operate('asleep', { kind: 'rewind', to: 'earliest' }, { requestId: 'x' });
  const status = await world.until('asleep', (s) => outcomeOf(s, 'x')?.outcome === 'paused');
  assert.equal(status.state, 'paused');
  await world.operate('asleep', { kind: 'resume' });
  await world.until('asleep', 'running');
  assert.deepEqual(script.runs.at(-1)?.keptPositions, kept({ in: { 0: '0' } }));
  await end('asleep');
});

test('history that Kafka does not take is kept, holds nothing up, and is written in order when it does', async () => {
  const script = world.script('unwritten');
  let away = true;
  script.append = () => {
    if (away) throw Object.assign(fail('kafka_unavailable'), { nonRetryable: false });
  };
  await world.apply('unwritten');
  await world.until('unwritten', 'running');
  await world.apply('unwritten', { sql: 'SELECT b FROM s' });
  await world.until('unwritten', (s) => s.state === 'running' && s.generation === 2);
  assert.equal(script.history.length, 0);
  away = false;
  await end('unwritten');
  const seqs = [...new Set(script.history.map((e) => e.seq))];
  assert.deepEqual(
    seqs,
    seqs.map((_, i) => i + 1),
  );
  assert.ok(script.history.length >= 8);
});

test('a rewind of a failed job answers the request that it takes the place of', async () => {
  const script = world.script('instead');
  script.prepare = () => {
    throw fail('no_host');
  };
  await world.apply('instead', {}, { requestId: 'r1' });
  await world.until('instead', (s) => s.state === 'failed' && s.retryAt !== null);
  script.prepare = () => {};
  await world.operate('instead', { kind: 'rewind', to: 'earliest' }, { requestId: 'x' });
  const status = await world.until('instead', (s) => outcomeOf(s, 'x')?.outcome === 'deployed');
  assert.equal(outcomeOf(status, 'r1')?.outcome, 'replaced');
  await end('instead');
});
