/** The real program in a process of its own: exit codes, and what goes to which stream. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { spawnCli } from '../../support/cli.ts';

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
