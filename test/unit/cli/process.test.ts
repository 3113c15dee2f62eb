/** The real program in a process of its own: exit codes, and what goes to which stream. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { spawnCli } from '../../support/cli.ts';
import { until } from '../../support/patience.ts';
import { isRunning } from '../../support/processes.ts';

test('help goes to stdout with 0, and tells the exit codes of docs/cli.md', async () => {
  const ran = await spawnCli(['--help']);
  assert.equal(ran.code, 0);
  assert.equal(ran.err, '');
  const documented = readFileSync('docs/cli.md', 'utf8');
  const codes = [...ran.out.matchAll(/^ {2}(\d+) {2,}/gm)].map(([, code]) => code);
  assert.equal(codes.length, 8);
  for (const code of codes) assert.match(documented, new RegExp(`^\\| ${code} \\|`, 'm'));
});

test('a wrong command line is 2, with what was probably meant', async () => {
  for (const [args, pattern] of [
    [['aply'], /Did you mean apply/],
    [['get', 'jbs'], /Allowed choices are jobs/],
    [['get', 'jobs', '--stat', 'running'], /Did you mean --state/],
    [['apply'], /--file <path>' not specified/],
    [['apply', '-f', '/nonexistent/x.yaml'], /there is no such file/],
    [['wait', 'job/a', '--for', 'state=running', '--timeout', '5'], /500ms, 30s/],
    [[], /Usage: millrace/],
  ] as const) {
    const ran = await spawnCli(args);
    assert.equal(ran.code, 2, args.join(' '));
    assert.equal(ran.out, '');
    assert.match(ran.err, pattern);
  }
});

/** Process ids of those whom this one has started. */
function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = listed.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
}

test('SIGINT to the command alone, as a supervisor sends it, ends it and the process that it started, with 130', async () => {
  const command = fileURLToPath(new URL('../../../bin/millrace.mjs', import.meta.url));
  const env = { ...process.env, MILLRACE_CACHE_DIR: '/nonexistent' };
  // It reads documents for as long as there come any.
  const child = spawn(process.execPath, [command, 'apply', '-f', '-'], { stdio: ['pipe', 'ignore', 'ignore'], env });
  const ended = once(child, 'exit');
  let started: number[] = [];
  await until('the command has started what does the work', () => {
    started = childrenOf(child.pid!);
    return started.length === 1;
  });
  child.kill('SIGINT');
  assert.deepEqual(await ended, [130, null]);
  await until('that has ended too', () => !isRunning(started[0]!));
});

test('a wrong document is 3 before any server is looked for', async () => {
  const ran = await spawnCli(['apply', '-f', '-'], { stdin: 'kind: Job\n', env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
  assert.equal(ran.code, 3);
  assert.match(ran.err, /\/spec: is missing/);
});

test('a server that does not answer is 6, and says where it was looked for', async () => {
  const [temporal, kafka] = await Promise.all([
    spawnCli(['get', 'jobs', '--temporal', '127.0.0.1:1']),
    spawnCli(['tail', 'x', '--no-follow', '--kafka', '127.0.0.1:1']),
  ]);
  assert.equal(temporal.code, 6);
  assert.match(temporal.err, /127\.0\.0\.1:1.*\[temporal_unavailable\]/s);
  assert.equal(kafka.code, 6);
  assert.match(kafka.err, /127\.0\.0\.1:1.*\[kafka_unavailable\]/s);
});
