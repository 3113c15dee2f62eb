/** `millrace rollout …` over rollouts in memory: what is sent, what is printed where, and the exit code. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { bar } from '../../../src/cli/rollout-text.ts';
import { failure } from '../../../src/contracts/failure.ts';
import { limits } from '../../../src/contracts/limits.ts';
import type { JobOutcome, RolloutStatus } from '../../../src/contracts/rollout-status.ts';
import { noCounts } from '../../../src/workflows/rollout/tally.ts';
import { type CliOptions, runWith } from '../../support/cli.ts';
import { MemoryClient } from '../../support/memory-client.ts';

function rollout(client: MemoryClient, args: readonly string[], options: CliOptions = {}) {
  return runWith(client, ['rollout', ...args], options);
}

/** The order that these options make. */
async function ordered(...args: string[]) {
  const client = new MemoryClient();
  const ran = await rollout(client, ['start', ...args, '--id', 'one']);
  assert.equal(ran.code, 0, ran.err);
  return client.rollouts.all.get('one')!.order;
}

/** The exit code and first line of what is refused. */
async function refused(...args: string[]) {
  const client = new MemoryClient();
  const ran = await rollout(client, ['start', ...args]);
  assert.equal(client.rollouts.all.size, 0, 'nothing is started');
  return [ran.code, ran.err.split('\n')[0]];
}

test('the options make the order', async () => {
  const all = ['--canary', '5', '--canary', '10%', '--bake', '1m', '--concurrency', '20', '--max-failures', '3'];
  const selecting = ['-t', 'acme', '-l', 'team=soc,tier=1', '-l', 'env=', '--state', 'running', '--stream', 'firewall'];
  assert.deepEqual(await ordered('restart', ...selecting, ...all, '--job-timeout', '5m'), {
    action: { kind: 'restart' },
    selector: { tenant: 'acme', labels: { team: 'soc', tier: '1', env: '' }, state: 'running', stream: 'firewall' },
    strategy: { canary: [5, '10%'], bakeMs: 60_000, concurrency: 20, maxFailures: 3, jobMsMax: 300_000 },
  });
  const everybody = await ordered('pause', '-A', '--max-failures', '2%');
  assert.deepEqual(everybody.selector, { tenant: '*', labels: {} });
  assert.equal(everybody.strategy.maxFailures, '2%');
  assert.equal(everybody.strategy.concurrency, limits.rolloutConcurrencyDefault);
  const named = await ordered('resume', '--job', 'acme/a', '--job', 'b', '-t', 'globex');
  assert.deepEqual(named.selector, {
    jobs: [
      { tenant: 'acme', name: 'a' },
      { tenant: 'globex', name: 'b' },
    ],
  });
});

test('each action takes what it needs, and nothing of another', async () => {
  assert.deepEqual((await ordered('upgrade', '--release', '2.0', '-A')).action, { kind: 'upgrade', release: '2.0' });
  assert.deepEqual((await ordered('rescale', '--tasks', '4', '-A')).action, { kind: 'rescale', tasks: 4 });
  const patch = { spec: { errors: { policy: 'skip', topic: null } } };
  assert.deepEqual((await ordered('patch', '--patch', JSON.stringify(patch), '-A')).action, { kind: 'patch', patch });
  const client = new MemoryClient();
  const yaml = { stdin: 'metadata: { labels: { team: null } }' };
  assert.equal((await rollout(client, ['start', 'patch', '-f', '-', '-A', '--id', 'y'], yaml)).code, 0);
  assert.deepEqual(client.rollouts.all.get('y')?.order.action, {
    kind: 'patch',
    patch: { metadata: { labels: { team: null } } },
  });
  assert.deepEqual(await refused('upgrade', '-A'), [2, 'error: upgrade needs --release.']);
  assert.deepEqual(await refused('patch', '-A'), [2, 'error: patch needs --patch or --file.']);
  assert.deepEqual(await refused('restart', '--tasks', '4', '-A'), [2, 'error: --tasks is for rescale, not restart.']);
});

