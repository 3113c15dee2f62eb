/** Child processes never outlive their parent, and nothing of theirs stays behind, however the parent ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { removeScratch, scratchDirectory } from '../../../src/dev/scratch.ts';
import { supervise } from '../../../src/dev/supervise.ts';
import { until } from '../../support/patience.ts';
import { isRunning } from '../../support/processes.ts';

const parentScript = fileURLToPath(new URL('./fixtures/parent.ts', import.meta.url));

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
  test(`${signal} of the parent ends child and grandchild and removes the temporary directory`, async () => {
    const parent = spawn(process.execPath, [parentScript], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await new Promise<string[]>((resolve) =>
      createInterface({ input: parent.stdout }).on('line', (text) => resolve([text])),
    );
    const { directory, child } = JSON.parse(line!) as { directory: string; child: number };
    const file = join(directory, 'grandchild');
    await until('the grandchild runs', () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
    const grandchild = Number(readFileSync(file, 'utf8'));
    assert.ok(isRunning(child) && isRunning(grandchild));

    parent.kill(signal);
    await until('child and grandchild are gone', () => !isRunning(child) && !isRunning(grandchild));
    await until('the directory is gone', () => !existsSync(directory));
  });
}

test('a child that ignores SIGTERM is killed after the grace, with its whole group', async () => {
  const directory = await scratchDirectory('test');
  const file = join(directory, 'grandchild');
  const child = await supervise({
    name: 'stubborn',
    command: '/bin/sh',
    args: ['-c', `trap '' TERM; sleep 1000 & echo $! > ${file}; while :; do sleep 1000; done`],
    log: join(directory, 'log'),
  });
  await until('the grandchild runs', () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  const exit = await child.stop(100);
  assert.equal(exit.signal, 'SIGKILL');
  await until('the grandchild is gone', () => !isRunning(Number(readFileSync(file, 'utf8'))));
  await removeScratch(directory);
});

test('how a child ended by itself is told', async () => {
  const directory = await scratchDirectory('test');
  const child = await supervise({
    name: 'short',
    command: '/bin/sh',
    args: ['-c', 'echo last words; exit 7'],
    log: join(directory, 'log'),
  });
  assert.deepEqual(await child.exited, { code: 7, signal: null });
  assert.deepEqual(child.ended(), { code: 7, signal: null });
  assert.equal(readFileSync(join(directory, 'log'), 'utf8'), 'last words\n');
  await removeScratch(directory);
});
