/**
 * Rollouts on real servers, each part its own process: restart in waves over two tenants, a patch that is no good, pause and
 * resume by selector, and a control process that is killed in the middle.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MillraceClient } from '../../../src/client/client.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { auditTopic, defaultDeployment } from '../../../src/contracts/names.ts';
import type { RolloutOrderInput } from '../../../src/contracts/rollout.ts';
import type { JobOutcome, RolloutStatus } from '../../../src/contracts/rollout-status.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { type EmbeddedTemporal, startTemporal } from '../../../src/dev/temporal.ts';
import { ensureTopics } from '../../../src/kafka-admin/topics.ts';
import { until } from '../../support/patience.ts';

const apiVersion = 'millrace/v1';
/** Jobs with the label, by tenant and name, and one without. */
const labelled = ['acme/a', 'acme/b', 'acme/c', 'globex/d'] as const;
const other = 'globex/e';

let kafka: EmbeddedKafka;
let temporal: EmbeddedTemporal;
let client: MillraceClient;
let control: ChildProcess;
const children: ChildProcess[] = [];

async function start(file: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(`../../../src/worker/${file}`, import.meta.url));
  const servers = { KAFKA_BOOTSTRAP: kafka.bootstrap, TEMPORAL_ADDRESS: temporal.address };
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, ...servers, MILLRACE_TUNING: 'dev', MILLRACE_LOG: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise((ready) => child.stdout?.once('data', ready));
  return child;
}

before(async () => {
  [kafka, temporal] = await Promise.all([startKafka(), startTemporal()]);
  client = new MillraceClient({ address: temporal.address });
  [control] = await Promise.all([start('control-main.ts'), start('host-main.ts', { MILLRACE_HOST_ID: 'host-1' })]);
  const topics = ['acme.in', 'globex.in', auditTopic(defaultDeployment)].map((topic) => ({ topic, partitions: 1 }));
  await ensureTopics({ bootstrap: kafka.bootstrap }, topics);
  const avro = { type: 'record', name: 'E', fields: [{ name: 'a', type: 'string' }] };
  for (const tenant of ['acme', 'globex']) {
    const spec = { topics: [{ topic: `${tenant}.in` }], schema: { avro } };
    await client.applyStream({ apiVersion, kind: 'Stream', metadata: { tenant, name: 'events' }, spec });
  }
  for (const key of [...labelled, other]) {
    const [tenant, name] = key.split('/') as [string, string];
    const labels: Record<string, string> = key === other ? {} : { team: 'soc' };
    const spec = { sql: 'SELECT a FROM events', sink: { kafka: { topic: `${tenant}.${name}` } } };
    await client.applyJob({ apiVersion, kind: 'Job', metadata: { tenant, name, labels }, spec });
  }
  await Promise.all([...labelled, other].map((key) => jobIs(key, 'running')));
  // Lists are a little late.
  while ((await client.listJobs({ labels: ['team=soc'], state: 'running' })).items.length < labelled.length) {
    await new Promise((done) => setTimeout(done, 100));
  }
});

after(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
  await client.close();
  await Promise.all(children.map((c) => c.exitCode ?? c.signalCode ?? new Promise((done) => c.once('exit', done))));
  await Promise.all([kafka.close(), temporal.close()]);
});

const job = (key: string) => client.getJob(...(key.split('/') as [string, string]));
const jobIs = (key: string, state: string) =>
  client.waitForJob(...(key.split('/') as [string, string]), (s) => s.state === state);
const generations = async (): Promise<number[]> =>
  Promise.all([...labelled, other].map(async (key) => (await job(key)).generation));

const soc: RolloutOrderInput['selector'] = { tenant: '*', labels: { team: 'soc' } };
const isOver = (s: RolloutStatus): boolean => ['finished', 'aborted', 'halted'].includes(s.state);

