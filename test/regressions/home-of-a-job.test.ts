/**
 * A job that writes to another cluster than it reads (at least once) is at home where it reads: there its group and its
 * tasks' transactional ids are, so there they are fenced, read and set. On the sink's cluster that would change nothing.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ControlDeps, createControlActivities } from '../../src/activities/index.ts';
import { makePlan } from '../../src/activities/plan.ts';
import { MillraceError } from '../../src/contracts/failure.ts';
import type { Plan } from '../../src/contracts/plan.ts';
import type { JobSpec, StreamSpec } from '../../src/contracts/spec.ts';
import { compileQuery } from '../../src/pipeline/compile.ts';
import { planOf, Scripted, spec } from '../workflow/scripted.ts';

const sources = [{ stream: 's', topics: [{ cluster: 'west', topic: 'in' }], writerSchema: '"string"' }];
const elsewhere = (topic: string): Plan => {
  const s = spec({
    delivery: 'at_least_once',
    sink: { kafka: { cluster: 'main', topic, partitions: 1, format: 'json' } },
  });
  return { ...planOf(s), sources };
};

let world: Scripted;
before(async () => {
  world = await Scripted.start();
});
after(() => world.close());

test('fencing goes to the cluster that the job reads', async () => {
  const fenced: string[] = [];
  const fence = async (bootstrap: string): Promise<void> => void fenced.push(bootstrap);
  const deps = { clusters: { main: { bootstrap: 'sink:1' }, west: 'source:1' }, fence } as unknown as ControlDeps;
  await createControlActivities(deps).fenceTasks({ plan: elsewhere('out'), ids: ['x'] });
  assert.deepEqual(fenced, ['source:1']);
});

test('a former life, kept positions and a rewind are looked for on the cluster that the job reads', async () => {
  const name = 'crosses';
  await world.apply(name, { delivery: 'at_least_once' }, { plan: elsewhere(name) });
  await world.until(name, 'running');
  await world.operate(name, { kind: 'rewind', to: 'earliest' });
  await world.until(name, (s) => s.state === 'running' && s.generation === 2);
  await world.operate(name, { kind: 'pause' });
  await world.until(name, 'paused');
  const { clusters } = world.script(name);
  assert.ok(clusters.length >= 4, clusters.join());
  assert.deepEqual(new Set(clusters), new Set(['west']));
  await world.stop(name, 'cancel');
  await world.handle(name).result();
});

test('a job may write to another cluster at least once, and not exactly once', () => {
  const avro = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }] };
  const stream: StreamSpec = { topics: [{ cluster: 'west', topic: 'in' }], schema: { avro }, ordering: 'key' };
  const plan = (delivery: JobSpec['delivery']) =>
    makePlan(compileQuery, { tenant: 'acme', name: 'j', spec: spec({ delivery }) }, { s: stream });
  assert.equal(plan('at_least_once').sink.kafka.cluster, 'main');
  assert.throws(
    () => plan('exactly_once'),
    (e) => e instanceof MillraceError && /at_least_once/.test(e.message),
  );
});
