/** The cache: an entry is made once and appears whole, whoever else wants it at the same time, and a missing tool is named. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory } from '../../../src/config.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import { cached } from '../../../src/dev/cache.ts';
import { requireTool } from '../../../src/dev/fetch.ts';
import { removeScratch, scratchDirectory } from '../../../src/dev/scratch.ts';

const filler = fileURLToPath(new URL('./fixtures/filler.ts', import.meta.url));
const run = promisify(execFile);

async function inScratch(use: (root: string) => Promise<void>): Promise<void> {
  const root = await scratchDirectory('cache-test');
  try {
    await use(root);
  } finally {
    await removeScratch(root);
  }
}

test('processes that fill an empty cache at once make the entry once, and all see it whole', () =>
  inScratch(async (root) => {
    const answers = await Promise.all([1, 2, 3].map(() => run(process.execPath, [filler, root])));
    const said = answers.map(({ stdout }) => JSON.parse(stdout) as { place: string; made: boolean });
    assert.equal(said.filter(({ made }) => made).length, 1);
    for (const { place } of said) assert.equal(place, join(root, 'thing'));
    assert.deepEqual(readdirSync(join(root, 'thing')).sort(), ['first', 'second']);
    assert.deepEqual(readdirSync(root), ['thing']);
  }));

test('an entry that could not be made leaves nothing, and is made the next time', () =>
  inScratch(async (root) => {
    const fail = async () => {
      throw new Error('no line');
    };
    await assert.rejects(cached('thing', fail, root), /no line/);
    assert.deepEqual(readdirSync(root), []);
    await cached('thing', async (directory) => writeFileSync(join(directory, 'file'), ''), root);
    assert.deepEqual(readdirSync(join(root, 'thing')), ['file']);
  }));

test('the lock of a process that was killed is taken over', () =>
  inScratch(async (root) => {
    const lock = join(root, 'thing.lock');
    writeFileSync(lock, '');
    utimesSync(lock, new Date(0), new Date(0));
    await cached('thing', async () => {}, root);
    assert.deepEqual(readdirSync(root), ['thing']);
  }));

test('MILLRACE_CACHE_DIR goes before XDG_CACHE_HOME', () => {
  assert.equal(cacheDirectory({ MILLRACE_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' }), '/a');
  assert.equal(cacheDirectory({ XDG_CACHE_HOME: '/b' }), '/b/millrace');
});

test('a tool that is missing is named, with what to install and what to do instead', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    await assert.rejects(requireTool('java', 'set KAFKA_BOOTSTRAP'), (error: unknown) => {
      assert.ok(error instanceof MillraceError);
      assert.match(
        error.failure.message,
        /no java on the PATH\. Install Java 17 or newer.*; or set KAFKA_BOOTSTRAP\.$/,
      );
      return true;
    });
  } finally {
    process.env['PATH'] = path;
  }
});