test('whose jobs must be said', async () => {
  assert.match(String(await refused('restart')), /^2,error: Whose jobs\?/);
  assert.match(String(await refused('restart', '--job', 'acme/a', '-A')), /^2,error: --job names jobs/);
  assert.match(String(await refused('restart', '--job', 'a')), /^2,error: "a" is not a job/);
  assert.match(String(await refused('restart', '-A', '--canary', '5x')), /^2,error: option '--canary/);
  assert.match(String(await refused('restart', '-A', '-l', 'team')), /^2,error: option '-l/);
});

test('a mistake in a patch is told with its place', async () => {
  const client = new MemoryClient();
  const ran = await rollout(client, ['start', 'patch', '-A', '--patch', '{"metadata": {"name": "x"}}']);
  assert.equal(ran.code, 3);
  assert.match(ran.err, /\/action\/patch\/metadata/);
});

test('who asks, and why, is sent; the same request id twice starts one', async () => {
  const client = new MemoryClient();
  const start = ['start', 'restart', '-A', '--why', 'new schema', '--request-id', 'q'];
  const first = await rollout(client, start);
  assert.deepEqual([first.code, first.out], [0, 'rollout/r-q started\n']);
  assert.deepEqual((await rollout(client, start)).out, first.out);
  assert.deepEqual(client.rollouts.started, [{ id: 'r-q', options: { why: 'new schema', requestId: 'q' } }]);
});

test('a dry run lists the jobs page by page, with their waves, and starts nothing', async () => {
  const client = new MemoryClient();
  client.rollouts.total = 250;
  const ran = await rollout(client, ['start', 'restart', '-A', '--canary', '10%', '--dry-run']);
  const lines = ran.out.split('\n');
  assert.match(lines[0] ?? '', /^TENANT {2}JOB/);
  assert.match(lines[250] ?? '', /^acme +job-250 +running/);
  assert.equal(lines.at(-2), '250 jobs, in waves of 25, 225');
  assert.equal(client.rollouts.all.size, 0);
  const patch = await rollout(client, ['start', 'patch', '-A', '--patch', '{"spec": {"sql": "x"}}', '--dry-run']);
  assert.match(patch.out, /job-1 +running +1 +refused +the query: no such column/);
});

const cause = failure('unhealthy', 'too many failed');
const outcome = (name: string, kind: JobOutcome['outcome']): JobOutcome => {
  const why = kind === 'failed' ? failure('bad_record', 'two\nlines') : null;
  return { tenant: 'acme', name, outcome: kind, revision: 2, cause: why, at: '2026-01-01T00:00:00.000Z' };
};

/** A rollout in its second wave, with failures. */
async function halfway(change: Partial<RolloutStatus> = {}): Promise<MemoryClient> {
  const client = new MemoryClient();
  client.rollouts.total = 500;
  await rollout(client, ['start', 'restart', '-t', 'acme', '--canary', '5', '--id', 'half']);
  const waves = [
    { size: 5, counts: { ...noCounts, done: 5 } },
    { size: 495, counts: { ...noCounts, done: 200, unchanged: 40, failed: 7, rolled_back: 1 } },
  ];
  const counts = { ...noCounts, done: 205, unchanged: 40, failed: 7, rolled_back: 1 };
  const status = client.rollouts.all.get('half')!;
  client.rollouts.all.set('half', {
    ...status,
    wave: 1,
    waves,
    counts,
    underWay: 20,
    failures: [outcome('j', 'failed')],
    ...change,
  });
  return client;
}

test('describe draws a bar for each wave, and tells failures with their causes', async () => {
  const { out } = await rollout(await halfway({ state: 'halted', cause }), ['describe', 'half']);
  assert.match(out, /^State +halted/m);
  assert.match(out, /^Cause +too many failed \[unhealthy\]/m);
  assert.match(out, /^ {2}1 +█{30} +5\/5 +5 done$/m);
  assert.match(out, /^ {2}2 +█{14}▒·{15} +248\/495 +200 done, 40 unchanged, 7 failed, 1 rolled back, 20 under way$/m);
  assert.match(out, /^ {2}acme +j +failed +2 +\S+ +two lines \[bad_record\]$/m);
});

test('a bar has the width that it has, whatever the numbers; one failure is seen, and only what is through looks full', () => {
  const of = (size: number, done: number, failed: number) => bar({ size, counts: { ...noCounts, done, failed } }, 10);
  assert.equal(of(10, 0, 0), '··········');
  assert.equal(of(10_000, 9_999, 0), '█████████·');
  assert.equal(of(10_000, 9_999, 1), '█████████▒');
  assert.equal(of(10_000, 10_000, 0), '██████████');
  assert.equal(of(3, 1, 2), '████▒▒▒▒▒▒');
  assert.equal(of(2, 0, 2), '▒▒▒▒▒▒▒▒▒▒');
  for (let size = 1; size < 60; size++) {
    for (let done = 0; done <= size; done++) {
      for (let failed = 0; failed + done <= size; failed++) assert.equal(of(size, done, failed).length, 10);
    }
  }
});

test('wait tells how far it is on stderr, and ends with 1 where it has stopped by itself', async () => {
  const ran = await rollout(await halfway({ state: 'halted', cause }), ['wait', 'half']);
  assert.equal(ran.code, 1);
  assert.match(
    ran.err,
    /^rollout half: halted wave 2 of 2 █+▒·+ 248\/495 \(8 failed, 20 under way\): too many failed\n$/,
  );
  assert.match(ran.out, /^Rollout +half/);
  assert.equal((await rollout(await halfway({ state: 'finished' }), ['wait', 'half'])).code, 0);
  assert.equal((await rollout(await halfway({ state: 'aborted' }), ['wait', 'half'])).code, 1);
  assert.equal((await rollout(await halfway(), ['wait', 'half', '--timeout', '1s'])).code, 6);
});

test('get lists them, the latest first', async () => {
  const client = await halfway();
  await rollout(client, ['start', 'pause', '-A', '--id', 'other']);
  const { out } = await rollout(client, ['get']);
  const [head, first, second] = out.split('\n');
  assert.match(head ?? '', /^ID +ACTION +STATE +JOBS +FAILED +BY +AGE$/);
  assert.match(first ?? '', /^other +pause +rolling +0\/500 +0 +me/);
  assert.match(second ?? '', /^half +restart +rolling +253\/500 +8 +me/);
  assert.equal((await rollout(client, ['get', '-o', 'name', '--limit', '1'])).out, 'other\n');
  assert.equal((await rollout(client, ['get', '--state', 'halted', '-o', 'name'])).out, '');
});

test('outcomes are read to the last page, or as many as asked', async () => {
  const client = await halfway();
  const told = Array.from({ length: 2_500 }, (_, i) => outcome(`j${i}`, i % 500 === 0 ? 'failed' : 'done'));
  client.rollouts.told.set('half', told);
  const all = await rollout(client, ['outcomes', 'half', '-o', 'name']);
  assert.equal(all.out, told.map((o) => `acme/${o.name}\n`).join(''));
  const failed = await rollout(client, ['outcomes', 'half', '--outcome', 'failed', '-o', 'json']);
  assert.deepEqual(
    failed.out
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l).name),
    ['j0', 'j500', 'j1000', 'j1500', 'j2000'],
  );
  assert.equal(
    (await rollout(client, ['outcomes', 'half', '--limit', '1001', '-o', 'name'])).out.split('\n').length,
    1_002,
  );
  assert.match(
    (await rollout(client, ['outcomes', 'half', '--limit', '1'])).out,
    /^TENANT .*\nacme +j0 +failed .* two lines \[bad_record\]\n$/,
  );
});

