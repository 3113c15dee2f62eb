/**
 * The README's commands, as they stand and in their order, in a fresh copy of what a clone holds: nothing is installed there, and no
 * other `millrace dev` of this machine is seen. Servers that were fetched before are used again.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory } from '../../../src/config.ts';
import { until } from '../../support/patience.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

let place: string;
let clone: string;
let cache: string;

/** The shell's lines of the README's blocks, those that go on put together. */
function commandsOf(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n')).filter((line) => line.trim() !== '');
}

/** What runs this test. */
const isTest = (command: string): boolean => /^npm test\b/.test(command);
/** What somebody ends, and by what it tells meanwhile that it has come to where they look at it. */
const lasting: readonly { readonly command: RegExp; readonly there: RegExp }[] = [
  { command: /^npm run demo\b/, there: /^acme\/denied +running .* [1-9][\d,]*$/m },
  { command: / dev\b/, there: /Ctrl-C stops everything/ },
];

/** A user's, who isn't in the middle of a test: with a cache in which nobody else's `millrace dev` stands. */
function env(): NodeJS.ProcessEnv {
  const foreign = /^(npm_|NODE_|MILLRACE_|TEMPORAL_|KAFKA_)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), MILLRACE_CACHE_DIR: cache, npm_config_prefer_offline: 'true' };
}

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'millrace-readme-'));
  clone = join(place, 'clone');
  cache = join(place, 'cache');
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of listed
    .toString()
    .split('\0')
    .filter((f) => f !== '')) {
    cpSync(join(root, file), join(clone, file), { recursive: true });
  }
  await mkdir(cache, { recursive: true });
  const fetched = (await readdir(cacheDirectory()).catch(() => [])).filter((name) => /^(kafka|temporal)-/.test(name));
  for (const name of fetched.filter((f) => !f.endsWith('.lock')))
    await symlink(join(cacheDirectory(), name), join(cache, name));
});
after(() => rm(place, { recursive: true, force: true }));

interface Lasting {
  readonly child: ChildProcess;
  readonly said: () => string;
}

/** Started as a terminal does, with a process group of its own. */
function start(command: string): Lasting {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: clone,
    env: env(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  return { child, said: () => said };
}

/** Resolves when it has said so. */
async function comesTo(command: string, { child, said }: Lasting, there: RegExp): Promise<void> {
  await until(`\`${command}\` says ${there}`, () => {
    assert.equal(child.exitCode, null, `\`${command}\` ended:\n${said()}`);
    return there.test(said());
  });
}

/** Ctrl-C in its terminal: the whole group hears it. Resolves when nobody of the group is left. */
async function interrupt({ child }: Lasting): Promise<void> {
  process.kill(-child.pid!, 'SIGINT');
  await until('all of it has ended', () => {
    try {
      process.kill(-child.pid!, 0);
      return false;
    } catch {
      return true;
    }
  });
}

test('every command of the README does what it says', async (t) => {
  const commands = commandsOf(readFileSync(join(clone, 'README.md'), 'utf8')).filter((c) => !isTest(c));
  assert.ok(commands.length > 15, commands.join('\n'));
  const running: Lasting[] = [];
  try {
    for (const command of commands) {
      await t.test(command, async () => {
        const { there } = lasting.find((l) => l.command.test(command)) ?? {};
        if (there === undefined) {
          const ran = await run('/bin/sh', ['-c', command], { cwd: clone, env: env() });
          assert.notEqual(ran.stdout.trim(), '');
          return;
        }
        assert.match(command, /Ctrl-C ends it/, 'who reads it is told');
        const started = start(command);
        running.push(started);
        await comesTo(command, started, there);
        if (/ dev\b/.test(command)) return;
        await interrupt(started);
        assert.match(started.said(), /nothing is left behind/);
      });
    }
  } finally {
    // One that has ended has no group any more.
    for (const started of running) await interrupt(started).catch(() => {});
  }
  await until('no `millrace dev` is announced any more', async () => (await readdir(join(cache, 'dev'))).length === 0);
});
