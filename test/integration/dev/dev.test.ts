/** The whole system by `millrace dev`: says where everything is, tells of a part that dies, and leaves nothing, however it ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/patience.ts';
import { isRunning } from '../../support/processes.ts';

interface Addresses {
  readonly kafka: { readonly bootstrap: string; readonly pid: number; readonly log: string };
  readonly temporal: { readonly address: string; readonly ui: string; readonly pid: number };
  readonly api: { readonly url: string; readonly pid: number; readonly log: string };
  readonly worker: { readonly pid: number };
  readonly hosts: readonly { readonly id: string; readonly pid: number }[];
}

const script = fileURLToPath(new URL('./fixtures/dev.ts', import.meta.url));

async function startDev(
  args: readonly string[] = [script],
): Promise<{ dev: ChildProcess; said: Addresses; errors: () => string }> {
  const dev = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  dev.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: dev.stdout }).on('line', resolve);
    dev.once('exit', (code) => reject(new Error(`it ended with ${code}: ${errors}`)));
  });
  return { dev, said: JSON.parse(line) as Addresses, errors: () => errors };
}

const pids = ({ kafka, temporal, api, worker, hosts }: Addresses): number[] =>
  [kafka, temporal, api, worker, ...hosts].map((part) => part.pid);

async function leavesNothing(said: Addresses): Promise<void> {
  await until('every process is gone', () => !pids(said).some(isRunning));
  await until('the data are gone', () => !existsSync(dirname(said.api.log)) && !existsSync(said.kafka.log));
}

test('every part runs; one that is killed is named and the rest goes on; SIGINT ends all in order', async () => {
  const { dev, said, errors } = await startDev();
  assert.ok(pids(said).every(isRunning));
  assert.equal((await fetch(`${said.api.url}/healthz`)).status, 200);
  assert.equal((await fetch(said.temporal.ui)).status, 200);

  process.kill(said.hosts[0]!.pid, 'SIGKILL');
  await until('the end is told', () => errors().includes(`host-1 (pid ${said.hosts[0]!.pid}) ended: SIGKILL`));
  const [gone, ...rest] = pids(said).reverse();
  assert.equal(isRunning(gone!), false);
  assert.ok(rest.every(isRunning));

  const ended = new Promise((resolve) => dev.once('exit', resolve));
  dev.kill('SIGINT');
  assert.equal(await ended, 0);
  await leavesNothing(said);
});

test('SIGINT to the command alone, which only its launcher hears, ends all in order, with 0', async () => {
  const command = fileURLToPath(new URL('../../../bin/millrace.mjs', import.meta.url));
  const { dev, said } = await startDev([command, 'dev', '--json']);
  const ended = new Promise((resolve) => dev.once('exit', resolve));
  dev.kill('SIGINT');
  assert.equal(await ended, 0);
  await leavesNothing(said);
});

test('SIGKILL leaves no process and no data', async () => {
  const { dev, said } = await startDev();
  dev.kill('SIGKILL');
  await leavesNothing(said);
});
