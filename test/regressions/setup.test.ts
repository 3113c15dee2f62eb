/**
 * A namespace without Millrace's search attributes: every request answered 500, and nothing said why. Whatever needs them says what is
 * missing and doesn't start; `millrace setup` registers them.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../../src/contracts/names.ts';
import { until } from '../support/patience.ts';
import { closeServers, sharedServers } from '../support/servers.ts';

const namespace = 'bare';
let env: NodeJS.ProcessEnv;

before(async () => {
  const { kafka, temporal } = await sharedServers();
  env = {
    ...process.env,
    KAFKA_BOOTSTRAP: kafka.bootstrap,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: namespace,
    MILLRACE_API_PORT: '0',
  };
  const connection = await Connection.connect({ address: temporal.address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // A namespace is known a moment after it is made.
  const known = () =>
    connection.operatorService.listSearchAttributes({ namespace }).then(
      () => true,
      () => false,
    );
  await until('the namespace is known', known);
  await connection.close();
});
after(closeServers);

interface Ran {
  readonly code: number | null;
  readonly text: string;
}

/** Runs until it ends, or until it says that it is ready; then it is ended. */
function run(file: string, ...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../../src/${file}`, import.meta.url)), ...args], {
    env,
  });
  let text = '';
  child.stderr.on('data', (data) => {
    text += data;
  });
  child.stdout.on('data', (data) => {
    text += data;
    if (text.includes('"ready":true')) child.emit('ready');
  });
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve({ code, text }));
    // The API listens before it knows; the workers don't.
    if (!file.startsWith('api')) child.once('ready', () => child.kill('SIGTERM'));
  });
}

const names = Object.keys(searchAttributes);

test('what starts without them ends, and says exactly what is missing and what to do', async () => {
  for (const file of ['worker/control-main.ts', 'worker/host-main.ts', 'api/main.ts']) {
    const { code, text } = await run(file);
    assert.equal(code, 1, `${file}: ${text}`);
    for (const name of names) assert.ok(text.includes(`${name} (`), `${file} names ${name}: ${text}`);
    assert.match(text, /millrace setup/);
  }
});

test('setup registers them, once; then everything starts', async () => {
  const check = await run('cli/main.ts', 'setup', '--check');
  assert.equal(check.code, 1);
  for (const name of names) assert.ok(check.text.includes(name), check.text);
  const done = await run('cli/main.ts', 'setup');
  assert.equal(done.code, 0, done.text);
  assert.match(done.text, /^registered in the namespace bare/m);
  const again = await run('cli/main.ts', 'setup');
  assert.deepEqual([again.code, /has every search attribute/.test(again.text)], [0, true]);
  assert.equal((await run('cli/main.ts', 'setup', '--check')).code, 0);
  const { code, text } = await run('worker/control-main.ts');
  assert.match(text, /"ready":true/);
  assert.equal(code, 0);
});
