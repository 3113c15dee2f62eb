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
import { restrictedTemporal } from '../support/restricted-temporal.ts';
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
function run(file: string, args: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const path = fileURLToPath(new URL(`../../src/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { env: { ...env, ...more } });
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
    child.once('ready', () => child.kill('SIGTERM'));
  });
}

/** The same, by a key to which Temporal refuses these calls. */
async function runRefused(refused: Readonly<Record<string, number>>, file: string, ...args: string[]): Promise<Ran> {
  const restricted = await restrictedTemporal(env['TEMPORAL_ADDRESS'] ?? '', refused);
  const ran = await run(file, args, { TEMPORAL_ADDRESS: restricted.address });
  await restricted.close();
  return ran;
}

const processes = ['worker/control-main.ts', 'worker/host-main.ts', 'api/main.ts'];
const names = Object.keys(searchAttributes);

test('what starts without them ends, and says exactly what is missing and what to do', async () => {
  for (const file of processes) {
    const { code, text } = await run(file);
    assert.equal(code, 1, `${file}: ${text}`);
    assert.doesNotMatch(text, /"ready":true/);
    for (const name of names) assert.ok(text.includes(`${name} (`), `${file} names ${name}: ${text}`);
    assert.match(text, /millrace setup/);
  }
});

test('setup that may not register them says what to run instead, of what is missing', async () => {
  const add = { AddSearchAttributes: 7 };
  for (const refused of [add, { ...add, ListSearchAttributes: 7 }, { AddSearchAttributes: 12 }]) {
    const { code, text } = await runRefused(refused, 'cli/main.ts', 'setup');
    assert.equal(code, 5, text);
    assert.match(text, /tcld namespace search-attributes add --namespace bare /);
    for (const name of names) assert.ok(text.includes(`--search-attribute "${name}=`), `${name}: ${text}`);
  }
  const check = await runRefused({ ListSearchAttributes: 7 }, 'cli/main.ts', 'setup', '--check');
  assert.deepEqual([check.code, /doesn't tell/.test(check.text)], [5, true], check.text);
});

test('setup registers them, once; then everything starts', async () => {
  const check = await run('cli/main.ts', ['setup', '--check']);
  assert.equal(check.code, 1);
  for (const name of names) assert.ok(check.text.includes(name), check.text);
  const done = await run('cli/main.ts', ['setup']);
  assert.equal(done.code, 0, done.text);
  assert.match(done.text, /^registered in the namespace bare/m);
  const again = await run('cli/main.ts', ['setup']);
  assert.deepEqual([again.code, /has every search attribute/.test(again.text)], [0, true]);
  assert.equal((await run('cli/main.ts', ['setup', '--check'])).code, 0);
  for (const file of processes) {
    const { code, text } = await run(file);
    assert.match(text, /"ready":true/);
    assert.equal(code, 0, `${file}: ${text}`);
  }
});

test('where the server does not tell whether they are there, everything starts and says so once', async () => {
  for (const [code, file] of [...processes.map((p) => [7, p] as const), [12, 'api/main.ts'] as const]) {
    const ran = await runRefused({ ListSearchAttributes: code }, file);
    assert.match(ran.text, /"ready":true/, file);
    assert.deepEqual([ran.code, ran.text.split("doesn't tell").length - 1], [0, 1], `${file}: ${ran.text}`);
  }
});
