/** Which `millrace dev` of several a command uses, and that it says so. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { runWith } from '../../support/cli.ts';
import { MemoryClient } from '../../support/memory-client.ts';

async function cacheOf(t: TestContext, devs: readonly { readonly pid: number; readonly startedAt: string }[]) {
  const cache = await mkdtemp(join(tmpdir(), 'millrace-dev-'));
  t.after(() => rm(cache, { recursive: true }));
  await mkdir(join(cache, 'dev'));
  for (const { pid, startedAt } of devs) {
    const rest = { temporal: `t-${pid}:1`, kafka: `k-${pid}:1`, namespace: 'default', deployment: 'millrace' };
    await writeFile(join(cache, 'dev', `${pid}.json`), JSON.stringify({ pid, startedAt, ...rest }));
  }
  return { file: (pid: number) => join(cache, 'dev', `${pid}.json`), env: { MILLRACE_CACHE_DIR: cache } };
}

/** A process that is gone. */
async function pidOfNobody(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

const list = ['get', 'jobs', '-A'];

test('of two that run the one started last is used, and stderr names both', async (t) => {
  const [mine, other] = [process.pid, process.ppid];
  const { env } = await cacheOf(t, [
    { pid: mine, startedAt: '2026-01-01T00:00:00.000Z' },
    { pid: other, startedAt: '2026-01-02T00:00:00.000Z' },
  ]);
  const ran = await runWith(new MemoryClient(), list, { env });
  const said =
    /^millrace: 2 of them run here: using the `millrace dev` with pid (\d+) \(Temporal t-\1:1, .*--temporal t-(\d+):1/;
  assert.deepEqual(said.exec(ran.err)?.slice(1), [String(other), String(mine)]);
});

test('of one a terminal is told, and a pipe nothing; what a dev left that is gone is removed', async (t) => {
  const gone = await pidOfNobody();
  const { env, file } = await cacheOf(t, [
    { pid: process.pid, startedAt: '2026-01-01T00:00:00.000Z' },
    { pid: gone, startedAt: '2026-01-02T00:00:00.000Z' },
  ]);
  assert.match(
    (await runWith(new MemoryClient(), list, { env, columns: 80 })).err,
    new RegExp(`Temporal t-${process.pid}:1`),
  );
  assert.equal(existsSync(file(gone)), false);
  assert.doesNotMatch((await runWith(new MemoryClient(), list, { env })).err, /millrace dev/);
});

test('an address that is named is used without a word', async (t) => {
  const { env } = await cacheOf(t, [{ pid: process.pid, startedAt: '2026-01-01T00:00:00.000Z' }]);
  const ran = await runWith(new MemoryClient(), [...list, '--temporal', 'elsewhere:7233'], { env, columns: 80 });
  assert.doesNotMatch(ran.err, /millrace dev/);
});