test('pause, resume and abort are sent, answered, and refused by name', async () => {
  const client = await halfway();
  assert.equal((await rollout(client, ['resume', 'half'])).out, 'rollout/half unchanged\n');
  assert.equal((await rollout(client, ['pause', 'half', '--request-id', 'p'])).out, 'rollout/half pausing\n');
  assert.equal((await rollout(client, ['resume', 'half'])).out, 'rollout/half resuming\n');
  assert.equal((await rollout(client, ['pause', 'half', '--request-id', 'p'])).out, 'rollout/half pausing\n');
  assert.equal((await rollout(client, ['abort', 'half', '-o', 'json'])).code, 0);
  const late = await rollout(client, ['pause', 'half']);
  assert.equal(late.code, 5);
  assert.match(late.err, /Rollout half can't pause: it was aborted/);
  assert.equal((await rollout(client, ['pause', 'none'])).code, 4);
});

test('every command of the group has help with an example', async () => {
  const { out } = await rollout(new MemoryClient(), ['--help']);
  const commands = [...out.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name ?? '');
  assert.deepEqual(commands.sort(), ['abort', 'describe', 'get', 'outcomes', 'pause', 'resume', 'start', 'wait']);
  for (const command of commands) {
    const help = await rollout(new MemoryClient(), [command, '--help']);
    assert.match(help.out, new RegExp(`Examples:\\n {2}millrace rollout ${command}`));
  }
});
