/** pause, resume, restart, stop, rescale, rewind, rollback, upgrade: what is asked of the client, printed, and exited with. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { failure } from '../../../src/contracts/failure.ts';
import { type Ran, runWith } from '../../support/cli.ts';
import { jobCalled } from '../../support/documents.ts';
import { MemoryClient } from '../../support/memory-client.ts';

async function withJob(...more: string[]): Promise<MemoryClient> {
  const client = new MemoryClient();
  const ran = await runWith(client, ['apply', '-f', '-', ...more], { stdin: jobCalled('a') });
  assert.equal(ran.code, 0, ran.err);
  return client;
}

const run = (client: MemoryClient, line: string): Promise<Ran> =>
  runWith(client, line.split(' '), { env: { MILLRACE_TENANT: 'acme' } });

/** Command line → what the job is asked, and how it reads once it is accepted and once it is done. */
const rows: readonly [line: string, asked: object, doing: string, done: string][] = [
  ['pause job a', { kind: 'pause' }, 'pausing', 'paused'],
  ['resume job a', { kind: 'resume' }, 'resuming', 'runs again'],
  ['restart job a', { kind: 'restart' }, 'restarting', 'restarted'],
  ['rescale job a --tasks 4', { kind: 'rescale', tasks: 4 }, 'rescaling', 'rescaled to 4 tasks'],
  ['rewind job a --to earliest', { kind: 'rewind', to: 'earliest' }, 'rewinding', 'rewound'],
  ['upgrade job a --release 1.4.0', { kind: 'upgrade', release: '1.4.0' }, 'upgrading', 'runs on release 1.4.0'],
  ['stop job a', { kind: 'stop', mode: 'drain' }, 'stopping', 'stopped'],
];

test('each command asks its operation, with who and why, and says what it does', async () => {
  const client = await withJob();
  for (const [line, asked, doing] of rows) {
    const ran = await run(client, `${line} --why because`);
    assert.deepEqual([ran.code, ran.out, ran.err], [0, `job/a ${doing}\n`, ''], line);
    assert.deepEqual(client.accepted.at(-1), { asked, options: { why: 'because' } });
  }
});

test('--wait follows each until it is known how it went', async () => {
  const client = await withJob();
  for (const [line, , , done] of rows) {
    const ran = await run(client, `${line} --wait`);
    const note = line.startsWith('rewind') ? '  what lies between is output again\n' : '';
    assert.deepEqual([ran.code, ran.out], [0, `job/a ${done}\n${note}`], ran.err);
    assert.match(ran.err, /^job acme\/a: \w+ \(generation \d+, tasks healthy 0\/1/);
  }
});

test('an operation that does not go well is 1, with its cause; as data too', async () => {
  const client = await withJob();
  client.fails = failure('unhealthy', 'No output in time.');
  const ran = await run(client, 'restart job a --wait -o json');
  assert.equal(ran.code, 1);
  assert.match(ran.err, /error: job acme\/a: No output in time\. \[unhealthy\]/);
  assert.equal(JSON.parse(ran.out).outcome, 'rolled_back');
  assert.match((await run(client, 'restart job a --wait')).out, /job\/a restart did not go well: rolled back/);
});

test('what the state forbids is 5 with the reason, what is so already is unchanged, what is not there is 4', async () => {
  const client = await withJob('--paused');
  const forbidden = await run(client, 'restart job a');
  assert.equal(forbidden.code, 5);
  assert.match(forbidden.err, /it is paused: resume it.*\[forbidden_state\]/);
  assert.equal((await run(client, 'pause job a')).out, 'job/a unchanged\n');
  assert.equal((await run(client, 'pause job b')).code, 4);
  assert.equal((await run(client, 'pause job a --if-revision 7')).code, 5);
});

test('a paused job stays paused through what it is asked', async () => {
  const client = await withJob('--paused');
  assert.equal((await run(client, 'rescale job a --tasks 1 --wait')).out, 'job/a rescaled to 1 task\n');
  assert.equal(client.jobs.get('acme/a')?.state, 'paused');
});

test('the same request id asks once', async () => {
  const client = await withJob();
  await run(client, 'rescale job a --tasks 4 --request-id r-4');
  assert.equal((await run(client, 'rescale job a --tasks 4 --request-id r-4')).out, 'job/a rescaled to 4 tasks\n');
  assert.equal(client.accepted.length, 2);
});

test('rewind takes a place in time, or offsets by partition, and nothing else', async () => {
  const client = await withJob();
  const target = async (options: string) => {
    const ran = await run(client, `rewind job a ${options}`);
    const { asked } = client.accepted.at(-1)!;
    return ran.code === 0 && asked !== 'apply' && asked.kind === 'rewind' ? asked.to : ran.err;
  };
  assert.deepEqual(await target('--to 2026-01-31T12:00:00+01:00'), { timestamp: '2026-01-31T12:00:00+01:00' });
  assert.deepEqual(await target('--offsets t.x:0=12,t.x:1=9007199254740993 --offsets u:0=0'), {
    offsets: { 't.x': { 0: '12', 1: '9007199254740993' }, u: { 0: '0' } },
  });
  for (const [wrong, words] of [
    ['', /either --to or --offsets/],
    ['--to latest --offsets t:0=1', /either --to or --offsets/],
    ['--to earlist', /Did you mean earliest/],
    ['--to 2026-01-31', /with its offset/],
    ['--to 2026-13-31T00:00:00Z', /with its offset/],
    ['--offsets t:0', /"t:0" is none: write topic:partition=offset/],
    ['--offsets t:0=1,t:0=2', /Partition 0 of t is there twice/],
  ] as const) {
    const ran = await run(client, `rewind job a ${wrong}`.trim());
    assert.equal(ran.code, 2, wrong);
    assert.match(ran.err, words);
  }
});

test('rollback goes to the revision before, or to the one that is named', async () => {
  const client = await withJob();
  for (const sql of ['SELECT b FROM x', 'SELECT c FROM x']) {
    await runWith(client, ['apply', '-f', '-'], { stdin: jobCalled('a', sql) });
  }
  const sql = () => client.jobs.get('acme/a')?.spec.sql;
  assert.equal((await run(client, 'rollback job a --wait')).out, 'job/a runs the spec before again\n');
  assert.equal(sql(), 'SELECT b FROM x');
  const named = await run(client, 'rollback job a --to-revision 1 --wait');
  assert.equal(named.out, 'job/a runs the spec of revision 1 again\n');
  assert.equal(sql(), 'SELECT a FROM firewall');
  assert.equal((await run(client, 'rollback job a --to-revision 9')).code, 4);
  client.verdict = { kind: 'drain_replace', reasons: [] };
  assert.equal((await run(client, 'rollback job a --in-flight-only')).code, 5);
});

test('a command line that can not be meant is 2', async () => {
  const client = await withJob();
  for (const line of [
    'rescale job a',
    'rescale job a --tasks many',
    'upgrade job a',
    'pause stream a',
    'pause job',
    'stop job a --mode now',
    `pause job a --why ${'x'.repeat(501)}`,
    `pause job a --request-id ${'x'.repeat(65)}`,
    'pause job a --request-id rollout/release-2',
  ]) {
    assert.equal((await run(client, line)).code, 2, line);
  }
  assert.equal(client.accepted.length, 1);
});
