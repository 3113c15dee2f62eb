// Plain JavaScript that any Node runs: the way into the TypeScript sources of a checkout.
// It installs what is missing (`npm ci`) and goes on with the Node that package.json pins as a devDependency,
// because a fresh machine may only have an older one. `node scripts/enter.mjs FILE [ARG …]`
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  console.error('usage: node scripts/enter.mjs FILE [ARG …]');
  process.exit(2);
}

install();
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
// Type stripping is announced as experimental; kafkajs asks for timers in the past, which Node 24 warns of in each process.
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const child = spawn(node, [...quiet, resolve(root, entry), ...args], {
  stdio: 'inherit',
  // Who is killed with SIGKILL can't pass it on: the child looks whether its launcher is still there.
  env: {
    // What was stripped of its types and compiled once is kept, for every process and thread that comes of it: two thirds of a start.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
    ...process.env,
    MILLRACE_LAUNCHER: String(process.pid),
    PATH: `${dirname(node)}:${process.env.PATH ?? ''}`,
  },
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// Ctrl-C reaches the child by itself (same process group), a SIGINT for this process alone doesn't, and which of the two it was isn't told.
// Passed on as SIGTERM it never counts as a second Ctrl-C, which ends the child at once.
let interrupted = false;
process.on('SIGINT', () => {
  interrupted = true;
  child.kill('SIGTERM');
});
// npm doesn't pass on every signal, and none when it is killed: what it started looks whether it is still there. The scripts
// in package.json `exec` this file, so that npm is its parent and no shell stands between them.
if (process.env.npm_lifecycle_event !== undefined) {
  const npm = process.ppid;
  setInterval(() => process.ppid !== npm && child.kill('SIGTERM'), 500).unref();
}
child.on('exit', (code, signal) => {
  if (interrupted && (signal === 'SIGTERM' || code === 143)) process.exit(130);
  if (signal !== null) process.exit(128 + ({ SIGINT: 2, SIGTERM: 15, SIGKILL: 9, SIGHUP: 1 }[signal] ?? 1));
  process.exit(code ?? 1);
});

/** Runs `npm ci` when node_modules is missing or was made from another lock file. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.millrace-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('millrace: installing dependencies (npm ci), once …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error('millrace: npm ci failed (its message stands above); it needs npm and a package registry.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