async function outcomesOf(id: string): Promise<JobOutcome[]> {
  const all: JobOutcome[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await client.rollouts.outcomes(id, { limit: 3, ...(cursor === '' ? {} : { cursor }) });
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}

const told = (outcomes: readonly JobOutcome[]): string[] =>
  outcomes.map((o) => `${o.tenant}/${o.name} ${o.outcome}`).sort();

/** Which states a rollout has gone through, and what became of each job, once it is over. */
async function over(id: string): Promise<{ status: RolloutStatus; outcomes: JobOutcome[] }> {
  const status = await client.rollouts.wait(id, isOver, { timeoutMs: 120_000 });
  return { status, outcomes: await outcomesOf(id) };
}

test('a restart goes over the selected jobs of every tenant in waves, each once, and is told in their histories', async () => {
  const before = await generations();
  const order: RolloutOrderInput = {
    action: { kind: 'restart' },
    selector: soc,
    strategy: { canary: [1], bakeMs: 500, concurrency: 2 },
  };
  const asking = { requestId: 'restart-1', by: 'ann', why: 'new certificates' };
  const { id } = await client.rollouts.start(order, asking);
  assert.deepEqual(await client.rollouts.start(order, asking), { id, requestId: 'restart-1' });
  await assert.rejects(client.rollouts.start(order, { id }), hasCode('forbidden_state'));
  const { status, outcomes } = await over(id);
  assert.deepEqual([status.state, status.waves.map((w) => w.counts.done)], ['finished', [1, 3]]);
  assert.deepEqual(
    told(outcomes),
    labelled.map((key) => `${key} done`),
  );
  assert.deepEqual(
    await generations(),
    before.map((g, i) => (i < labelled.length ? g + 1 : g)),
  );
  const restart = async () =>
    (await client.history('acme', 'a')).items.find((e) => e.kind === 'request' && e.asked.kind === 'restart');
  await until('its history is written', async () => (await restart()) !== undefined);
  const asked = await restart();
  assert.deepEqual([asked?.by, asked?.why], ['ann', `rollout ${id}: new certificates`]);
  const listed = await client.rollouts.list();
  assert.deepEqual(
    listed.items.map((r) => [r.id, r.state, r.action, r.total, r.counts.done, r.by]),
    [[id, 'finished', 'restart', 4, 4, 'ann']],
  );
});

test('a patch that no job can take is seen before, and halts at the first; the rest is untouched', async () => {
  const before = await Promise.all(labelled.map(async (key) => (await job(key)).revision));
  const order = {
    action: { kind: 'patch', patch: { spec: { sql: 'SELECT nope FROM events' } } },
    selector: soc,
    strategy: { canary: ['25%'] },
  } satisfies RolloutOrderInput;
  const preview = await client.rollouts.preview(order);
  assert.deepEqual([preview.total, preview.waves], [4, [1, 3]]);
  assert.deepEqual(
    preview.items.map((p) => p.change?.verdict),
    Array(4).fill('refused'),
  );
  const { id } = await client.rollouts.start(order, { id: 'nope' });
  const halted = await client.rollouts.wait(id, (s) => s.state === 'halted');
  assert.deepEqual([halted.counts.failed, halted.failures[0]?.cause?.code], [1, 'invalid_sql']);
  assert.equal((await client.rollouts.operate(id, 'abort', { requestId: 'x' })).outcome, 'accepted');
  const status = await client.rollouts.wait(id, (s) => s.state === 'aborted');
  assert.equal(status.counts.not_begun, 3);
  const kinds = (await outcomesOf(id)).map((o) => o.outcome).sort();
  assert.deepEqual(kinds, ['failed', 'not_begun', 'not_begun', 'not_begun']);
  assert.deepEqual(await Promise.all(labelled.map(async (key) => (await job(key)).revision)), before);
});

test('a patch changes what it names of every job, and no more', async () => {
  const order = {
    action: { kind: 'patch', patch: { spec: { errors: { policy: 'skip' } }, metadata: { labels: { tier: '1' } } } },
    selector: { tenant: 'acme' },
  } satisfies RolloutOrderInput;
  assert.deepEqual(
    (await client.rollouts.preview(order)).items.map((p) => p.change?.verdict),
    Array(3).fill('in_flight'),
  );
  const { status } = await over((await client.rollouts.start(order)).id);
  assert.deepEqual([status.state, status.counts.done], ['finished', 3]);
  const changed = await job('acme/a');
  assert.deepEqual([changed.spec.errors, changed.labels], [{ policy: 'skip' }, { team: 'soc', tier: '1' }]);
  assert.equal(changed.spec.sql, 'SELECT a FROM events');
  const again = await over((await client.rollouts.start(order)).id);
  assert.deepEqual(
    again.outcomes.map((o) => o.outcome),
    ['unchanged', 'unchanged', 'unchanged'],
  );
});

test('named jobs are paused, one that is none is skipped; those that are paused are resumed', async () => {
  const named = ['acme/a', 'globex/d', 'acme/nobody'].map((key) => {
    const [tenant = '', name = ''] = key.split('/');
    return { tenant, name };
  });
  const paused = await over((await client.rollouts.start({ action: { kind: 'pause' }, selector: { jobs: named } })).id);
  assert.deepEqual(told(paused.outcomes), ['acme/a done', 'acme/nobody skipped', 'globex/d done']);
  const restart = { action: { kind: 'restart' }, selector: { jobs: named.slice(0, 1) } } as const;
  const refused = await over((await client.rollouts.start(restart)).id);
  assert.deepEqual([told(refused.outcomes), refused.outcomes[0]?.cause?.code], [['acme/a skipped'], 'forbidden_state']);
  while ((await client.listJobs({ state: 'paused' })).items.length < 2)
    await new Promise((done) => setTimeout(done, 100));
  const selector = { tenant: '*', state: 'paused' } as const;
  const resumed = await over((await client.rollouts.start({ action: { kind: 'resume' }, selector })).id);
  assert.deepEqual(told(resumed.outcomes), ['acme/a done', 'globex/d done']);
  assert.deepEqual([(await job('acme/a')).state, (await job('globex/d')).state], ['running', 'running']);
});

test('a control process that is killed in the middle: it goes on with another, and asks no job twice', async () => {
  const before = await generations();
  const order = { action: { kind: 'restart' }, selector: soc, strategy: { concurrency: 1 } } as const;
  const { id } = await client.rollouts.start(order);
  await client.rollouts.wait(id, (s) => s.counts.done >= 1 && s.underWay === 1);
  control.kill('SIGKILL');
  control = await start('control-main.ts');
  const { status, outcomes } = await over(id);
  assert.equal(status.state, 'finished');
  assert.deepEqual(
    told(outcomes),
    labelled.map((key) => `${key} done`),
  );
  assert.deepEqual(
    await generations(),
    before.map((g, i) => (i < labelled.length ? g + 1 : g)),
  );
});

test('what is not there is not found; what has ended still answers', async () => {
  await assert.rejects(client.rollouts.get('none'), hasCode('not_found'));
  await assert.rejects(client.rollouts.operate('none', 'pause'), hasCode('not_found'));
  await assert.rejects(client.rollouts.outcomes('none'), hasCode('not_found'));
  await assert.rejects(client.rollouts.operate('nope', 'resume'), hasCode('forbidden_state'));
  assert.equal((await client.rollouts.operate('nope', 'abort', { requestId: 'x' })).outcome, 'accepted');
  assert.equal((await client.rollouts.operate('nope', 'abort')).outcome, 'unchanged');
});

const hasCode = (code: string) => (error: unknown) => error instanceof MillraceError && error.failure.code === code;
