/**
 * A job's operations on real servers, through REST and the command line by turns: pause, resume, rescale, upgrade, change,
 * rollback, rewind, stop. What they leave in the output is held against the oracle.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { verifyJob } from '../../../examples/demo/verify.ts';
import { type Ran, spawnCli } from '../../support/cli.ts';
import {
  assertExactlyOnce,
  deniedJob,
  isCaughtUp,
  isRunning,
  load,
  openWorld,
  recordsIn,
  statusWhen,
  type World,
} from '../../support/world.ts';

const job = deniedJob('ops', { tasks: { min: 1, max: 4 } });
const path = '/v1/tenants/acme/jobs/ops';
let world: World;
let written = 0;

before(async () => {
  world = await openWorld({ hosts: 2 });
  await more(2_000);
});
after(() => world.system.close());

async function more(count: number): Promise<void> {
  await load(world.bootstrap, count, written);
  written += count;
}

async function http(method: string, to: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await fetch(new URL(to, world.system.api.url), {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

const millrace = (line: string): Promise<Ran> =>
  spawnCli(line.split(' '), { env: { TEMPORAL_ADDRESS: world.system.temporal.address, MILLRACE_TENANT: 'acme' } });

async function good(line: string): Promise<string> {
  const ran = await millrace(line);
  assert.equal(ran.code, 0, `millrace ${line}\n${ran.out}${ran.err}`);
  return ran.out;
}

const caughtUp = (what: string) => statusWhen(world, job, what, isCaughtUp);

test('created paused, resumed, paused and resumed again: every event is output once', async () => {
  const created = await http('PUT', `${path}?paused=true`, job.document);
  assert.deepEqual([created.status, created.body.outcome], [200, 'paused']);
  assert.equal((await http('GET', path)).body.state, 'paused');
  assert.equal(await good('resume job ops --wait'), 'job/ops runs again\n');
  await caughtUp('caught up');

  assert.equal(await good('pause job ops --wait --why because'), 'job/ops paused\n');
  const restart = await http('POST', `${path}/restart`);
  assert.deepEqual([restart.status, restart.body.code], [409, 'forbidden_state']);
  assert.match(restart.body.detail, /paused/);
  await more(1_000);

  const key = { 'idempotency-key': 'resume-1', 'millrace-actor': 'ada' };
  assert.equal((await http('POST', `${path}/resume`, undefined, key)).status, 202);
  assert.equal(
    await good('wait job/ops --for request=resume-1'),
    'job/ops condition met: request=resume-1 (deployed)\n',
  );
  const again = await http('POST', `${path}/resume`, undefined, key);
  assert.deepEqual([again.body.requestId, again.body.asked], ['resume-1', 'resume']);
  await caughtUp('caught up after the pause');
  assert.match(await good('get jobs'), /acme +ops +running +\d+s /);
  await assertExactlyOnce(world, job, written);
});

test('rescaled up and down: partitions follow, and every event is output once', async () => {
  const { body } = await http('POST', `${path}/rescale`, { tasks: 3 });
  await good(`wait job/ops --for request=${body.requestId}`);
  const wide = await caughtUp('caught up with three tasks');
  assert.deepEqual([wide?.tasks.length, wide?.revision, wide?.spec.tasks.min], [3, 2, 3]);
  await more(1_000);
  assert.equal(await good('rescale job ops --tasks 1 --wait'), 'job/ops rescaled to 1 task\n');
  assert.equal((await caughtUp('caught up with one task'))?.tasks.length, 1);
  await assertExactlyOnce(world, job, written);
});

test('an upgrade to a release that no host has leaves the job running as it was', async () => {
  const hosts = (await http('GET', '/v1/hosts')).body.items as { hostId: string; release: string }[];
  assert.deepEqual(hosts.map((h) => h.hostId).sort(), world.system.hosts.map((h) => h.id).sort());
  const [host] = hosts;
  assert.match(await good('get hosts'), new RegExp(`^HOST .*\\n${host?.hostId} +${host?.release} `));
  const before = (await http('GET', path)).body;
  const ran = await millrace('upgrade job ops --release 9.9.9 --wait');
  assert.equal(ran.code, 1, ran.out + ran.err);
  assert.match(ran.err, /9\.9\.9/);
  const after = await statusWhen(world, job, 'running', isRunning);
  assert.deepEqual(
    after?.tasks,
    before.tasks.map((t: object, i: number) => ({ ...t, report: after?.tasks[i]?.report })),
  );
  assert.equal(after?.release, null);
  assert.equal(
    await good(`upgrade job ops --release ${host?.release} --wait`),
    `job/ops runs on release ${host?.release}\n`,
  );
});

test('a change is judged before it is made, and rolled back to the revision before', async () => {
  const narrow = {
    ...job.document.spec,
    sql: "SELECT event_id FROM firewall WHERE action = 'deny'",
    tasks: { min: 1, max: 4 },
  };
  const planned = (await http('PUT', `${path}?dryRun=true`, { spec: narrow })).body;
  assert.equal(planned.verdict, 'drain_replace');
  assert.ok(planned.reasons.length > 0 && planned.reasons.every((r: { why: string }) => r.why !== ''));
  const forbidden = await http('PUT', `${path}?inFlightOnly=true`, { spec: narrow });
  assert.deepEqual([forbidden.status, forbidden.body.code], [409, 'change_refused']);
  assert.ok(forbidden.body.errors.every((e: { pointer: string }) => e.pointer.startsWith('/spec/')));

  const before = (await http('GET', path)).body;
  const stricter = { ...before.spec, sql: `${before.spec.sql} AND event_id <> ''` };
  const changed = await http('PUT', path, { spec: stricter }, { 'if-match': `"${before.revision}"` });
  assert.equal(changed.body.verdict.kind, 'in_flight');
  await good(`wait job/ops --for request=${changed.body.requestId}`);
  assert.equal(await good('rollback job ops --wait'), 'job/ops runs the spec before again\n');
  const back = (await http('GET', path)).body;
  assert.deepEqual([back.spec.sql, back.revision], [before.spec.sql, before.revision + 2]);
  assert.equal((await http('POST', `${path}/rollback`, { revision: 999 })).status, 404);
  await more(500);
  await caughtUp('caught up after the rollback');
  await assertExactlyOnce(world, job, written);
});

test('a rewind outputs again what lies between, and says so', async () => {
  const { body } = await http('POST', `${path}/rewind`, { to: { timestamp: '2026-01-31' } });
  assert.deepEqual([body.code, body.errors[0].pointer], ['invalid_spec', '/to/timestamp']);
  const rewound = await good('rewind job ops --to earliest --wait');
  assert.match(rewound, /^job\/ops rewound\n {2}\S/);
  const status = await caughtUp('caught up with all of it again');
  assert.equal(recordsIn(status), written);
  const { found, expected } = await verifyJob(world.bootstrap, job);
  assert.equal(found, 2 * expected);
  const described = await good('describe job ops');
  assert.match(described, /rewind +\d+ +deployed/);
});

test('a stop that is repeated by its key after the end gets its answer, another one finds no job', async () => {
  const key = { 'idempotency-key': 'stop-1' };
  assert.equal((await http('POST', `${path}/stop`, undefined, key)).status, 202);
  await statusWhen(world, job, 'gone', (status) => status === null);
  const again = await http('POST', `${path}/stop`, undefined, key);
  assert.deepEqual([again.status, again.body.requestId], [202, 'stop-1'], JSON.stringify(again.body));
  assert.equal((await http('POST', `${path}/stop`)).status, 404);
});
